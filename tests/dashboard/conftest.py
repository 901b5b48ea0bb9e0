"""Desks for the tests of this folder: one over an empty store in this process, one filled and served to a browser."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from dashboard.backstage import Backstage
from dashboard.cookies import Signer
from huiying.clock import SystemClock
from huiying.wiring import Desk
from tests.dashboard import driver, seeding
from tests.storage.conftest import migrated_file

__all__ = ["migrated_file"]
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is drawn in this process takes the place of its main module; a process that a later test starts by
    `multiprocessing` would run that page."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def backstage(tmp_path: Path, migrated_file: Path) -> Iterator[Backstage]:
    """The parts of a desk with the five people and nothing else."""
    shutil.copy(migrated_file, tmp_path / "huiying.db")
    desk = Desk(seeding.settings_in(tmp_path), SystemClock())
    yield Backstage(desk, Signer(b"k" * 32))
    desk.close()


@dataclass(frozen=True)
class Served:
    """A desk that is being served: its address, its folder, and the first password of `newcomer`."""

    base: str
    folder: Path
    settings: Path
    first_password: str


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The filled desk, served by `python -m dashboard` as `huiying up` does."""

    def fill(desk: Desk) -> str:
        seeding.fill(desk)
        return seeding.newcomer(desk)

    with serving_desk(tmp_path_factory.mktemp("desk"), fill, sample=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, one for the tests of a file."""
    if not Path(driver.CHROMIUM).exists():
        pytest.skip(f"Chromium: {driver.CHROMIUM} is not there")
    with driver.chromium() as opened:
        yield opened


@pytest.fixture
def desk(served: Served) -> Iterator[Desk]:
    """The served desk's own parts, as another process sees them."""
    opened = seeding.opened(served.settings)
    yield opened
    opened.close()


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """A page of the browser that nobody has signed in with. Text that runs as a script would open a dialog: none may."""
    opened = driver.new_page(browser, served.base)
    dialogs: list[str] = []
    opened.on("dialog", lambda dialog: dialogs.append(dialog.message))
    yield opened
    opened.context.close()
    assert dialogs == []


@contextmanager
def serving_desk(
    folder: Path, fill: Callable[[Desk], str | None], sources: Sequence[Mapping[str, Any]] | None = None, **more: object
) -> Iterator[Served]:
    """A desk in `folder` with these settings that `fill` has filled, served; what `fill` gives is the first password."""
    port = free_port()
    settings = seeding.write_settings(folder, port, **more)
    if sources is not None:
        seeding.write_sources(folder, sources)
    desk = seeding.opened(settings)
    first = fill(desk)
    desk.close()
    base = f"http://127.0.0.1:{port}"
    with running({**os.environ, "HUIYING_SETTINGS": str(settings)}, base, folder / "output"):
        yield Served(base, folder, settings, first or "")


@contextmanager
def running(environment: Mapping[str, str], base: str, output: Path, module: str = "dashboard") -> Iterator[None]:
    """`python -m dashboard`, or another module that serves it, with that environment, answering at `base`."""
    with output.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", module], cwd=ROOT, env=environment, stdout=written, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_it_answers(base, process, output)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(15)


def free_port() -> int:
    """A port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(base: str, process: subprocess.Popen[bytes], output: Path) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{base}/health").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"the desk did not start: {output.read_text('utf-8', 'replace')[-2000:]}")
