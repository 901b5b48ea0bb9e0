"""The parts that papers of every period have: what was posted, the incidents, the time limits, patrols and suggestions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from casework.papers.periodic.figures import Case, ClockRow, Figures, Outcome, Scheduling
from casework.papers.periodic.wording import (
    by_cases,
    by_clocks,
    by_days,
    by_rows,
    change,
    compared,
    counted,
    known_days,
    moment,
    paragraph,
    percent,
    said,
    short_day,
)
from records.alerts import AlertState, DeadlineState
from records.naming import office_name
from records.papers import Basis, Chart, Ledger, Paragraph, Series, Shape, Statement, Table
from records.spans import span
from records.words import Severity

_WEEK = 7
MOST_CASES = 30
"""A table of incidents names no more; the sentence above it counts them all."""


@dataclass(frozen=True, slots=True)
class Told:
    """The figures of a period beside those it is compared with: the period `before` (环比), and of the `year_before` (同比).

    `year_before` is None where it is not compared, or is the period before. `units` says how the units stand, in a paper that
    tells of them.
    """

    now: Figures
    before: Figures | None
    year_before: Figures | None = None
    than: str = "上期"
    units: Scheduling | None = None

    @property
    def compared(self) -> list[tuple[str, Figures | None]]:
        """What it is compared with, by how that is called; None where it cannot be."""
        whole = self.before if self.now.whole and self.before is not None and self.before.whole else None
        found: list[tuple[str, Figures | None]] = [(self.than, whole)]
        if self.year_before is not None:
            found.append(("上年同期", self.year_before if self.now.whole and self.year_before.whole else None))
        return found

    def days(self) -> tuple[Basis, ...]:
        """The counts of posts on which a comparison rests."""
        others = [one for _, one in self.compared if one is not None]
        return (by_days(self.now.stretch), *(by_days(one.stretch) for one in others))

    def to(self, pick: Callable[[Figures], int], measure: str) -> str:
        """How a figure stands to the same one of the other periods."""
        return "；".join(
            compared(pick(self.now), None if other is None else pick(other), measure, than)
            for than, other in self.compared
        )


def posts(told: Told) -> Paragraph:
    """How much was posted, and how much of it was negative."""
    now = told.now
    days = by_days(now.stretch)
    return paragraph(
        said(
            f"{now.stretch.label}，共采集到公开渠道帖文{now.seen}条（{told.to(lambda one: one.seen, '条')}）。",
            *told.days(),
        ),
        said(
            f"其中负面{now.negatives}条，占{percent(now.negatives, now.seen)}（{told.to(lambda one: one.negatives, '条')}）；"
            f"转载、重复不计，不同声音{now.voices}条；负面帖文的评论、转发、点赞合计{now.reactions}次。",
            *told.days(),
        )
        if now.seen
        else None,
        _unread(now, days),
        said(f"上述帖文中{now.left}条已不再保存（保存期满或原帖已删除），按当时的研判结果计数。", days)
        if now.left
        else None,
        None if now.whole else said("本期有的日子不在系统监测或逐日统计的范围内，以上数据不完整。", days),
    )


def _unread(now: Figures, days: Basis) -> Statement | None:
    unread = sum(one.posts for one in now.posts if one.sentiment is None)
    return said(f"上述帖文中有{unread}条尚未研判。", days) if unread else None


def channels(now: Figures) -> Paragraph | None:
    """Where the negative posts appeared and what they were about; None without any."""
    if not now.negatives:
        return None
    found = counted(((channel.label, negative) for channel, _, negative in now.by_channel() if negative), "条")
    kinds = counted(((_category(category), count) for category, count, _ in now.by_category()), "条")
    days = by_days(now.stretch)
    return paragraph(
        said(f"负面帖文的渠道分布：{found}。", days), said(f"负面帖文的类型（第三十八条）：{kinds}。", days)
    )


def peak(now: Figures) -> Statement | None:
    """The day with the most negative posts; None without any."""
    days = now.by_day()
    top = max(days, key=lambda one: one[2], default=None)
    if top is None or not top[2]:
        return None
    return said(f"负面帖文最多的是{short_day(top[0])}，计{top[2]}条。", by_days(now.stretch))


def days_chart(now: Figures) -> Chart:
    """All posts and the negative ones, day by day."""
    days, known = now.by_day(), set(known_days(now))
    return Chart(
        f"{now.stretch.label}逐日帖文数",
        Shape.LINES,
        tuple(str(day.day) if len(days) > _WEEK else short_day(day) for day, _, _ in days),
        (
            Series("全部", tuple(float(count) if day in known else None for day, count, _ in days)),
            Series("负面", tuple(float(count) if day in known else None for day, _, count in days)),
        ),
        "条",
        (by_days(now.stretch),),
    )


def channel_table(told: Told) -> Table:
    """The channels with their posts, and how the negative ones stand to the period before."""
    now = told.now
    (_, other), *_ = told.compared
    earlier = {} if other is None else {channel: negative for channel, _, negative in other.by_channel()}
    rows = tuple(
        (
            channel.label,
            str(count),
            str(negative),
            percent(negative, count),
            "不作比较" if other is None else change(negative, earlier.get(channel, 0)),
        )
        for channel, count, negative in now.by_channel()
    )
    return Table("各渠道帖文情况", ("渠道", "帖文", "负面", "负面占比", f"负面较{told.than}"), rows, told.days())


def incidents(told: Told) -> Paragraph:
    """The incidents that opened, that closed, and that go on."""
    now, others = told.now, [one for _, one in told.compared if one is not None]
    opened = by_cases(f"{now.stretch.label}立案", now.opened)
    earlier = [by_cases(f"{one.stretch.label}立案", one.opened) for one in others]
    return paragraph(
        said(f"新立舆情事件{len(now.opened)}起（{told.to(lambda one: len(one.opened), '起')}）。", opened, *earlier),
        said(f"按等级分：{_by_severity(now.opened)}；按类型分：{_by_category(now.opened)}。", opened)
        if now.opened
        else None,
        said(f"办结{len(now.closed)}起。", by_cases(f"{now.stretch.label}办结", now.closed)),
        said(f"截至{moment(now.at)}，正在处置{len(now.ongoing)}起。", by_cases("正在处置", now.ongoing)),
    )


def each_case(now: Figures) -> list[Paragraph]:
    """A sentence for every incident that opened or goes on, as far as they are named."""
    cases = list({one.id: one for one in (*now.opened, *now.ongoing)}.values())
    return [paragraph(said(f"{number}. {_case(one)}", by_cases("事件", [one]))) for number, one in enumerate(cases, 1)][
        :MOST_CASES
    ]


def case_table(now: Figures) -> Table:
    """The incidents that opened in the period."""
    rows = tuple(
        (
            one.id,
            one.name,
            one.unit or f"待{office_name()}确定",
            one.severity.label,
            _category(one.category),
            one.state.label,
        )
        for one in now.opened[:MOST_CASES]
    )
    title = "新立舆情事件" if len(now.opened) <= MOST_CASES else f"新立舆情事件（前{MOST_CASES}起）"
    header = ("编号", "事项", "责任单位", "等级", "类型", "状态")
    return Table(title, header, rows, (by_cases(f"{now.stretch.label}立案", now.opened),))


def _case(one: Case) -> str:
    unit = one.unit or f"待{office_name()}确定"
    took = "，尚未签收" if one.acknowledged_at is None else f"，立案后{span(one.acknowledged_at - one.opened_at)}签收"
    closed = "" if one.closed_at is None else f"，{moment(one.closed_at)}办结"
    return (
        f"{one.name}（事件{one.id}）：{one.severity.label}，{_category(one.category)}，责任单位{unit}，"
        f"{moment(one.opened_at)}立案{took}，{one.state.label}{closed}。"
    )


def _by_severity(cases: Sequence[Case]) -> str:
    found = Counter(one.severity for one in cases)
    return counted(((severity.label, found[severity]) for severity in Severity if found[severity]), "起")


def _by_category(cases: Sequence[Case]) -> str:
    found = Counter(_category(one.category) for one in cases)
    return counted(found.most_common(), "起")


def _category(category: object) -> str:
    return "类型待定" if category is None else str(getattr(category, "label", category))


def limits(now: Figures) -> Paragraph:
    """Whether what was due was done in time, and how alerts went."""
    late, overdue = now.with_outcome(Outcome.LATE), now.with_outcome(Outcome.OVERDUE)
    clocks = by_clocks(f"{now.stretch.label}到期", now.clocks)
    met = len(now.with_outcome(Outcome.IN_TIME))
    due = len(now.clocks)
    return paragraph(
        said(
            f"到期的处置时限{due}项，按时完成{met}项（{percent(met, due)}），逾期完成{len(late)}项，"
            f"至今逾期未完成{len(overdue)}项。",
            clocks,
        )
        if due
        else said("没有到期的处置时限。", clocks),
        said(f"逾期的：{_late(late + overdue, now)}。", by_clocks("逾期", late + overdue)) if late or overdue else None,
        _alerts(now),
        _acknowledged(now),
    )


def _late(clocks: Sequence[ClockRow], now: Figures) -> str:
    more = f"；等{len(clocks)}项" if len(clocks) > MOST_CASES else ""
    return "；".join(late_clock(one, now) for one in clocks[:MOST_CASES]) + more


def late_clock(one: ClockRow, now: Figures) -> str:
    """One clock that went late: which incident, what, who, by how much."""
    done = "尚未完成" if one.state is DeadlineState.OPEN else "已完成"
    return f"事件{one.incident}的{one.what}（{one.unit or office_name()}），逾期{span(one.late_by(now.at))}，{done}"


def _alerts(now: Figures) -> Statement:
    sent, failed, waits = (now.told(state) for state in (AlertState.SENT, AlertState.FAILED, AlertState.QUEUED))
    basis = Basis(
        Ledger.ALERT, f"{now.stretch.label}发出的预警，{now.told()}行", (f"{now.stretch.first}/{now.stretch.last}",)
    )
    rest = "".join(f"，{words}{count}条" for words, count in (("未送达", failed), ("待发", waits)) if count)
    return said(f"发出预警和提醒{sent}条{rest}。", basis)


def _acknowledged(now: Figures) -> Statement | None:
    found, minutes = now.acknowledged(), now.minutes_to_acknowledge()
    if not now.opened:
        return None
    basis = by_cases("新立事件的签收", now.opened)
    if minutes is None:
        return said(f"新立的{len(now.opened)}起事件尚无签收。", basis)
    return said(
        f"新立的{len(now.opened)}起事件已签收{len(found)}起，从立案到签收用时的中位数为{math.floor(minutes + 0.5)}分钟。",
        basis,
    )


def responses(told: Told) -> Paragraph:
    """The reports that were filed and the answers that were published."""
    now = told.now
    kinds = Counter(one.kind for one in now.reports)
    each = counted(((kind.label, kinds[kind]) for kind in kinds), "件")
    return paragraph(
        said(
            f"报送事件报告{len(now.reports)}件{f'（{each}）' if each else ''}。",
            by_rows(Ledger.REPORT, f"{now.stretch.label}报送", [one.serial for one in now.reports]),
        ),
        said(
            f"发布回应{len(now.answers)}次，涉及事件{len(set(now.answers))}起。",
            by_rows(Ledger.ANSWER, f"{now.stretch.label}发布的回应，按事件编号", now.answers),
        ),
        said(
            f"公开发布事项{len(now.published)}件。",
            by_rows(Ledger.RECORD, f"{now.stretch.label}公开", [one.id for one in now.published]),
        ),
    )


def watch(now: Figures) -> Paragraph:
    """How the sources were patrolled, and what members and the public suggested."""
    patrols, suggestions = now.patrols, now.suggestions
    basis = Basis(Ledger.PATROL, f"{now.stretch.label}各来源逐日巡查数", (f"{now.stretch.first}/{now.stretch.last}",))
    received = by_rows(Ledger.SUGGESTION, f"{now.stretch.label}收到", suggestions.ids)
    overdue = len(suggestions.overdue)
    return paragraph(
        said(
            f"自动巡查来源{patrols.sources}个，共{patrols.attempts}次，有应答{patrols.answers}次"
            f"（{percent(patrols.answers, patrols.attempts)}）。",
            basis,
        )
        if patrols.attempts
        else said("没有自动巡查的记录。", basis),
        said(
            f"收到党员和群众意见建议{len(suggestions.ids)}件，其中采纳{suggestions.adopted}件、未采纳并作出解释"
            f"{suggestions.explained}件、办结{suggestions.finished}件。",
            received,
        ),
        said(f"其中逾期未办{overdue}件。", by_rows(Ledger.SUGGESTION, "逾期", suggestions.overdue))
        if overdue
        else None,
    )
