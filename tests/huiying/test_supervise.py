"""The supervisor keeps its children running and leaves none behind, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from huiying import supervise
from huiying.supervise import Program, Supervisor
from tests.huiying.waiting import alive, noted, until

Told = list[tuple[str, int, float]]


@pytest.fixture
def pids(tmp_path: Path) -> Path:
    return tmp_path / "pids"


@pytest.fixture
def made() -> Iterator[list[Supervisor]]:
    supervisors: list[Supervisor] = []
    yield supervisors
    for supervisor in supervisors:
        supervisor.stop()


def supervisor_of(made: list[Supervisor], pids: Path, *kinds: str, told: Told | None = None) -> Supervisor:
    programs = [Program(kind, "tests.huiying.programs", (kind, str(pids))) for kind in kinds]
    heard: Told = [] if told is None else told
    supervisor = Supervisor(programs, dict(os.environ), pids.parent / "logs", lambda *end: heard.append(end))
    made.append(supervisor)
    supervisor.start()
    return supervisor


def test_stopping_ends_children_and_grandchildren(made: list[Supervisor], pids: Path):
    supervisor = supervisor_of(made, pids, "wait", "family")
    assert until(lambda: len(noted(pids)) == 3)
    supervisor.stop()
    assert until(lambda: not [pid for pid in noted(pids) if alive(pid)], seconds=2)
    assert supervisor.running() == {}


def test_a_child_that_will_not_stop_is_ended_by_force(
    made: list[Supervisor], pids: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(supervise, "STOP_SECONDS", 0.5)
    supervisor = supervisor_of(made, pids, "stubborn")
    assert until(lambda: len(noted(pids)) == 1)
    supervisor.stop()
    assert not alive(noted(pids)[0])


def test_what_a_child_says_after_its_output_was_emptied_is_all_that_is_there(made: list[Supervisor], pids: Path):
    """As logrotate empties it: what goes on where it left off would leave a hole as large as all that was said before."""
    supervisor = supervisor_of(made, pids, "talk")
    output = pids.parent / "logs" / "talk.out"
    assert until(lambda: output.exists() and output.read_bytes() == b"one\n")
    os.truncate(output, 0)
    os.kill(supervisor.running()["talk"], signal.SIGUSR1)
    assert until(lambda: output.stat().st_size > 0)
    assert output.read_bytes() == b"two\n"


def test_a_killed_child_is_started_again_and_told(made: list[Supervisor], pids: Path):
    told: Told = []
    supervisor = supervisor_of(made, pids, "family", told=told)
    assert until(lambda: len(noted(pids)) == 2)
    first = noted(pids)
    os.kill(supervisor.running()["family"], signal.SIGKILL)

    def both_anew() -> bool:
        supervisor.look()
        return len(noted(pids)) == 4

    assert until(both_anew)
    assert until(lambda: not [pid for pid in first if alive(pid)])
    assert [(name, code) for name, code, _ in told] == [("family", -signal.SIGKILL)]


def test_a_child_that_keeps_ending_is_started_again_less_and_less_often(
    made: list[Supervisor], pids: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(supervise, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(supervise, "LONGEST_PAUSE", 0.2)
    told: Told = []
    supervisor = supervisor_of(made, pids, "end", told=told)
    for child in supervisor._children:
        child.pause = 0.05

    def four_ends() -> bool:
        supervisor.look()
        return len(told) >= 4

    assert until(four_ends)
    assert [wait for _, _, wait in told[:4]] == [0.05, 0.1, 0.2, 0.2]
    assert {code for _, code, _ in told} == {3}


def test_children_end_when_the_supervisor_is_killed(pids: Path):
    process = subprocess.Popen([sys.executable, "-m", "tests.huiying.programs", "supervise", str(pids)])
    try:
        assert until(lambda: len(noted(pids)) == 3)
        assert all(map(alive, noted(pids)))
    finally:
        process.kill()
        process.wait(60)
    assert until(lambda: not [pid for pid in noted(pids) if alive(pid)], seconds=10)
