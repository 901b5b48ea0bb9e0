"""Says in a few words how a source stands, for the list and for the page of one source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from crawlers.forms import form_of
from dashboard.backstage import backstage
from dashboard.pieces import health_badge
from dashboard.wording import moment, plain, shortened
from pipeline.source_health import SourceHealth, Standing, source_states
from pipeline.sources import Listed
from storage.store import Transaction


def standings(t: Transaction, listed: Sequence[Listed]) -> Mapping[str, SourceHealth]:
    """How the sources that are to be read stand, by id."""
    read = [one.source for one in listed if one.source is not None and one.source.enabled]
    return {state.id: state for state in source_states(t, read, backstage().now(), backstage().desk.health_rules)}


def kind_name(one: Listed) -> str:
    """The short name of its kind."""
    kind = str(one.row.get("kind") or "")
    return plain(form_of(kind).label.partition("（")[0]) if one.source is not None else plain(kind or "—")


def standing_badge(one: Listed, state: SourceHealth | None) -> str:
    """How it stands, as a markdown badge."""
    if one.source is None:
        return ":red-badge[设置有误]"
    if state is None:
        return ":gray-badge[停用]"
    return health_badge(state)


def usual_day(state: SourceHealth) -> str:
    """Its usual day, where enough days are known."""
    if state.usual is None:
        return ""
    low, high = state.usual.low, state.usual.high
    return f"{low} 条左右" if low == high else f"{low}–{high} 条"


def standing_note(one: Listed, state: SourceHealth | None, now: datetime, length: int = 200) -> str:
    """What is wrong with it and since when, inert; nothing where all is well."""
    if one.faults:
        return f":red[{plain(shortened(one.faults[0], length))}]"
    if state is None or state.standing in (Standing.GOOD, Standing.NEW):
        return ""
    since = f"自 {moment(state.since, now)}" if state.since else ""
    return "：".join(part for part in (since, plain(shortened(state.detail or state.wording, length))) if part)
