"""One command starts everything; nothing is left when it ends, however it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest

from huiying.cli import run
from huiying.commands import up
from huiying.locking import AlreadyRunning, held
from huiying.settings import Workers
from records.words import Role
from storage.store import Store
from tests.huiying.commands.alone import settings_in
from tests.huiying.waiting import until

pytestmark = pytest.mark.slow


class Running:
    """A desk that was started with `huiying up`, in a folder of its own."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.data = folder / "var" / "sample"
        self.town = free_port(5)
        self.port = self.town + 4
        self.arguments = arguments
        self.process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        environment = {**os.environ, "HUIYING_DESK__PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        self.output = (self.folder / "output.txt").open("w+", encoding="utf-8")
        return subprocess.Popen(
            [sys.executable, "-m", "huiying", "up", "--sample", "--town-port", str(self.town), *self.arguments],
            cwd=self.folder,
            env=environment,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def again(self) -> None:
        """Start it once more."""
        self.output.close()
        self.process = self._start()

    def said(self) -> str:
        """What it has printed so far."""
        return (self.folder / "output.txt").read_text(encoding="utf-8")

    def ready(self) -> bool:
        """Whether it has said that it is there."""
        return until(lambda: "按 Ctrl-C 停下" in self.said(), seconds=60)

    def answers(self) -> bool:
        """Whether the web server is there."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/health", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def nothing_left(self, seconds: float) -> bool:
        """Whether the last process has gone: every one of them holds the lock."""
        try:
            with held(self.data / "children.lock", patience=seconds):
                return True
        except AlreadyRunning:
            return False

    def end(self) -> None:
        """Make sure of it."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(60)
        self.output.close()
        assert self.nothing_left(15)


def free_port(count: int) -> int:
    """The first of `count` free ports in a row, below those that outgoing connections take."""
    start = 20000 + os.getpid() % 2000 * 5
    for first in range(start, 32000, count):
        with ExitStack() as probes:
            try:
                for port in range(first, first + count):
                    probes.enter_context(closing(socket.socket())).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise AssertionError("no free port")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path, "--town-minutes", "1")
    yield running
    running.end()


def pid_of(desk: Running, module: str) -> int | None:
    """The process that runs `module` below this desk's supervisor."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_text().split("\0")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        if parent == desk.process.pid and module in " ".join(words):
            return int(folder.name)
    return None


def test_the_sample_desk_starts_reads_the_town_survives_a_kill_and_stops_cleanly(desk: Running):
    assert desk.ready()
    said = desk.said()
    assert f"http://127.0.0.1:{desk.port}" in said
    assert len(re.findall(r"用户名 \w+ +密码 \S{19}", said)) == len(Role)
    first_login = desk.data / "first-login.txt"
    assert first_login.stat().st_mode & 0o777 == 0o600
    assert desk.answers()

    judge = pid_of(desk, "huiying.workers judge")
    assert judge is not None
    os.kill(judge, signal.SIGKILL)
    assert until(lambda: pid_of(desk, "huiying.workers judge") not in (None, judge), seconds=20)

    store = Store(f"sqlite:///{desk.data / 'huiying.db'}")
    try:

        def incident_opened() -> bool:
            with store.reading() as t:
                return t.incidents.count() > 0

        assert until(incident_opened, seconds=120)
    finally:
        store.close()

    desk.process.send_signal(signal.SIGINT)
    assert desk.process.wait(20) == 0
    assert "已全部停下" in desk.said()
    assert desk.nothing_left(0)
    assert not desk.answers()


def test_a_killed_desk_leaves_nothing_behind_and_starts_again_with_its_data(desk: Running):
    assert desk.ready()
    passwords = (desk.data / "first-login.txt").read_text(encoding="utf-8")
    desk.process.kill()
    desk.process.wait(60)
    assert desk.nothing_left(12)

    desk.again()
    assert desk.ready()
    assert desk.answers()
    assert "密码 " not in desk.said().replace("首次登录的密码在", "")
    assert (desk.data / "first-login.txt").read_text(encoding="utf-8") == passwords


def test_a_second_start_on_the_same_data_is_refused_in_one_line(desk: Running):
    assert desk.ready()
    second = subprocess.run(
        [sys.executable, "-m", "huiying", "up", "--sample"],
        cwd=desk.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert second.returncode == 1
    assert "正被另一个回应台使用" in second.stderr
    assert second.stderr.count("\n") == 1


def test_a_taken_port_is_said_in_one_line(tmp_path: Path):
    port = free_port(1)
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        done = subprocess.run(
            [sys.executable, "-m", "huiying", "up", "--sample", "--town-port", str(free_port(4))],
            cwd=tmp_path,
            env={**os.environ, "HUIYING_DESK__PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert "HUIYING_DESK__PORT" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ("judge=2,craw=1", "“craw=1”看不懂"),
        ("judge", "“judge”看不懂"),
        ("judge=-1", "“judge=-1”看不懂"),
        ("judge=33", "judge 只能是 0 到 32"),
        ("desk=2", "desk 只能是 0 到 1"),
        ("clock=0,send=0,judge=0,crawl=0,desk=0", "不能都是 0"),
    ],
)
def test_counts_of_processes_that_cannot_be_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], counts: str, said: str
):
    assert run(["--settings", str(settings_in(tmp_path)), "up", "--workers", counts]) == 2
    assert said in capsys.readouterr().err


def test_as_many_processes_of_each_kind_are_started_as_the_command_line_and_the_settings_say():
    counted = up.counted(Workers(send=0, crawl=2), "judge=3，desk=0")
    assert [(one.name, one.args) for one in up.programs(counted, None)] == [
        ("clock", ("clock",)),
        ("judge", ("judge",)),
        ("judge-2", ("judge",)),
        ("judge-3", ("judge",)),
        ("crawl", ("crawl",)),
        ("crawl-2", ("crawl",)),
    ]
    assert up.programs(Workers(), None)[-1].module == "dashboard"


def test_without_a_sources_file_the_real_desk_says_what_to_do(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "huiying", "up"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert "huiying init" in done.stderr
    assert "Traceback" not in done.stderr
