"""The desk's pages, one a file; each has a `draw(visit)`."""

from __future__ import annotations

from dashboard.screens import (
    administration,
    catalogue,
    desk,
    duty,
    entry,
    incident,
    ledger,
    messages,
    patrol,
    proposal,
    proposals,
    record,
    releases,
    risk,
    search,
    sources,
    suggestion_course,
    suggestions,
    upward,
)

__all__ = [
    "administration",
    "catalogue",
    "desk",
    "duty",
    "entry",
    "incident",
    "ledger",
    "messages",
    "patrol",
    "proposal",
    "proposals",
    "record",
    "releases",
    "risk",
    "search",
    "sources",
    "suggestion_course",
    "suggestions",
    "upward",
]
