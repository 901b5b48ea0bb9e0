"""How playbook files are read, and what is refused."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from playbooks.playbook import BadPlaybook, Doer, Start, library, playbook_from
from records.actions import Act
from records.words import Category, Severity

STEP = {
    "id": "acknowledge",
    "who": "duty",
    "after": "opened",
    "minutes": 15,
    "done_by": "acknowledge",
    "clause": "H-41",
    "do": "签收预警",
}
BOOK: dict[str, Any] = {"name": "试用预案", "severity": "general", "steps": [STEP]}


def changed(**changes: Any) -> dict[str, Any]:
    return deepcopy(BOOK) | changes


def with_step(**changes: Any) -> dict[str, Any]:
    return changed(steps=[STEP | changes])


def test_a_playbook_is_read_with_its_steps() -> None:
    book = playbook_from(changed(categories=["misreading"]), "trial")
    assert (book.id, book.name, book.severity) == ("trial", "试用预案", Severity.GENERAL)
    assert book.categories == {Category.MISREADING}
    (step,) = book.steps
    assert (step.who, step.after, step.within) == (Doer.DUTY, Start.OPENED, timedelta(minutes=15))
    assert (step.do, step.clause, step.done_by) == ("签收预警", "H-41", Act.ACKNOWLEDGE)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (["name"], "应为 name"),
        (changed(step=[]), "不认识的键 step"),
        ({"name": "无步骤", "severity": "general"}, "缺少 steps"),
        (changed(steps=[]), "非空的列表"),
        (changed(severity="huge"), "severity 没有“huge”"),
        (changed(categories="misreading"), "categories 应为列表"),
        (changed(items="干部选拔任用"), "items 应为列表"),
        (changed(items=[3]), "items 的每一项"),
        (changed(categories=["gossip"]), "categories 没有“gossip”"),
        (changed(name=" "), "name 应为非空"),
        (changed(steps=[STEP, STEP]), "步骤编号重复：acknowledge"),
        (changed(steps=["签收"]), "第1步：应为一行步骤"),
        (with_step(minute=3), "第1步：不认识的键 minute"),
        (with_step(who="mayor"), "who 没有“mayor”"),
        (with_step(after="dawn"), "after 没有“dawn”"),
        (with_step(minutes=0), "minutes 应为"),
        (with_step(minutes=True), "minutes 应为"),
        (with_step(minutes="15"), "minutes 应为"),
        (with_step(done_by="sleep"), "done_by 没有“sleep”"),
        (with_step(clause=""), "clause 应为非空"),
        (with_step(do=3), "do 应为非空"),
    ],
)
def test_a_faulty_playbook_is_refused_with_its_file_and_fault(content: Any, fault: str) -> None:
    with pytest.raises(BadPlaybook, match=fault) as refused:
        playbook_from(content, "trial")
    assert str(refused.value).startswith("trial.yaml")


def test_every_severity_needs_one_playbook_for_all_its_kinds(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(yaml.safe_dump(BOOK), "utf-8")
    with pytest.raises(BadPlaybook, match="“重大”应有且只有一个"):
        library(tmp_path)


def test_two_playbooks_for_all_kinds_of_one_severity_are_refused(tmp_path: Path) -> None:
    for severity in Severity:
        (tmp_path / f"{severity}.yaml").write_text(yaml.safe_dump(changed(severity=severity.value)), "utf-8")
    (tmp_path / "again.yaml").write_text(yaml.safe_dump(BOOK), "utf-8")
    with pytest.raises(BadPlaybook, match=r"“一般”应有且只有一个.*现有 2 个"):
        library(tmp_path)


def test_the_shipped_library_covers_every_severity() -> None:
    assert {book.severity for book in library()} == set(Severity)
