"""Every tampered row of the audit log is named: edited, re-hashed, removed, inserted, moved or cut off."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from benchmarks._stores import NOON, databases
from storage.audit import Audit, Broken, Head
from storage.store import Store, Transaction
from storage.tables import audit

ROWS, QUICK_ROWS = 1000, 120
FAR = 1_000_000

Way = Callable[[Connection, int], int]
"""Tampers with a row and returns the first row touched."""

Check = Callable[[Transaction, Head], Broken | None]


def main(argv: list[str]) -> int:
    """Tamper with each row in turn, each time in one of the ways; with --mutant a check that reads only the links."""
    parser = argparse.ArgumentParser(prog="audit", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    check = links_only if chosen.mutant else whole
    rows = QUICK_ROWS if chosen.quick else ROWS
    with databases() as urls:
        found = {name: measured(url, check, rows) for name, url in urls.items()}
    broken = any(result["missed"] or result["false_alarms"] for result in found.values())
    print(json.dumps({"benchmark": "audit", "mutant": chosen.mutant, "broken": broken, **found}))
    return 1 if broken else 0


def whole(t: Transaction, head: Head) -> Broken | None:
    """The check as it is."""
    return t.audit.verify(head)


def links_only(t: Transaction, head: Head) -> Broken | None:
    """A check that trusts each row's own hash and looks only whether the rows link up."""
    seq, previous = 0, "0" * 64
    for row in t.connection.execute(select(audit.c.seq, audit.c.previous, audit.c.hash).order_by(audit.c.seq)):
        if row.seq != seq + 1 or row.previous != previous:
            return Broken(seq + 1, "")
        seq, previous = row.seq, row.hash
    return Broken(seq + 1, "") if seq < head.seq else None


def measured(url: str, check: Check, rows: int) -> dict[str, Any]:
    """Tamper, check, take it back, for every row; the first and the last row in every way."""
    store = Store(url)
    began = perf_counter()
    head = filled(store, rows)
    filling = perf_counter() - began
    began = perf_counter()
    with store.reading() as t:
        false_alarm = check(t, head)
    checking = perf_counter() - began
    ways = list(WAYS.items())
    trials = [(row, *ways[row % len(ways)]) for row in range(1, rows + 1)]
    trials += [(row, name, way) for row in (1, 2, rows) for name, way in ways]
    missed = [f"{name}@{row}" for row, name, way in trials if not named(store, check, head, row, way)]
    store.close()
    return {
        "rows": rows,
        "tampered": len(trials),
        "missed": len(missed),
        "first_missed": missed[:5],
        "false_alarms": int(false_alarm is not None),
        "appends_per_s": round(rows / filling),
        "rows_checked_per_s": round(rows / checking),
    }


def filled(store: Store, rows: int) -> Head:
    """Write the log as the desk does: one act, one transaction."""
    for number in range(rows):
        with store.transaction() as t:
            t.audit.append(
                NOON, f"人员{number % 7}", "duty", "confirm", f"20260410-{number % 50:03}", True, {"n": number}
            )
    with store.reading() as t:
        head = t.audit.head()
    assert head is not None
    return head


def named(store: Store, check: Check, head: Head, row: int, way: Way) -> bool:
    """Whether the check names the first row touched (or the one after it, where the break shows); the tampering is taken back."""
    with store.engine.connect() as connection, connection.begin() as taken_back:
        touched = way(connection, row)
        broken = check(Transaction(connection), head)
        taken_back.rollback()
    return broken is not None and broken.seq in (touched, touched + 1)


def edit(field: str, value: Any) -> Way:
    """Overwrite one column of the row."""

    def way(connection: Connection, row: int) -> int:
        connection.execute(update(audit).where(audit.c.seq == row).values({field: value}))
        return row

    return way


def rewrite(connection: Connection, row: int) -> int:
    """Replace the row by another one with a hash that fits it."""
    later = [dict(one) for one in connection.execute(select(audit).where(audit.c.seq > row)).mappings()]
    connection.execute(delete(audit).where(audit.c.seq >= row))
    Audit(connection).append(NOON, "改写者", "admin", "dismiss", "20260410-001", True)
    if later:
        connection.execute(insert(audit), later)
    return row


def remove(connection: Connection, row: int) -> int:
    """Take the row out."""
    connection.execute(delete(audit).where(audit.c.seq == row))
    return row


def remove_and_close_up(connection: Connection, row: int) -> int:
    """Take the row out and renumber what follows."""
    remove(connection, row)
    _shift(connection, row, -1)
    return row


def cut(connection: Connection, row: int) -> int:
    """Cut off the row and everything after it."""
    connection.execute(delete(audit).where(audit.c.seq >= row))
    return row


def forge(connection: Connection, row: int) -> int:
    """Push a forged row in before this one and renumber what follows."""
    copied = dict(connection.execute(select(audit).where(audit.c.seq == row)).mappings().one())
    _shift(connection, row - 1, 1)
    connection.execute(insert(audit).values(copied | {"actor": "冒名者"}))
    return row


def move(connection: Connection, row: int) -> int:
    """Change places with a neighbour (the one before, for the last row)."""
    last = connection.execute(select(audit.c.seq).order_by(audit.c.seq.desc()).limit(1)).scalar_one()
    other = row + 1 if row < last else row - 1
    for old, new in ((row, FAR), (other, row), (FAR, other)):
        connection.execute(update(audit).where(audit.c.seq == old).values(seq=new))
    return min(row, other)


def _shift(connection: Connection, after: int, by: int) -> None:
    moving = update(audit).where(audit.c.seq > after)
    connection.execute(moving.values(seq=audit.c.seq + FAR))
    connection.execute(update(audit).where(audit.c.seq > FAR).values(seq=audit.c.seq - FAR + by))


WAYS: dict[str, Way] = {
    "edit actor": edit("actor", "别人"),
    "edit role": edit("role", "admin"),
    "edit act": edit("act", "dismiss"),
    "edit subject": edit("subject", "20260410-999"),
    "edit allowed": edit("allowed", False),
    "edit detail": edit("detail", {"n": -1}),
    "edit time": edit("at", NOON.replace(microsecond=1)),
    "edit hash": edit("hash", "0" * 64),
    "edit link": edit("previous", "f" * 64),
    "rewrite": rewrite,
    "remove": remove,
    "remove and close up": remove_and_close_up,
    "cut": cut,
    "forge": forge,
    "move": move,
}
