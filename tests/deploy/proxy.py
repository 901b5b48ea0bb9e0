"""Runs Debian's nginx with the configuration that we ship: only its addresses, files and ports are another machine's."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.crawlers.certificates import lasting
from tests.dashboard.conftest import free_port

SAMPLE = Path(__file__).parents[2] / "deploy" / "nginx" / "huiying.conf"
_SYSTEM_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
_START_SECONDS = 20.0

# As Debian's nginx.conf has it around the files of conf.d: both logs are on where a site does not say otherwise.
_AROUND = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/huiying.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """A running nginx: the port that it answers on with TLS, the one without, its certificate, where it writes."""

    port: int
    plain_port: int
    certificate: Path
    folder: Path

    @property
    def base(self) -> str:
        """The desk's address in a browser."""
        return f"https://localhost:{self.port}"

    def written(self) -> str:
        """Everything that it has written down."""
        files = [file for file in self.folder.rglob("*") if file.is_file() and file != self.certificate]
        return "\n".join(file.read_bytes().decode("utf-8", "replace") for file in files)


@contextmanager
def proxying(folder: Path, desk_port: int, changes: Mapping[str, str] | None = None) -> Iterator[Proxy]:
    """nginx before whatever listens on `desk_port`; `changes` of the shipped file are made on top."""
    from huiying.clock import SystemClock

    proxy = Proxy(free_port(), free_port(), lasting(folder, "localhost", SystemClock().now()), folder / "nginx")
    proxy.folder.mkdir()
    here = {
        "listen 80;": f"listen 127.0.0.1:{proxy.plain_port};",
        "listen [::]:80;": "",
        "listen 443 ssl;": f"listen 127.0.0.1:{proxy.port} ssl;",
        "listen [::]:443 ssl;": "",
        "server 127.0.0.1:8501;": f"server 127.0.0.1:{desk_port};",
        "/etc/huiying/tls/desk.crt": str(proxy.certificate),
        "/etc/huiying/tls/desk.key": str(proxy.certificate),
        "/var/log/nginx/": f"{proxy.folder}/site-",
        **(changes or {}),
    }
    text = SAMPLE.read_text("utf-8")
    for there, mine in here.items():
        assert there in text, f"{SAMPLE.name} no longer has {there}"
        text = text.replace(there, mine)
    (proxy.folder / "huiying.conf").write_text(text, "utf-8")
    with running(proxy.folder, proxy.port):
        yield proxy


@contextmanager
def running(folder: Path, port: int) -> Iterator[None]:
    """nginx with the huiying.conf of that folder, once it answers on that port; skipped where there is no nginx."""
    program = shutil.which("nginx", path=_SYSTEM_PATH)
    if program is None:
        pytest.skip("nginx (Debian: nginx-light) is not installed")
    user = "user root root;" if os.geteuid() == 0 else ""  # Else its workers could not reach a test's folder.
    (folder / "nginx.conf").write_text(_AROUND.format(folder=folder, user=user), "utf-8")
    said = folder.with_suffix(".out")
    with said.open("wb") as output:
        process = subprocess.Popen(
            [program, "-p", str(folder), "-c", str(folder / "nginx.conf")], stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(port, process, said)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"nginx did not start: {output.read_text('utf-8', 'replace')}")
