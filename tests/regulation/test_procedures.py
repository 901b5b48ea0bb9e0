"""Both profiles are read as they are written, and one that would let something out unseen is refused with its fault."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

import regulation.procedures
from regulation.permissions import permissions
from regulation.procedures import PROPOSE, PUBLISH, procedure, procedure_from, procedures, procedures_from
from regulation.rule_rows import BadRules

FILE = Path(regulation.procedures.__file__).with_name("procedures.yaml")


@pytest.fixture
def rows() -> Any:
    return yaml.safe_load(FILE.read_text("utf-8"))


def refused(rows: Any) -> str:
    with pytest.raises(BadRules) as refusal:
        procedures_from(rows, "procedures.yaml")
    return str(refusal.value)


@pytest.mark.clause("H-3", "E-2(6)")
def test_the_steps_are_those_of_the_two_documents():
    steps = {name: [step.label for step in one.steps] for name, one in procedures().items()}
    assert steps == {
        "H": ["提出", "审核", "审批", "实施", "归档"],
        "E": ["提出", "审核", "审批", "实施", "反馈", "归档"],
    }


def test_every_signature_is_an_act_that_somebody_may_do():
    may = {row.act for row in permissions() if row.roles | row.own_unit | row.co_unit}
    assert {sign.act for one in procedures().values() for sign in one.signs} <= may


def test_a_profile_is_read_again_as_it_was_kept():
    for one in procedures().values():
        assert procedure_from(one.model_dump(mode="json")) == one


def test_an_unknown_profile_is_named_with_those_that_there_are():
    with pytest.raises(BadRules, match=r"rules\.procedure：没有“X”.*H、E"):
        procedure("X")


def test_whoever_checks_first_is_not_whoever_checks_last():
    assert procedure("H").apart_from("secrecy_officer") == {"secrecy_first", "secrecy_second"}
    assert procedure("H").apart_from(PROPOSE) == {"deputy", "head", "issue"}
    assert procedure("H").apart_from(PUBLISH) == frozenset()


def test_what_is_no_list_is_refused():
    assert "应为一个列表" in refused({"profile": "H"})


def test_a_profile_that_stands_twice_is_refused(rows: Any):
    assert "H 写了两次" in refused([rows[0], copy.deepcopy(rows[0])])


def _without(rows: Any, step: str, name: str) -> None:
    row = next(one for one in rows[0]["steps"] if one["step"] == step)
    row["signs"] = [sign for sign in row["signs"] if sign["sign"] != name]


def _sign(rows: Any, name: str) -> Any:
    return next(sign for step in rows[0]["steps"] for sign in step["signs"] if sign["sign"] == name)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda rows: _without(rows, "carry_out", "publish"), "缺少“publish”"),
        (lambda rows: _without(rows, "archive", "archive"), "“归档”没有任何签署"),
        (lambda rows: _sign(rows, "publish").update(clean=False), "clean: true"),
        (
            lambda rows: [_sign(rows, name).update(decides=False) for name in ("deputy", "head", "issue")],
            "decides: true",
        ),
        (lambda rows: _sign(rows, "head").update(after="publish"), "“主要领导意见”的 after"),
        (lambda rows: _sign(rows, "head").update(sign="deputy"), "“deputy”写了两次"),
        (lambda rows: _sign(rows, "deputy").update(clause="H-99"), "没有条款“H-99”"),
        (lambda rows: _sign(rows, "deputy").update(when="sometimes"), "when"),
        (lambda rows: rows[0]["apart"].append(["king"]), "“king”不在程序里"),
        (lambda rows: rows[0]["steps"][0]["needs"].append({"need": "luck", "clause": "H-3"}), "need"),
        (
            lambda rows: rows[0]["steps"][0]["needs"].append({"need": "risk", "grounds": ["fun"], "clause": "H-3"}),
            "“fun”不在解读事由里",
        ),
        (lambda rows: rows[0]["interpreting"]["outline"].update(clause="H-99"), "没有条款“H-99”"),
    ],
)
def test_a_profile_with_a_fault_is_refused_by_name(rows: Any, change: Any, fault: str):
    change(rows)
    said = refused(rows)
    assert said.startswith("procedures.yaml 第1项")
    assert fault in said
