"""Says figures as papers of offices say them, each with what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from casework.papers.periodic.figures import Case, ClockRow, Figures, china_day
from records.papers import Basis, Ledger, Paragraph, Statement
from records.zone import CHINA
from regulation.periodic import Stretch

TO_ADD = "〔待补充：{}〕"
"""Stands for what the desk cannot know; a paper that holds it cannot be signed."""

NO_COMPARISON = "没有完整统计，不作比较"
FROM_NOTHING = "为零，不作比较"

_NAMED = 6
"""An appendix names no more rows by their numbers."""


def said(text: str, *rests_on: Basis) -> Statement:
    """A sentence and what it rests on."""
    return Statement(text, tuple(rests_on))


def paragraph(*statements: Statement | None) -> Paragraph:
    """The sentences as one paragraph; None is none."""
    return Paragraph(tuple(one for one in statements if one is not None))


def to_add(what: str) -> Paragraph:
    """A paragraph that a person must still write."""
    return paragraph(said(TO_ADD.format(what)))


def compared(now: int, before: int | None, measure: str, than: str = "上期") -> str:
    """How a figure stands to that of another period, which may be unknown: 较上期增加3条，上升50.0%."""
    if before is None:
        return f"{than}{NO_COMPARISON}"
    if before == 0:
        return f"{than}{FROM_NOTHING}"
    if now == before:
        return f"与{than}持平"
    turn, change = ("增加", "上升") if now > before else ("减少", "下降")
    return f"较{than}{turn}{abs(now - before)}{measure}，{change}{percent(abs(now - before), before)}"


def percent(part: int, whole: int) -> str:
    """A share in per cent with one decimal, halves rounded up; — of nothing."""
    if whole == 0:
        return "—"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


def share(part: int, whole: int) -> str | None:
    """The same for brackets behind a figure; None of nothing."""
    return percent(part, whole) if whole else None


def bracketed(*words: str | None) -> str:
    """What there is to add to a figure, in one pair of brackets; nothing where there is nothing."""
    kept = [one for one in words if one]
    return f"（{'；'.join(kept)}）" if kept else ""


def change(now: int, before: int | None) -> str:
    """The same for the cell of a table."""
    if before is None or before == 0:
        return "不作比较"
    if now == before:
        return "持平"
    return f"{'+' if now > before else '-'}{percent(abs(now - before), before)}"


def counted(counts: Iterable[tuple[str, int]], measure: str) -> str:
    """Several counts in a row: 论坛3条、新闻1条."""
    return "、".join(f"{name}{count}{measure}" for name, count in counts)


def moment(at: datetime) -> str:
    """A minute as a paper writes it."""
    local = at.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日{local.hour:02d}时{local.minute:02d}分"


def short_day(day: date) -> str:
    """A day without its year."""
    return f"{day.month}月{day.day}日"


def by_days(stretch: Stretch, what: str = "逐日帖文数") -> Basis:
    """The counts of posts of these days."""
    return Basis(Ledger.DAYS, f"{stretch.label}{what}", (f"{stretch.first}/{stretch.last}",))


def by_cases(words: str, cases: Sequence[Case]) -> Basis:
    """Rows of the incidents."""
    return by_rows(Ledger.INCIDENT, words, [one.id for one in cases])


def by_clocks(words: str, clocks: Sequence[ClockRow]) -> Basis:
    """Rows of the clocks."""
    return by_rows(Ledger.CLOCK, words, [str(one.id) for one in clocks])


def by_rows(ledger: Ledger, words: str, refs: Sequence[str]) -> Basis:
    """Rows of any ledger, by their numbers; the words name those that are few."""
    named = f"：{'、'.join(refs)}" if 0 < len(refs) <= _NAMED else ""
    return Basis(ledger, f"{words}，{len(refs)}行{named}", tuple(refs))


def known_days(figures: Figures) -> list[date]:
    """The days of the period that have come."""
    return [day for day, _, _ in figures.by_day() if day <= china_day(figures.at)]
