"""Runs the whole desk as a newcomer does, `huiying up --sample`, and a real mail server beside it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self, TypeVar

from aiosmtpd.controller import Controller

PATIENCE = 120.0
T = TypeVar("T")


def free_ports(count: int) -> int:
    """The first of `count` free ports in a row on the loopback."""
    for first in range(21000, 29000, 50):
        probes = [socket.socket() for _ in range(count)]
        try:
            for offset, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + offset))
        except OSError:
            continue
        else:
            return first
        finally:
            for probe in probes:
                probe.close()
    raise RuntimeError("no free ports")


def wait_for(ask: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """What `ask` answers once that is something; AssertionError naming `what` after `patience` seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.2)
    raise AssertionError(f"did not happen within {patience:.0f} s: {what}")


class Mailbox:
    """A real SMTP server on the loopback that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self._server = Controller(self, hostname="127.0.0.1", port=free_ports(1))

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep a mail."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.port)

    @property
    def environment(self) -> dict[str, str]:
        """The settings that make a desk send here."""
        prefix = "HUIYING_ALERTS__EMAIL__"
        return {
            f"{prefix}HOST": "127.0.0.1",
            f"{prefix}PORT": str(self._server.port),
            f"{prefix}TLS": "none",
            f"{prefix}SENDER": "desk@qinghuai.example",
        }

    def with_subject(self, words: str) -> list[EmailMessage]:
        """The mails whose subject holds `words`."""
        return [mail for mail in list(self.mails) if words in str(mail["Subject"])]

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()


class SampleDesk:
    """A desk with the sample town, its data in `folder`; it can be started, stopped, killed and started again."""

    def __init__(self, folder: Path, environment: dict[str, str], *options: str) -> None:
        self.folder = folder
        self._town_port = free_ports(5)
        self.port = self._town_port + 4
        self._options = options
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HUIYING_")},
            **environment,
            "HUIYING_DATA_DIR": str(folder),
            "HUIYING_DESK__PORT": str(self.port),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._output = folder.parent / f"{folder.name}.output"

    @property
    def base(self) -> str:
        """The desk's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> str:
        """The address of its database."""
        return f"sqlite:///{self.folder / 'huiying.db'}"

    @property
    def output(self) -> str:
        """What it has printed since its last start."""
        return self._output.read_text(encoding="utf-8")

    def start(self) -> float:
        """Start it and wait until it says that it is ready; how many seconds that took."""
        began = time.monotonic()
        command = [
            str(Path(sys.executable).with_name("huiying")),
            "up",
            "--sample",
            "--town-port",
            str(self._town_port),
        ]
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [*command, *self._options], env=self._environment, stdout=output, stderr=subprocess.STDOUT
            )
        wait_for(self._ready, "the desk starts")
        return time.monotonic() - began

    def _ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.output
        return "已启动" in self.output

    def password(self, username: str) -> str:
        """The first password of a sample account, as printed."""
        text = (self.folder / "first-login.txt").read_text(encoding="utf-8")
        found = re.search(rf"用户名 {username}\s+密码 (\S+)", text)
        assert found, text
        return found[1]

    def processes(self) -> dict[int, str]:
        """Process id and command line of everything that belongs to this desk."""
        assert self._process is not None
        return {pid: line for pid, line in _command_lines().items() if self._belongs(pid)}

    def _belongs(self, pid: int) -> bool:
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            return False
        return f"HUIYING_DATA_DIR={self.folder}\0".encode() in environment

    def process(self, words: str) -> int:
        """Process id of the one whose command line holds `words`."""
        return wait_for(lambda: next((p for p, line in self.processes().items() if words in line), None), words)

    def kill(self, words: str) -> None:
        """kill -9 the one whose command line holds `words`."""
        os.kill(self.process(words), signal.SIGKILL)

    def kill_supervisor(self) -> None:
        """kill -9 the process that was started, and wait until nothing of it is left."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(60)
        wait_for(lambda: not self.processes(), "every child dies with its supervisor", 20)

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        return self._process.wait(30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(60)


def _command_lines() -> dict[int, str]:
    lines = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                lines[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
    return {pid: line for pid, line in lines.items() if line}
