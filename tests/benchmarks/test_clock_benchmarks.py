"""The benchmarks of clocks and alerts hold for the product, and fail for the mistake that each is there to find."""

from __future__ import annotations

import json
from importlib import import_module

import pytest

NAMES = [
    "double",
    "filed",
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("crashpoints", "clock", "restore")),
]


@pytest.fixture(autouse=True)
def on_sqlite_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUIYING_TEST_POSTGRES", raising=False)


def run(name: str, *options: str) -> int:
    status: int = import_module(f"benchmarks.{name}").main(["--quick", *options])
    return status


@pytest.mark.parametrize("name", NAMES)
def test_the_promise_holds(name: str, capsys: pytest.CaptureFixture[str]):
    assert run(name) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["benchmark"], told["broken"]) == (name, False)


@pytest.mark.parametrize("name", NAMES)
def test_the_benchmark_notices_when_the_promise_is_broken(name: str, capsys: pytest.CaptureFixture[str]):
    assert run(name, "--mutant") != 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["broken"]
