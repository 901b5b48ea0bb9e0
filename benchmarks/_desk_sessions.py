"""Signed-in sessions on a running desk, in a process of their own: JSON in (base, settings, cookies, seconds), JSON out.

Each stays on 值班台, refreshes whatever the page asks to have refreshed, as its browser would, and acts every 30 seconds: it
changes an incident's severity through the service layer, on the same store, and has the whole page drawn again.
"""

from __future__ import annotations

import asyncio
import json
import sys
from itertools import count
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

from benchmarks._desk_session import Session, session
from huiying.clock import SystemClock
from huiying.settings import load
from huiying.wiring import Desk, open_desk
from pipeline.acts import Actor, Deps, attempt
from pipeline.notify import page_only
from records.actions import Act, Action
from records.words import Role, Severity

EVERY = 30.0
TICK = 1.0


def main() -> int:
    """Read what to do from standard input, do it, write how long everything took."""
    asked = json.load(sys.stdin)
    desk = open_desk(load(Path(asked["settings"]), {}), SystemClock())
    try:
        print(json.dumps(asyncio.run(_all(asked, desk))))
    finally:
        desk.close()
    return 0


async def _all(asked: dict[str, Any], desk: Desk) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {"refresh": [], "tick": [], "act": [], "redraw": [], "open": []}
    cookies: list[str] = asked["cookies"]
    each = [
        _one(asked, desk, cookie, taken, number * EVERY / len(cookies), asked["incidents"][number :: len(cookies)])
        for number, cookie in enumerate(cookies)
    ]
    await asyncio.gather(*each)
    return taken


async def _one(
    asked: dict[str, Any], desk: Desk, cookie: str, taken: dict[str, list[float]], first: float, incidents: list[str]
) -> None:
    async with session(asked["base"], cookie) as opened:
        await asyncio.sleep(first / EVERY)
        taken["open"].append(await opened.open("desk"))
        began = perf_counter()
        due = {part: began + every for part, every in opened.refreshing.items()}
        acting, turn = began + first, count()
        while perf_counter() - began < asked["seconds"]:
            part = min(due, key=lambda one: due[one])
            await asyncio.sleep(max(0.0, min(due[part], acting) - perf_counter()))
            if acting <= due[part] and incidents:
                taken["act"].append(await asyncio.to_thread(_act, desk, incidents, next(turn)))
                taken["redraw"].append(await opened.again())
                acting += EVERY
                due = {one: perf_counter() + every for one, every in opened.refreshing.items()}
                continue
            await _refresh(opened, part, due, taken)


async def _refresh(opened: Session, part: str, due: dict[str, float], taken: dict[str, list[float]]) -> None:
    """Measured from when it was due: what waits for the session's own earlier drawing has waited."""
    every = opened.refreshing[part]
    await opened.refresh(part)
    now = perf_counter()
    taken["tick" if every <= TICK else "refresh"].append(now - due[part])
    due[part] = max(due[part] + every, now)


def _act(desk: Desk, incidents: list[str], turn: int) -> float:
    return change_severity(desk, incidents[turn % len(incidents)])[0]


def change_severity(desk: Desk, incident_id: str) -> tuple[float, float]:
    """Change the severity of an incident as somebody on duty does; seconds of the clock and of the processor."""
    with desk.store.reading() as t:
        incident = t.incidents.get(incident_id)
    assert incident is not None
    severity = Severity.MAJOR if incident.severity is Severity.GENERAL else Severity.GENERAL
    args = {"incident": incident_id, "severity": severity.value, "reason": "核实后调整"}
    action = Action(desk.clock.now(), "值班员甲", Act.SET_SEVERITY, args)
    deps = Deps(desk.rules, page_only, desk.settings.reports_dir, desk.letterhead, owed=desk.owed)
    began, began_cpu = perf_counter(), thread_time()
    attempt(desk.store, action, Actor("值班员甲", Role.DUTY), deps)
    return perf_counter() - began, thread_time() - began_cpu


if __name__ == "__main__":
    sys.exit(main())
