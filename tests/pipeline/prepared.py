"""The parts of a report as the desk drafts them."""

from __future__ import annotations

from datetime import datetime

from pipeline import reporting
from pipeline.reporting import FindViews
from records.reports import Part
from records.words import ReportKind
from storage.store import Store


def prepared(store: Store, incident: str, at: datetime, find_views: FindViews | None = None) -> dict[Part, str]:
    """The texts of an initial report that was begun at `at`."""
    with store.transaction() as t:
        parts = reporting.prepare(t, incident, ReportKind.INITIAL, at, find_views=find_views)
    return {part: one.text for part, one in parts.items()}
