"""The units for systemd are sound, closed in as far as the desk can bear, and start commands that there are."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.test_house_rules import ROOT, command_lines

UNITS = ROOT / "deploy" / "systemd"
SERVICES = ("huiying@.service", "huiying-backup.service")
PROGRAM = "/opt/huiying/venv/bin/huiying"
LEAST_EXPOSED = 2.0
"""On systemd's own scale from 0 (closed) to 10: below 2 is its word OK."""


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze (Debian: systemd) is not installed")
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False)


def section(name: str, part: str = "Service") -> dict[str, list[str]]:
    """Every key of a part of a unit, with its values in their order."""
    found: dict[str, list[str]] = {}
    inside = ""
    for line in (UNITS / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            inside = line.strip("[]")
        elif inside == part and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def test_systemd_has_nothing_to_say_against_them(tmp_path: Path) -> None:
    for unit in UNITS.iterdir():
        there = unit.read_text("utf-8")
        (tmp_path / unit.name).write_text(there.replace(PROGRAM, shutil.which("true") or ""), "utf-8")
    checked = [
        tmp_path / "huiying@up.service",
        *(tmp_path / name for name in ("huiying-backup.service", "huiying-backup.timer")),
    ]
    said = analyze("verify", "--man=no", *map(str, checked))
    assert (said.returncode, said.stdout + said.stderr) == (0, "")


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_may_is_little(name: str) -> None:
    said = analyze("security", "--offline=true", "--no-pager", str(UNITS / name))
    level = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said.stdout)
    assert level, said.stderr
    assert float(level[1]) < LEAST_EXPOSED


def test_both_services_are_closed_in_alike() -> None:
    its_own = {
        "Type",
        "ExecStart",
        "Restart",
        "RestartSec",
        "KillMode",
        "OOMPolicy",
        "LimitNOFILE",
        "TimeoutStopSec",
        "TimeoutStartSec",
    }
    its_own |= {"MemoryMax", "TasksMax", "Nice", "IOSchedulingClass", "ReadWritePaths"}
    desk, backup = (section(name) for name in SERVICES)
    assert {key: value for key, value in desk.items() if key not in its_own} == {
        key: value for key, value in backup.items() if key not in its_own
    }


def test_the_crawler_can_still_speak_tls() -> None:
    """pyOpenSSL makes its callbacks while it runs: denied that, every https source would fail, and http ones go on."""
    assert "MemoryDenyWriteExecute" not in section("huiying@.service")


def test_they_start_commands_that_there_are() -> None:
    """The one for the desk is told which by the name that it is started under; its own comments name them."""
    (backup,) = section("huiying-backup.service")["ExecStart"]
    program, command, *arguments = shlex.split(backup)
    assert (program, f"huiying {command}" in command_lines()) == (PROGRAM, True)
    assert arguments == ["--keep", "72", *section("huiying-backup.service")["ReadWritePaths"]]
    assert section("huiying@.service")["ExecStart"] == [f"{PROGRAM} %i"]
    named = set(re.findall(r"huiying@([a-z]+)", (UNITS / "huiying@.service").read_text("utf-8")))
    assert [f"huiying {name}" for name in sorted(named) if f"huiying {name}" not in command_lines()] == []


def test_a_desk_is_started_again_however_often_it_ends() -> None:
    assert section("huiying@.service")["Restart"] == ["always"]
    assert section("huiying@.service", "Unit")["StartLimitIntervalSec"] == ["0"]


def test_the_timer_makes_up_for_what_was_missed() -> None:
    timer = ConfigParser(interpolation=None)
    timer.read(UNITS / "huiying-backup.timer", "utf-8")
    assert timer["Timer"]["Persistent"] == "yes"
    said = analyze("calendar", timer["Timer"]["OnCalendar"])
    assert "Normalized form: *-*-* *:00:00" in said.stdout
