"""Drafts the monthly notice of scheduling (按月调度): how each unit stands with what it owes, and who must be urged."""

from __future__ import annotations

from collections.abc import Sequence

from casework.papers.periodic.figures import RecordDue, Scheduling, UnitStanding
from casework.papers.periodic.wording import (
    bracketed,
    by_clocks,
    by_rows,
    compared,
    moment,
    paragraph,
    said,
    share,
    to_add,
)
from records.alerts import DeadlineState
from records.papers import Basis, Block, Content, Ledger, PaperSection, Paragraph, Table
from records.spans import span

_MOST = 12
"""No sentence names more."""


def drafted(scheduling: Scheduling) -> Content:
    """The draft of the notice."""
    return Content(
        f"{scheduling.stretch.label}党务公开工作调度通报",
        (
            PaperSection("总体情况", standing(scheduling, "上月")),
            PaperSection("各单位情况", tuple(_unit(one, scheduling) for one in scheduling.units) or (_none(),)),
            PaperSection("须督促的单位", (_urged(scheduling),)),
            PaperSection("工作要求", (to_add("工作要求和整改完成的时限；没有的写“无”"),)),
        ),
    )


def standing(found: Scheduling, than: str) -> tuple[Block, ...]:
    """How the units stand as a whole, and each of them in a table; `than` is how the period before is called."""
    return (_whole(found, than), *_tables(found))


def _whole(found: Scheduling, than: str) -> Paragraph:
    due = [row for one in found.units for row in one.due]
    in_time, late = sum(len(one.in_time) for one in found.units), sum(len(one.late) for one in found.units)
    overdue = [row for one in found.units for row in one.overdue]
    clocks = [row for one in found.units for row in one.clocks]
    suggestions = [row for one in found.units for row in one.suggestions]
    earlier = None if found.before is None else [row for one in found.before for row in one.in_time]
    than_before = compared(in_time, None if earlier is None else len(earlier), "件", than)
    before = found.stretch.before().label
    return paragraph(
        said(
            f"{found.stretch.label}，应公开事项{len(due)}件，按时公开{in_time}件"
            f"{bracketed(share(in_time, len(due)), than_before)}，逾期公开{late}件。",
            _records(f"{found.stretch.label}到期", due),
            *([] if earlier is None else [_records(f"{before}到期、按时公开", earlier)]),
        ),
        said(f"截至{moment(found.at)}，逾期未公开{len(overdue)}件。", _records("逾期未公开", overdue)),
        said(
            f"事件处置、报告和回应逾期{len(clocks)}项，意见建议逾期未办{len(suggestions)}件。",
            by_clocks("逾期", clocks),
            by_rows(Ledger.SUGGESTION, "逾期", suggestions),
        ),
    )


def _tables(found: Scheduling) -> list[Table]:
    if not found.units:
        return []
    rows = tuple(
        (
            one.unit,
            str(len(one.due)),
            str(len(one.in_time)),
            str(len(one.late)),
            str(len(one.overdue)),
            str(len(one.clocks)),
            str(len(one.suggestions)),
        )
        for one in found.units
    )
    header = ("单位", "应公开", "按时", "逾期公开", "逾期未公开", "处置逾期", "建议逾期")
    bases = (
        _records(f"{found.stretch.label}到期", [row for one in found.units for row in one.due]),
        _records("逾期未公开", [row for one in found.units for row in one.overdue]),
        by_clocks("逾期", [row for one in found.units for row in one.clocks]),
        by_rows(Ledger.SUGGESTION, "逾期", [row for one in found.units for row in one.suggestions]),
    )
    return [Table("各单位任务落实情况（件）", header, rows, bases)]


def _unit(one: UnitStanding, found: Scheduling) -> Paragraph:
    nothing_late = not (one.late or one.overdue or one.clocks or one.suggestions)
    return paragraph(
        said(
            f"{one.unit}：应公开{len(one.due)}件，按时公开{len(one.in_time)}件{'，没有逾期事项' if nothing_late else ''}。",
            _records(f"{one.unit}到期", one.due),
        ),
        said(f"逾期公开：{_named(one.late, found)}。", _records(f"{one.unit}逾期公开", one.late)) if one.late else None,
        said(f"逾期未公开：{_named(one.overdue, found)}。", _records(f"{one.unit}逾期未公开", one.overdue))
        if one.overdue
        else None,
        said(f"处置逾期：{_clocks(one, found)}。", by_clocks(f"{one.unit}逾期", one.clocks)) if one.clocks else None,
        said(
            f"意见建议逾期未办：{'、'.join(one.suggestions[:_MOST])}{_more(one.suggestions)}。",
            by_rows(Ledger.SUGGESTION, f"{one.unit}逾期", one.suggestions),
        )
        if one.suggestions
        else None,
    )


def _urged(found: Scheduling) -> Paragraph:
    urged = found.to_urge
    records = [row for one in urged for row in one.overdue]
    clocks = [row for one in urged for row in one.clocks if row.state is DeadlineState.OPEN]
    suggestions = [row for one in urged for row in one.suggestions]
    bases = (
        _records("逾期未公开", records),
        by_clocks("逾期未完成", clocks),
        by_rows(Ledger.SUGGESTION, "逾期", suggestions),
    )
    if not urged:
        return paragraph(said(f"截至{moment(found.at)}，没有逾期未完成的事项，没有须督促的单位。", *bases))
    return paragraph(
        said(f"截至{moment(found.at)}，以下{len(urged)}个单位有逾期未完成的事项，请抓紧办理：", *bases),
        *(said(f"{_owes(one)}{'。' if one is urged[-1] else '；'}", *_owed(one)) for one in urged),
    )


def _owed(one: UnitStanding) -> list[Basis]:
    clocks = [row for row in one.clocks if row.state is DeadlineState.OPEN]
    return [
        *([_records(f"{one.unit}逾期未公开", one.overdue)] if one.overdue else []),
        *([by_clocks(f"{one.unit}逾期未完成", clocks)] if clocks else []),
        *([by_rows(Ledger.SUGGESTION, f"{one.unit}逾期", one.suggestions)] if one.suggestions else []),
    ]


def _owes(one: UnitStanding) -> str:
    open_clocks = sum(row.state is DeadlineState.OPEN for row in one.clocks)
    counts = (("逾期未公开", len(one.overdue)), ("处置未完成", open_clocks), ("意见建议未办", len(one.suggestions)))
    return f"{one.unit}（{'、'.join(f'{words}{count}件' for words, count in counts if count)}）"


def _none() -> Paragraph:
    return paragraph(said("本月没有应公开的事项，也没有逾期的事项。", Basis(Ledger.RECORD, "到期0行")))


def _named(rows: Sequence[RecordDue], found: Scheduling) -> str:
    named = "、".join(f"{row.name}（逾期{row.late(found.today)}天）" for row in rows[:_MOST])
    return named + _more(rows)


def _clocks(one: UnitStanding, found: Scheduling) -> str:
    named = "、".join(
        f"事件{row.incident}的{row.what}（逾期{span(row.late_by(found.at))}，"
        f"{'尚未完成' if row.state is DeadlineState.OPEN else '已完成'}）"
        for row in one.clocks[:_MOST]
    )
    return named + _more(one.clocks)


def _more(rows: Sequence[object]) -> str:
    return f"等{len(rows)}件" if len(rows) > _MOST else ""


def _records(words: str, rows: Sequence[RecordDue]) -> Basis:
    return by_rows(Ledger.RECORD, words, [row.ref for row in rows])
