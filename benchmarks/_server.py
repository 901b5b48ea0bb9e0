"""A PostgreSQL server of its own that a benchmark may kill."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from storage.backup import program

OWNER = "postgres"
"""As whom the server runs where we are root: it refuses to be."""


class PostgresServer:
    """A new server on a free port of the loopback, stopped and gone after the block; fsync stays on."""

    def __enter__(self) -> PostgresServer:
        """Start it."""
        control = program("pg_ctl")
        if control is None:
            raise RuntimeError("there is no PostgreSQL on this machine")
        self._programs = control.parent
        self._folder = Path(tempfile.mkdtemp(prefix="huiying-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self._folder, OWNER)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._run("initdb", "-D", str(self._data), "-U", "huiying", "-A", "trust", "-E", "UTF8", "--no-locale")
        self.start()
        self.add_database("huiying")
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it and take everything away."""
        try:
            if (self._data / "postmaster.pid").exists():
                self.stop("immediate")
        finally:
            shutil.rmtree(self._folder)

    @property
    def url(self) -> str:
        """Of its first database."""
        return self._url("huiying")

    def add_database(self, name: str) -> str:
        """One more database, empty; its URL."""
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self._port), "-U", "huiying", name)
        return self._url(name)

    def restart_at_once(self) -> None:
        """Break off whatever is going on, as a power cut does, and start again."""
        self.stop("immediate")
        self.start()

    def stop(self, mode: str) -> None:
        """Stop it: `fast` as an administrator does, `immediate` as a power cut does."""
        self._run("pg_ctl", "-D", str(self._data), "-m", mode, "-w", "stop")

    def start(self) -> None:
        """Start it again where it was stopped."""
        options = f"-c listen_addresses=127.0.0.1 -c port={self._port} -c unix_socket_directories={self._folder}"
        self._run("pg_ctl", "-D", str(self._data), "-l", str(self._folder / "log"), "-o", options, "-w", "start")

    def _url(self, database: str) -> str:
        return f"postgresql+psycopg://huiying@127.0.0.1:{self._port}/{database}"

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _run(self, program: str, *arguments: str) -> None:
        who: dict[str, Any] = {}
        if os.geteuid() == 0:
            owner = pwd.getpwnam(OWNER)
            who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        # Not captured: the server inherits the pipes, which then would never end.
        subprocess.run(
            [str(self._programs / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            **who,
        )
