"""An office's own template is taken into use, audited, and put out of use again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from casework.reports.own_templates import OwnTemplates
from casework.reports.shipped_templates import shipped
from pipeline.acts import Actor
from pipeline.refusals import Refused
from pipeline.report_templates import exported, install, remove
from records.words import Role
from storage.store import Store
from tests.casework.reports.packages import with_text

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
OFFICE = Actor("李静", Role.OFFICE)
OWN = with_text("incident", "{{主送}}：", "本区主送")


@pytest.fixture
def templates(tmp_path: Path) -> OwnTemplates:
    return OwnTemplates(tmp_path / "templates")


def audited(store: Store) -> list[tuple[str, str, bool]]:
    with store.reading() as t:
        return [(entry.act, entry.subject, entry.allowed) for entry in t.audit.newest(limit=10)]


def test_a_template_is_taken_and_given_back_and_both_are_on_record(store: Store, templates: OwnTemplates) -> None:
    install(store, templates, "incident", OWN, OFFICE, NOON)
    assert exported(templates, "incident") == OWN
    remove(store, templates, "incident", OFFICE, NOON)
    assert exported(templates, "incident") == shipped("incident")
    assert audited(store) == [("change_template", "incident", True)] * 2


def test_a_bad_one_is_refused_with_the_reason_and_the_one_in_use_stays(store: Store, templates: OwnTemplates) -> None:
    install(store, templates, "incident", OWN, OFFICE, NOON)
    with pytest.raises(Refused, match="缺少必需的字段“网民观点”"):
        install(store, templates, "incident", with_text("incident", "{{网民观点}}", "略"), OFFICE, NOON)
    assert exported(templates, "incident") == OWN
    assert audited(store)[0] == ("change_template", "incident", False)


@pytest.mark.parametrize("role", [Role.DUTY, Role.UNIT, Role.EVALUATOR])
def test_who_does_not_keep_the_office_may_not(store: Store, templates: OwnTemplates, role: Role) -> None:
    for step in (
        lambda: install(store, templates, "incident", OWN, Actor("王芳", role, "住建局"), NOON),
        lambda: remove(store, templates, "incident", Actor("王芳", role, "住建局"), NOON),
    ):
        with pytest.raises(Refused, match="您没有权限更换报告模板"):
            step()
    assert templates.there() == []


def test_what_is_not_there_cannot_be_removed_and_no_other_kind_named(store: Store, templates: OwnTemplates) -> None:
    with pytest.raises(Refused, match="没有本单位的模板"):
        remove(store, templates, "incident", OFFICE, NOON)
    with pytest.raises(Refused, match=r"没有“\.\./evil”这种模板"):
        install(store, templates, "../evil", OWN, OFFICE, NOON)
