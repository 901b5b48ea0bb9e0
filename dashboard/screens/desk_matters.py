"""要办的事: what waits for the person who looks, what is due first on top, with countdowns that tick in the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import streamlit as st

from dashboard import acting
from dashboard.meanings import meaning
from dashboard.navigation import Place
from dashboard.pieces import incident_facts
from dashboard.visit import Visit
from dashboard.wording import due, elapsed, moment, plain, remaining, severity_badge
from pipeline.matters import About, Band, Matter, Wanted, counts
from records.actions import Act

_FIRST = 20
"""So many are listed at first; the line above the list counts them all, also those below the first screen."""

_MOST = 200
_WHOLE = "desk_whole_list"
_PLACES = {
    About.INCIDENT: Place.INCIDENT,
    About.PROPOSALS: Place.PROPOSALS,
    About.PROPOSAL: Place.PROPOSAL,
    About.RECORD: Place.RECORD,
    About.SUGGESTION: Place.SUGGESTION,
    About.RECTIFICATION: Place.RECTIFICATION,
    About.INSPECTIONS: Place.INSPECTIONS,
    About.HANDOVER: Place.DUTY,
    About.PAPER: Place.PAPER,
    About.PAPERS: Place.PAPERS,
}
_BANDS: Mapping[Band, tuple[str, str]] = {
    Band.AT_ONCE: ("red", "◆"),
    Band.WITHIN_AN_HOUR: ("orange", "▲"),
    Band.LATER: ("blue", "●"),
    Band.UNTIMED: ("gray", "○"),
}


def draw(visit: Visit, found: Sequence[Matter], troubles: int, now: datetime) -> None:
    """Draw the line that counts everything, then the list."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="matters_line"):
        st.markdown(f"### 要办的事 · {len(found)}", anchors=False, width="content")
        st.markdown(_line(found, troubles, now), width="content", help=f"{meaning('要办的事')}{meaning('倒计时')}")
    if not found:
        st.info("现在没有等您办理的事。新事件和时限会自动出现；电话、群聊里得知的情况请到“录入”登记。")
    whole = bool(st.session_state.get(_WHOLE, False))
    with st.container(gap="xsmall"):
        for number, matter in enumerate(found[: _MOST if whole else _FIRST]):
            with st.container(border=True, key=_key(matter, number)):
                _matter(visit, matter, now)
    if len(found) > _FIRST:
        st.toggle(f"全部列出（另有 {len(found) - _FIRST} 件，时限更晚或没有时限）", key=_WHOLE)


def _key(matter: Matter, number: int) -> str:
    return f"row_{matter.item}" if matter.about is About.INCIDENT else f"row_{matter.about}_{matter.item or number}"


def _line(found: Sequence[Matter], troubles: int, now: datetime) -> str:
    said = [f":{_BANDS[band][0]}-badge[{_BANDS[band][1]} {band.label} {n}]" for band, n in counts(found, now).items()]
    return " ".join([*said, f":red-badge[■ 运行故障 {troubles}]" if troubles else ":green-badge[运行正常]"])


def _matter(visit: Visit, matter: Matter, now: datetime) -> None:
    first, *others = matter.wanted
    left, middle, right = st.columns([2.5, 5.6, 1.1], vertical_alignment="center", gap="small")
    with left:
        _time(matter, first, now)
    with middle, st.container(gap="xxsmall"):
        visit.link(_PLACES[matter.about], matter.title, matter.item)
        facts = [] if matter.incident is None else [incident_facts(matter.incident, now)]
        also = [f"**还要** {'、'.join(_also(one) for one in others)}"] if others else []
        if facts or also:
            st.markdown("  \n".join(f":small[{one}]" for one in [*facts, *also]))
    if matter.acknowledges and right.button("签收", key=f"sign_{matter.item}", type="primary"):
        _acknowledge(matter)


def _time(matter: Matter, first: Wanted, now: datetime) -> None:
    """The text that ticks stands in a container whose key holds the moment: watch.js counts by it."""
    badge = f"{severity_badge(matter.incident.severity)} " if matter.incident is not None else ""
    if first.since is not None:
        with st.container(key=f"since_{int(first.since.timestamp())}_{matter.about}_{matter.item}"):
            st.markdown(f"{badge}:red-background[**{elapsed(first.since, now)}**]  \n{_what(first)}")
    elif first.due_at is not None:
        said = f"**{remaining(first.due_at, now)}**"
        shown = f":red-background[{said}]" if first.due_at < now else said
        with st.container(key=f"due_{int(first.due_at.timestamp())}_{matter.about}_{matter.item}"):
            st.markdown(f"{badge}{shown}  \n{_what(first)}")
    else:
        st.markdown(f"{badge}没有时限  \n{_what(first)}")


def _what(wanted: Wanted) -> str:
    if wanted.since is not None:
        return f"**{plain(wanted.what)}** :small[:gray[发现于 {moment(wanted.since)}]]"
    until = f" :small[:gray[最迟 {due(wanted.due_at)}]]" if wanted.due_at is not None else ""
    return f"**{plain(wanted.what)}**{until}"


def _also(wanted: Wanted) -> str:
    return plain(wanted.what) + ("" if wanted.due_at is None else f"（最迟 {due(wanted.due_at)}）")


def _acknowledge(matter: Matter) -> None:
    def work(doing: acting.Doing) -> None:
        acting.act(doing, Act.ACKNOWLEDGE, {"incident": matter.item})

    acting.do(f"desk_sign|{matter.item}", "已签收", work)
    st.rerun(scope="app")
