"""Drafts the paper of a period from what is known: for the watch when the period is over, for a person at any time after."""

from __future__ import annotations

from datetime import date, datetime

from casework.papers.periodic import papers, scheduling
from casework.papers.periodic.situation import Told
from pipeline.meant import Meant
from pipeline.papering import draft, refresh
from pipeline.periodic_figures import figures_of, scheduling_of
from pipeline.refusals import Refused
from records.papers import About, Content, PaperKind
from regulation.disclosure_time import DisclosureTime
from regulation.papers import paper_rule
from regulation.periodic import Every, Periodic, Stretch, stretch_of
from storage.store import Store, Transaction

_BEFORE = {Every.DAY: "前一日", Every.WEEK: "上周", Every.MONTH: "上月", Every.YEAR: "上年"}


def content_of(
    t: Transaction, kind: PaperKind, stretch: Stretch, now: datetime, disclosure_time: DisclosureTime
) -> Content:
    """What a paper of that period says by what is known now."""
    if kind is PaperKind.SCHEDULING:
        return scheduling.drafted(scheduling_of(t, stretch, now, disclosure_time))
    before = figures_of(t, stretch.before(), now)
    year_before = figures_of(t, stretch.year_before(), now) if stretch.every is Every.MONTH else None
    units = scheduling_of(t, stretch, now, disclosure_time) if stretch.every is Every.YEAR else None
    return papers.drafted(kind, Told(figures_of(t, stretch, now), before, year_before, _BEFORE[stretch.every], units))


def name_of(kind: PaperKind, stretch: Stretch) -> str:
    """How people are told of a paper: its kind and period."""
    return f"{paper_rule(kind).label}（{stretch.label}）"


def draft_period(
    store: Store, kind: PaperKind, day: date, meant: Meant, rules: Periodic, disclosure_time: DisclosureTime
) -> int:
    """Draft the paper of the period in which a day lies; its number, that of the draft where there is one. Raises Refused."""
    stretch = stretch_of(rules.rules[kind].every, day)
    about = About(first=stretch.first, last=stretch.last)
    if stretch.ends_at > meant.at:
        raise Refused(f"{stretch.label}还没有结束，结束以后才能起草{paper_rule(kind).label}")
    with store.reading() as t:
        signed = t.papers.valid_of(kind, about)
        if signed is not None:
            raise Refused(f"{name_of(kind, stretch)}已经签发（{signed.serial}），要改请打开它另出更正")
        content = content_of(t, kind, stretch, meant.at, disclosure_time)
    return draft(store, kind, about, content, meant)


def refresh_period(store: Store, meant: Meant, rules: Periodic, disclosure_time: DisclosureTime) -> None:
    """Draft a paper that is not signed yet anew by what is known now; sections in which a person wrote stay. Raises Refused."""
    with store.reading() as t:
        paper = t.papers.get(int(meant.subject))
        if paper is None or paper.kind not in rules.rules or paper.about.first is None:
            kinds = "、".join(paper_rule(kind).label for kind in rules.rules)
            raise Refused(f"只有{kinds}能按最新数据更新")
        stretch = stretch_of(rules.rules[paper.kind].every, paper.about.first)
        content = content_of(t, paper.kind, stretch, meant.at, disclosure_time)
    refresh(store, meant, content)
