"""Keeps a set of child processes running: starts them, starts dead ones again, stops all of them, leaves none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from huiying.child import PIPE_VARIABLE
from huiying.clock import steady_seconds

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 8.0
LOOK_SECONDS = 0.1

_ANEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
"""How the file for a child's output is opened: empty; and written at its end, so that whoever empties it meanwhile
(logrotate) makes it small."""


@dataclass(frozen=True, slots=True)
class Program:
    """A module to keep running: `python -m module args`, its output in the file `name`.out."""

    name: str
    module: str
    args: tuple[str, ...] = ()


@dataclass(slots=True)
class _Running:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    again_at: float = 0.0
    ends: int = 0


@dataclass
class Supervisor:
    """Runs programs until it is told to stop.

    `environment` is what every child sees; `logs_dir` gets their output; `tell` hears one line about every unexpected
    end of a child (name, exit code, seconds until it starts again); `descriptors` are inherited by every child.
    """

    programs: Sequence[Program]
    environment: Mapping[str, str]
    logs_dir: Path
    tell: Callable[[str, int, float], None]
    descriptors: Sequence[int] = ()
    _children: list[_Running] = field(default_factory=list)
    _pipe: tuple[int, int] | None = None

    def start(self) -> None:
        """Start every program."""
        self._pipe = os.pipe()
        self._children = [_Running(program) for program in self.programs]
        for child in self._children:
            self._launch(child)

    def run(self, stop: threading.Event) -> None:
        """Look after the children until `stop` is set, then end them all."""
        try:
            while not stop.wait(LOOK_SECONDS):
                self.look()
        finally:
            self.stop()

    def look(self) -> None:
        """Note who has ended and start again those whose pause is over."""
        now = steady_seconds()
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                self._note_end(child, now)
            if child.process is None and now >= child.again_at:
                self._launch(child)

    def stop(self) -> None:
        """End every child and whatever it started: politely, and by force where that takes too long."""
        living = [child.process for child in self._children if child.process is not None]
        for process in living:
            _signal_group(process.pid, signal.SIGTERM)
        end = steady_seconds() + STOP_SECONDS
        for process in living:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, end - steady_seconds()))
        for process in living:
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()
        for child in self._children:
            child.process = None
        if self._pipe is not None:
            for descriptor in self._pipe:
                os.close(descriptor)
            self._pipe = None

    def running(self) -> dict[str, int]:
        """Process id of every living child by name."""
        return {child.program.name: child.process.pid for child in self._children if child.process is not None}

    def ends(self, name: str) -> int:
        """How often the child of that name has ended unexpectedly."""
        return next(child.ends for child in self._children if child.program.name == name)

    def _launch(self, child: _Running) -> None:
        if self._pipe is None:
            raise RuntimeError("the supervisor has not been started")
        program = child.program
        self.logs_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(self.logs_dir / f"{program.name}.out", _ANEW, 0o600), "wb") as output:
            child.process = subprocess.Popen(
                [sys.executable, "-m", "huiying.child", program.module, *program.args],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**self.environment, PIPE_VARIABLE: str(self._pipe[0])},
                pass_fds=(self._pipe[0], *self.descriptors),
                start_new_session=True,
            )
        child.started = steady_seconds()

    def _note_end(self, child: _Running, now: float) -> None:
        if child.process is None:
            return
        _signal_group(child.process.pid, signal.SIGKILL)
        if now - child.started >= STEADY_SECONDS:
            child.pause = FIRST_PAUSE
        child.ends += 1
        child.again_at = now + child.pause
        self.tell(child.program.name, child.process.returncode, child.pause)
        child.pause = min(child.pause * 2, LONGEST_PAUSE)
        child.process = None


def _signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, number)
