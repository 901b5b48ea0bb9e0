"""Takes in suggestions that were read from a file: each masked first, a row that cannot be taken in reported, the rest kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from casework.suggestions.importing import GoodRow, ReadRow
from pipeline.acts import Actor
from pipeline.attempts import attempting
from pipeline.refusals import Refused
from pipeline.suggesting import REGISTER, Handling, Incoming, masked, take_in
from records.naming import office_name
from records.spreadsheets import BadRow
from records.suggestions import origin_of_row
from regulation.permissions import allowed
from storage.store import Store, Transaction

IMPORTED = "suggestions_imported"
"""What the audit calls a file that was taken in."""


@dataclass
class Imported:
    """What became of a file's rows: how many were taken in, were there already, and those that were left out."""

    new: int = 0
    known: int = 0
    bad: list[BadRow] = field(default_factory=list)


def import_suggestions(
    store: Store, rows: Iterable[ReadRow], actor: Actor, at: datetime, handling: Handling
) -> Imported:
    """Take in every good row in one transaction; the same row a second time changes nothing. Raises Refused."""
    outcome = Imported()
    with attempting(store, actor, REGISTER, "suggestions", at) as t:
        if actor.role is not None and not allowed(actor.role, REGISTER):
            raise Refused(f"您没有权限登记意见建议：请联系{office_name()}")
        t.suggestions.take_turn()
        for row in rows:
            if isinstance(row, BadRow):
                outcome.bad.append(row)
            else:
                _take_in(t, row, actor, at, handling, outcome)
        facts = {"new": outcome.new, "known": outcome.known, "bad": len(outcome.bad)}
        t.audit.append(at, actor.name, actor.role, IMPORTED, "suggestions", True, facts)
    return outcome


def _take_in(t: Transaction, row: GoodRow, actor: Actor, at: datetime, handling: Handling, outcome: Imported) -> None:
    try:
        text = masked(row.text, handling.mask) or ""
        origin = origin_of_row(text, row.way, row.received_at, row.record)
        if t.suggestions.by_origin([origin]):
            outcome.known += 1
            return
        take_in(t, Incoming(text, row.way, row.received_at, row.record, row.unit, origin), actor, at, handling)
    except Refused as refusal:
        outcome.bad.append(BadRow(row.number, None, str(refusal)))
    else:
        outcome.new += 1
