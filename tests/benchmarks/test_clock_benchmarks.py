"""The benchmarks of clocks and alerts hold for the product, and fail for the mistake that each is there to find."""

from __future__ import annotations

import json
from importlib import import_module

import pytest

NAMES = [
    "double",
    "filed",
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("crashpoints", "clock", "restore", "punctual")),
]
# The mutant of dbout waits a minute for what it has lost; how fast a burst leaves is not measured beside other tests.
HOLDING = [*NAMES, pytest.param("dbout", marks=pytest.mark.slow)]
NOTICING = [*NAMES, pytest.param("rate", marks=pytest.mark.slow)]


@pytest.fixture(autouse=True)
def on_sqlite_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUIYING_TEST_POSTGRES", raising=False)


def run(name: str, *options: str) -> int:
    status: int = import_module(f"benchmarks.{name}").main(["--quick", *options])
    return status


@pytest.mark.parametrize("name", HOLDING)
def test_the_promise_holds(name: str, capsys: pytest.CaptureFixture[str]):
    assert run(name) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["benchmark"], told["broken"]) == (name, False)


@pytest.mark.parametrize("name", NOTICING)
def test_the_benchmark_notices_when_the_promise_is_broken(name: str, capsys: pytest.CaptureFixture[str]):
    assert run(name, "--mutant") != 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["broken"]


@pytest.mark.slow
def test_a_burst_loses_nothing_however_fast_the_machine_is(capsys: pytest.CaptureFixture[str]):
    run("rate")
    found = json.loads(capsys.readouterr().out.splitlines()[-1])["sqlite"]
    assert (found["lost"], found["unmarked_repeats"]) == (0, 0)
    assert found["alerts"] == 1500
