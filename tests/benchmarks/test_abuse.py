"""A served desk holds against every abuse, and without its guards every single abuse is found out."""

from __future__ import annotations

import json

import pytest

from benchmarks import abuse

pytestmark = pytest.mark.slow


def run(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[int], dict[str, dict[str, list[str]]]]:
    status = abuse.main(["--quick", *options])
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    return status, told["not_held"], told["cases"]


def test_each_of_the_twenty_is_held(capsys: pytest.CaptureFixture[str]):
    status, not_held, cases = run(capsys)
    assert (status, not_held) == (0, []), [case["faults"] for case in cases.values() if case["faults"]]
    assert sorted(map(int, cases)) == list(range(1, 21))


def test_each_of_the_twenty_is_noticed_where_its_guard_is_gone(capsys: pytest.CaptureFixture[str]):
    status, not_held, cases = run(capsys, "--mutant")
    assert (status, not_held) == (1, list(range(1, 21)))
    (done,) = [fault for fault in cases["2"]["faults"] if fault.startswith("done by a reader")]
    assert {"confirm", "merge_incident", "split_incident", "relink_incident"} <= {*done.partition(": ")[2].split(", ")}
