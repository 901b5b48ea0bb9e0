"""How fast the desk's pages and acts are beside a million posts, and how it bears twenty people and a browser at once.

The store is filled as after half a year: posts with readings, incidents with clocks, alerts and acts, records, patrols.
`--store DIR` keeps it there and takes it again the next time. Every figure of seconds stands beside the processor's
seconds and the load of the machine: another program beside it makes the first ones longer, not the second.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
import yaml
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

from benchmarks._desk_pages import Processor, Taken, drawn, items_of
from benchmarks._desk_sessions import change_severity
from benchmarks._large_office import PASSWORD, Size, fill, user
from dashboard.cookies import SESSION, Signer
from dashboard.navigation import Place
from huiying.clock import SystemClock
from huiying.cookie_secret import cookie_secret
from huiying.settings import load
from huiying.wiring import Desk, open_desk
from pipeline import accounts
from storage import tables

FULL = Size(posts=1_000_000, incidents=2_000, records=10_000, people=20)
QUICK = Size(posts=2_000, incidents=40, records=200, people=3)
WARM_S, COLD_S, ACT_S, REFRESH_S = 1.5, 5.0, 0.3, 1.0
ROUNDS, ACTS = 3, 20
SECONDS, QUICK_SECONDS = 120, 6
REFRESH_EVERY = 5
CHROMIUM = "/usr/bin/chromium"
_ROOT = Path(__file__).parent.parent
_PATIENCE_S = 120.0


def main(argv: list[str]) -> int:
    """Fill, serve, measure; 1 where a promise is broken."""
    parser = argparse.ArgumentParser(prog="desk", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--store", type=Path, help="a folder for the filled store; it is kept")
    asked = parser.parse_args(argv)
    size, rounds, seconds = (QUICK, 0, QUICK_SECONDS) if asked.quick else (FULL, ROUNDS, SECONDS)
    with tempfile.TemporaryDirectory(prefix="huiying-desk-") as passing:
        folder: Path = asked.store or Path(passing)
        desk = opened(folder, size)
        try:
            found = _measured(desk, folder, size, rounds, seconds)
        finally:
            desk.close()
    made = promises(found)
    print(f"{'':<28}{'measured':>10}{'promised':>10}{'ratio':>8}", *made, sep="\n", file=sys.stderr)
    broken = [one.what for one in made if not one.kept]
    print(json.dumps({"benchmark": "desk", "size": asdict(size), **found, "broken": broken}, ensure_ascii=False))
    return 1 if broken else 0


def promises(found: dict[str, Any]) -> list[Promise]:
    """What was promised beside what was measured."""
    pages = found["pages"].items()
    return [
        *(Promise(f"cold {name}", page["cold_s"], COLD_S) for name, page in pages),
        *(Promise(f"warm {name}", page["warm_s"], WARM_S) for name, page in pages),
        Promise("act", found["act"]["p95_s"], ACT_S),
        Promise("refresh", found["sessions"]["refresh"]["p95_s"], REFRESH_S),
        Promise("browser beside the sessions", found["sessions"]["browser"]["p95_s"], WARM_S),
    ]


@dataclass(frozen=True)
class Promise:
    """A figure and what it may be at most, in seconds."""

    what: str
    seconds: float
    most: float

    @property
    def kept(self) -> bool:
        """Whether it is within the promise."""
        return self.seconds <= self.most

    def __str__(self) -> str:
        said = "kept" if self.kept else "MISSED"
        return f"{self.what:<28}{self.seconds:>8.2f} s{self.most:>8.2f} s{self.seconds / self.most:>8.2f}  {said}"


def opened(folder: Path, size: Size) -> Desk:
    """The desk in that folder, filled where it is new."""
    file, filled = folder / "huiying.yaml", folder / "filled"
    folder.mkdir(parents=True, exist_ok=True)
    served = {"port": _free_port(), "refresh_seconds": REFRESH_EVERY}
    file.write_text(yaml.safe_dump({"data_dir": "data", "desk": served}), "utf-8")
    rows = [_source(number) for number in range(size.sources)]
    (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": rows}, allow_unicode=True), "utf-8")
    desk = open_desk(load(file, {}), SystemClock())
    if not filled.exists():
        fill(desk, size, desk.clock.now())
        filled.touch()
    return desk


def _source(number: int) -> dict[str, str]:
    address = f"http://127.0.0.1:9/{number}"
    return {
        "id": f"source-{number:03}",
        "name": f"来源{number}",
        "kind": "feed",
        "channel": "forum",
        "url": address,
    }


def _measured(desk: Desk, folder: Path, size: Size, rounds: int, seconds: int) -> dict[str, Any]:
    acts = [change_severity(desk, incident) for incident in _ongoing(desk)[:ACTS]]
    cookies = [_cookie(desk, number) for number in range(size.people)]
    with served(desk, folder) as desk_server, _chromium() as browser:
        pages = _pages(desk, desk_server, browser, cookies[0], rounds)
        crowd = _crowd(desk, desk_server, folder, browser, cookies, seconds)
    return {
        "cores": os.cpu_count(),
        "load": [round(one, 1) for one in os.getloadavg()],
        "pages": pages,
        "act": {**_spread([wall for wall, _ in acts]), "median_cpu_s": round(median(cpu for _, cpu in acts), 3)},
        "sessions": crowd,
    }


@dataclass(frozen=True)
class Server:
    """The desk's own server process."""

    process: subprocess.Popen[bytes]
    base: str

    @property
    def processor(self) -> Processor:
        """Counts what it and the browsers use."""
        return Processor(self.process.pid)


@contextmanager
def served(desk: Desk, folder: Path) -> Iterator[Server]:
    """The desk, served as on every installation."""
    base = f"http://127.0.0.1:{desk.settings.desk.port}"
    environment = {**os.environ, "HUIYING_SETTINGS": str(folder / "huiying.yaml")}
    process = subprocess.Popen([sys.executable, "-m", "dashboard"], cwd=_ROOT, env=environment)
    try:
        _until_it_answers(base, process)
        yield Server(process, base)
    finally:
        process.terminate()
        process.wait(30)


def _until_it_answers(base: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{base}/health").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("the desk does not answer")


def _pages(desk: Desk, server: Server, browser: Browser, cookie: str, warm: int) -> dict[str, dict[str, float]]:
    """Seconds until each page is drawn: the first time after the start, then in `warm` rounds; without one the first counts."""
    page, items = _signed_in(browser, server.base, cookie), items_of(desk)
    rounds = [
        {place: _told(place, drawn(page, server.processor, place, items)) for place in Place} for _ in range(1 + warm)
    ]
    page.context.close()
    return {place.name.lower(): _figures([each[place] for each in rounds]) for place in Place}


def _told(place: Place, taken: Taken) -> Taken:
    """It takes minutes: whoever waits sees how far it is."""
    used = f"processor: server {taken.server:.2f} s, browser {taken.browser:.2f} s"
    print(f"{place.name.lower():<16}{taken.wall:>6.2f} s; {used}", file=sys.stderr, flush=True)
    return taken


def _figures(taken: Sequence[Taken]) -> dict[str, float]:
    cold, later = taken[0], taken[1:] or taken
    return {
        "cold_s": round(cold.wall, 2),
        "warm_s": round(median(one.wall for one in later), 2),
        "cold_cpu_s": round(cold.server, 2),
        "warm_cpu_s": round(median(one.server for one in later), 2),
        "browser_cpu_s": round(median(one.browser for one in later), 2),
    }


def _crowd(
    desk: Desk, server: Server, folder: Path, browser: Browser, cookies: Sequence[str], seconds: int
) -> dict[str, Any]:
    """Sessions that refresh and act, while one browser goes from page to page, all of them warm by now."""
    asked = {
        "base": server.base,
        "settings": str(folder / "huiying.yaml"),
        "cookies": list(cookies),
        "incidents": _ongoing(desk),
        "seconds": seconds,
    }
    began, began_cpu = time.perf_counter(), server.processor.server()
    others = subprocess.Popen(
        [sys.executable, "-m", "benchmarks._desk_sessions"], cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert others.stdin is not None
    others.stdin.write(json.dumps(asked).encode())
    others.stdin.close()
    page, items = _signed_in(browser, server.base, cookies[0]), items_of(desk)
    seen: list[float] = []
    while others.poll() is None:
        place = list(Place)[len(seen) % len(Place)]
        seen.append(drawn(page, server.processor, place, items).wall)
    assert others.stdout is not None
    taken: dict[str, list[float]] = json.loads(others.stdout.read())
    used = (server.processor.server() - began_cpu) / (time.perf_counter() - began)
    spread = {name: _spread(times) for name, times in taken.items() if times}
    return {"number": len(cookies), "server_cores_used": round(used, 2), "browser": _spread(seen), **spread}


def _ongoing(desk: Desk) -> list[str]:
    query = select(tables.incident.c.id).where(tables.incident.c.closed_at.is_(None)).order_by(tables.incident.c.id)
    with desk.store.reading() as t:
        return list(t.connection.execute(query).scalars())


def _cookie(desk: Desk, number: int) -> str:
    signed = accounts.sign_in(desk.store, user(number), PASSWORD, desk.clock.now())
    return f"{SESSION}={Signer(cookie_secret(desk.settings)).sealed(signed.token)}"


def _spread(times: Sequence[float]) -> dict[str, float]:
    high = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return {"number": len(times), "median_s": round(median(times), 3), "p95_s": round(high, 3)}


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def _signed_in(browser: Browser, base: str, cookie: str) -> Page:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=base)
    name, _, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": base}])
    page = context.new_page()
    page.set_default_timeout(_PATIENCE_S * 1000)
    return page


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
