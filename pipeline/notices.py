"""Tells every unit that a notice of the office (调度通报, 督导检查通报) is signed and can be read."""

from __future__ import annotations

from collections.abc import Collection

from alerts.desk_message import NOTICE_SIGNED, alert_about_desk
from pipeline import papering
from pipeline.notify import Routes, queue
from pipeline.units import known_units
from records.papers import OfficePaper
from regulation.recipients import recipients_for
from storage.store import Transaction


def when_signed(routes: Routes, above: Collection[str] = ()) -> papering.Signed:
    """What signing a notice does besides; the bodies `above` that are told upward are no units. For papering.Office."""

    def tell(t: Transaction, paper: OfficePaper) -> None:
        if not papering.is_notice(paper):
            return
        facts = {"paper": papering.named(paper), "title": paper.content.title}
        at = paper.signed_at or paper.changed_at
        alerts = [
            alert_about_desk(NOTICE_SIGNED, who, at, f"paper:{paper.id}", facts, link=f"/paper?id={paper.id}")
            for unit in known_units(t, above)
            for who in recipients_for(NOTICE_SIGNED, unit)
        ]
        queue(t, alerts, routes)

    return tell
