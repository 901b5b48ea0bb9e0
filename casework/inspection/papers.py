"""Writes up an inspection: the sheet of one unit, the notice over all units, and the year's assessment (第五十一、五十四条)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from casework.inspection.comparing import UnitSheet, by_unit, change, mean, ordered, points, tally
from casework.inspection.scoring import FigureScore, plain
from casework.inspection.sheet import CheckScore
from records.inspections import SheetEntry
from records.naming import office_name
from records.papers import (
    Basis,
    Chart,
    Content,
    Ledger,
    PaperKind,
    PaperSection,
    Paragraph,
    Series,
    Shape,
    Statement,
    Table,
)
from records.zone import CHINA
from regulation.clauses import citation
from regulation.inspection import FIGURES, InspectionRules
from regulation.papers import paper_rule

_MOMENT = timedelta(seconds=1)
_FAULTS = 12
"""So many faults of one figure are named; the appendix has the rows of all."""


@dataclass(frozen=True, slots=True)
class YearRow:
    """One unit's year: its half-years where they were scored, the standing figures of 100, and what they come to."""

    unit: str
    halves: tuple[UnitSheet | None, UnitSheet | None]
    standing: float | None
    points: float | None
    figures: Sequence[FigureScore] = ()


def sheet_content(one: UnitSheet, rules: InspectionRules, now: datetime) -> Content:
    """What is told to the inspected unit (第五十三条)."""
    total = one.marked.total
    assert total is not None  # a sheet without points is not written up
    head = (
        f"{office_name()}依照{_cited()}对{one.unit}{one.period}党务公开工作进行了督导检查，"
        f"得 {plain(total)} 分（满分 {plain(rules.full)} 分），为{rules.grade(total)}。"
    )
    sections = [
        PaperSection("总体情况", (_said(head, _sheet(one)), *_counted_until(one))),
        PaperSection("各项得分", (_checks_table(one),)),
        PaperSection("取数和评分的依据", tuple(_details(one))),
        PaperSection("检查出的问题", tuple(_findings(one)) or (_said("没有记下问题。"),)),
        PaperSection("平时监督检查", tuple(_standing(one))),
        PaperSection("整改", tuple(_rectifying(one, rules, now))),
    ]
    return Content(f"关于{one.unit}{one.period}党务公开工作督导检查情况的反馈", tuple(sections))


def notice_content(
    period: str, sheets: Sequence[UnitSheet], before: Sequence[UnitSheet], rules: InspectionRules, now: datetime
) -> Content:
    """What is told to the whole district (第五十一条): every unit of which the sheet has points, beside the half-year before."""
    scored = [one for one in ordered(sheets) if one.marked.total is not None]
    open_ones = [one for one in sheets if one.marked.total is None]
    earlier = by_unit(before)
    sections = [
        PaperSection("总体情况", tuple(_overall(period, scored, open_ones, rules))),
        PaperSection("各单位得分", (_units_table(scored, rules), _units_chart(scored, earlier))),
        PaperSection("与上一个半年比较", (_changes_table(scored, earlier, rules),)),
        PaperSection("检查出的问题", tuple(_all_findings(scored)) or (_said("没有记下问题。"),)),
        PaperSection("整改", (_tallies(sheets, now),)),
    ]
    return Content(f"关于{period}党务公开工作督导检查情况的通报", tuple(sections))


def year_content(
    year: int, rows: Sequence[YearRow], rules: InspectionRules, unit: str | None, now: datetime
) -> Content:
    """The year's assessment of all units, or of one (第五十四条)."""
    scored = sorted((one for one in rows if one.points is not None), key=lambda one: (-(one.points or 0), one.unit))
    whom = unit or "各单位"
    weights = rules.year
    standing = "、".join(one.label for one in rules.standing)
    formula = (
        f"年度得分按{weights.cited}由平时和年度两部分综合：两个半年督导检查得分的平均占 {plain(weights.half_years * 100)}%，"
        f"平时监督检查（{standing}）占 {plain(weights.standing * 100)}%，都折成百分；"
        "全年没有事件的，只按督导检查计分；只检查了一个半年的，按这一个半年计分。"
    )
    sections = [
        PaperSection("考核办法", (_said(formula),)),
        PaperSection("考核结果", (*_year_said(year, scored, rows, rules), _year_table(scored, rules), _year_chart(scored))),
        PaperSection("平时监督检查", tuple(_year_standing(scored)) or (_said("全年没有到期的事件时限。"),)),
        PaperSection("整改", (_tallies([half for one in rows for half in one.halves if half is not None], now),)),
    ]  # fmt: skip
    return Content(f"关于{year}年度{whom}党务公开工作考核情况的报告", tuple(sections))


def figure_basis(score: FigureScore) -> Basis:
    """The rows that a figure rests on."""
    ledger = FIGURES[score.rule.figure]
    return Basis(ledger, f"{score.rule.label}：{len(score.cases)} 件", tuple(one.ref for one in score.cases))


def faults_said(score: FigureScore) -> str:
    """What is the matter with those that were not as they should be, by their numbers."""
    named = [f"{shown_ref(score.rule.figure, one.ref)} {one.what or '不符'}" for one in score.faults[:_FAULTS]]
    more = f"，另有 {len(score.faults) - _FAULTS} 件" if len(score.faults) > _FAULTS else ""
    return "、".join(named) + more


def shown_ref(figure: str, ref: str) -> str:
    """The number of a case as people know it: of a clock that of its incident, of a link that of its record."""
    if FIGURES[figure] is Ledger.CLOCK:
        return f"事件 {ref.partition('/')[0]}"
    return ref.rpartition("/")[0] if figure == "links_readable" else ref


def _said(text: str, *rests_on: Basis) -> Paragraph:
    return Paragraph((Statement(text, rests_on),))


def _cited() -> str:
    """By which article the office inspects."""
    return citation(paper_rule(PaperKind.INSPECTION).clause or "")


def _sheet(one: UnitSheet) -> Basis:
    return Basis(Ledger.INSPECTION, f"{one.unit}{one.period}检查表", (str(one.sheet.id),))


def _sheets(several: Sequence[UnitSheet]) -> tuple[Basis, ...]:
    """The sheets of each half-year as one ground."""
    periods: dict[str, list[str]] = {}
    for one in several:
        periods.setdefault(one.period, []).append(str(one.sheet.id))
    return tuple(
        Basis(Ledger.INSPECTION, f"{period}检查表 {len(refs)} 张", tuple(refs)) for period, refs in periods.items()
    )


def _entry(one: UnitSheet, entry: SheetEntry) -> Basis:
    what = f"{one.unit}{one.period}检查表，{entry.noted.label}，{entry.actor}，{_day(entry.at)}"
    return Basis(Ledger.INSPECTION, what, (f"{one.sheet.id}/{entry.id}",))


def _counted_until(one: UnitSheet) -> Iterator[Paragraph]:
    if (entry := one.marked.counted) is not None:
        yield _said(f"各数取自本台台账，截至{_day(entry.at)}。", _entry(one, entry))


def _checks_table(one: UnitSheet) -> Table:
    rows = [
        (
            check.rule.number,
            check.rule.words,
            plain(check.rule.points),
            plain(check.counted) + (f"，改为 {points(check.machine)}" if check.deviated else "")
            if check.counted_most
            else "—",
            points(check.by_hand) if check.judged is not None else "—",
            points(check.points),
        )
        for check in one.marked.checks
    ]
    rows.append(
        ("", "合计", plain(sum(check.rule.points for check in one.marked.checks)), "", "", points(one.marked.total))
    )
    header = ("项", "检查内容", "满分", "取数", "人工", "得分")
    return Table(f"{one.unit}{one.period}督导检查得分", header, tuple(rows), (_sheet(one),))  # fmt: skip


def _details(one: UnitSheet) -> Iterator[Paragraph]:
    for check in one.marked.checks:
        statements = [Statement(_figure_said(figure), (figure_basis(figure),)) for figure in check.figures]
        statements += list(_by_hand(one, check))
        yield Paragraph((Statement(f"（{check.rule.number}）{check.rule.words}。"), *statements))


def _figure_said(score: FigureScore) -> str:
    faults = faults_said(score)
    return f"{score.rule.label}：{score.formula}{f'（{faults}）' if faults else ''}。"


def _by_hand(one: UnitSheet, check: CheckScore) -> Iterator[Statement]:
    if (entry := check.deviated) is not None:
        said = f"取数得 {plain(check.counted)} 分，改为 {_given(entry, check.machine)}，理由：{_ended(entry.text)}"
        yield Statement(said, (_entry(one, entry),))
    if (entry := check.judged) is not None:
        why = f"，{_ended(entry.text)}" if entry.text else "。"
        yield Statement(f"人工评 {_given(entry, check.by_hand)}{why}", (_entry(one, entry),))


def _given(entry: SheetEntry, counts: float | None) -> str:
    """The points that a person gave; how many of them count, where what was counted later left less room."""
    said = f"{points(entry.points)} 分"
    return said if counts == entry.points else f"{said}（这一部分现为 {points(counts)} 分，按此计）"


def _findings(one: UnitSheet, named: bool = False) -> Iterator[Paragraph]:
    for check in one.marked.checks:
        for entry in check.findings:
            shown_by = f"依据：{_ended(entry.evidence)}" if entry.evidence else ""
            whose = f"{one.unit}，" if named else ""
            said = f"{whose}第（{check.rule.number}）项：{_ended(entry.text)}{shown_by}"
            yield _said(said, _entry(one, entry))


def _all_findings(sheets: Sequence[UnitSheet]) -> Iterator[Paragraph]:
    for one in sheets:
        yield from _findings(one, named=True)


def _standing(one: UnitSheet) -> Iterator[Paragraph]:
    figures = [figure for figure in one.marked.standing if figure.cases]
    grounds = tuple(figure_basis(figure) for figure in figures)
    if one.marked.standing_points is None:
        yield _said("本期没有到期的事件时限。")
        return
    statements = [Statement(_figure_said(figure), (figure_basis(figure),)) for figure in figures]
    said = f"折成百分为 {plain(one.marked.standing_points)} 分，计入年度考核。"
    yield Paragraph((*statements, Statement(said, grounds)))


def _rectifying(one: UnitSheet, rules: InspectionRules, now: datetime) -> Iterator[Paragraph | Table]:
    if not one.items:
        yield _said("没有交办整改事项。")
        return
    basis = Basis(Ledger.RECTIFICATION, f"{one.unit}的整改事项", tuple(item.item for item in one.items))
    yield _said(f"{tally(one.items, now).said}。整改情况应当公开（{rules.rectification.cited}）。", basis)
    rows = tuple(
        (item.item, item.problem.text or "", _last_day(item.due_at), item.standing.label) for item in one.items
    )
    yield Table("整改事项", ("编号", "问题", "整改期限", "状态"), rows, (basis,))


def _overall(
    period: str, scored: Sequence[UnitSheet], open_ones: Sequence[UnitSheet], rules: InspectionRules
) -> Iterator[Paragraph]:
    average = mean((one.marked.total for one in scored), rules.formula)
    if average is None:
        yield _said(f"{period}还没有评完分的单位。")
        return
    graded = "、".join(
        f"{grade.label} {count} 个"
        for grade in rules.grades
        if (count := sum(rules.grade(one.marked.total or 0) == grade.label for one in scored))
    )
    basis = Basis(Ledger.INSPECTION, f"{period}各单位检查表", tuple(str(one.sheet.id) for one in scored))
    yield _said(
        f"{office_name()}依照{_cited()}对 {len(scored)} 个单位{period}党务公开工作进行了督导检查，"
        f"平均 {plain(average)} 分（满分 {plain(rules.full)} 分）：{graded}。",
        basis,
    )
    if open_ones:
        names = "、".join(sorted(one.unit for one in open_ones))
        rests = Basis(Ledger.INSPECTION, "没有评完分的检查表", tuple(str(one.sheet.id) for one in open_ones))
        yield _said(f"还没有评完分、未列入的单位：{names}。", rests)


def _units_table(scored: Sequence[UnitSheet], rules: InspectionRules) -> Table:
    rows = tuple(
        (
            one.unit,
            *(points(check.points) for check in one.marked.checks),
            points(one.marked.total),
        )
        for one in scored
    )
    header = ("单位", *(check.number for check in rules.checks), "总分")
    return Table("各单位九项得分", header, rows, _sheets(scored))


def _units_chart(scored: Sequence[UnitSheet], earlier: Mapping[str, UnitSheet]) -> Chart:
    now = Series("本期", tuple(one.marked.total for one in scored))
    then = Series("上期", tuple(_total(earlier.get(one.unit)) for one in scored))
    series = (now, then) if any(one is not None for one in then.figures) else (now,)
    units = tuple(one.unit for one in scored)
    compared = [*scored, *(earlier[unit] for unit in units if unit in earlier)]
    return Chart("各单位总分", Shape.BARS, units, series, "分", _sheets(compared))


def _changes_table(scored: Sequence[UnitSheet], earlier: Mapping[str, UnitSheet], rules: InspectionRules) -> Table:
    rows = []
    for one in scored:
        before = _total(earlier.get(one.unit))
        total = one.marked.total
        rows.append((one.unit, points(before), points(total), change(before, total), rules.grade(total or 0)))
    rests_on = _sheets((*scored, *(earlier[one.unit] for one in scored if one.unit in earlier)))
    return Table("总分变化和等次", ("单位", "上期", "本期", "增减", "等次"), tuple(rows), rests_on)


def _tallies(sheets: Sequence[UnitSheet], now: datetime) -> Table:
    items: dict[str, list[UnitSheet]] = {}
    for one in sheets:
        items.setdefault(one.unit, []).append(one)
    rows, refs = [], []
    for unit in sorted(items):
        own = [item for one in items[unit] for item in one.items]
        refs += [item.item for item in own]
        counted = tally(own, now)
        rows.append((unit, str(counted.items), str(counted.finished), str(counted.open), str(counted.late)))
    header = ("单位", "整改事项", "已完成", "未完成", "其中逾期")
    return Table("整改情况", header, tuple(rows), (Basis(Ledger.RECTIFICATION, "整改台账", tuple(refs)),))


def _year_said(
    year: int, scored: Sequence[YearRow], rows: Sequence[YearRow], rules: InspectionRules
) -> Iterator[Paragraph]:
    average = mean((one.points for one in scored), rules.formula)
    if average is None:
        yield _said(f"{year}年还没有评完分的检查表。")
        return
    basis = (*_sheets(_halves(scored)), *_clocks(scored))
    yield _said(f"{year}年度考核 {len(scored)} 个单位，平均 {plain(average)} 分。", *basis)
    partial = [one.unit for one in scored if sum(_total(half) is not None for half in one.halves) == 1]
    if partial:
        yield _said(f"只有一个半年评了分的单位：{'、'.join(sorted(partial))}。", *basis)
    missing = [one.unit for one in rows if one.points is None]
    if missing:
        yield _said(f"没有评分、未列入的单位：{'、'.join(sorted(missing))}。")


def _year_table(scored: Sequence[YearRow], rules: InspectionRules) -> Table:
    rows = tuple(
        (
            one.unit,
            *(points(_total(half)) for half in one.halves),
            points(one.standing),
            points(one.points),
            rules.grade((one.points or 0) * rules.full / 100),
        )
        for one in scored
    )
    rests_on = (*_sheets(_halves(scored)), *_clocks(scored))
    return Table("年度考核得分", ("单位", "上半年", "下半年", "平时", "年度得分", "等次"), rows, rests_on)


def _year_chart(scored: Sequence[YearRow]) -> Chart:
    series = (
        Series("上半年", tuple(_total(one.halves[0]) for one in scored)),
        Series("下半年", tuple(_total(one.halves[1]) for one in scored)),
        Series("年度得分", tuple(one.points for one in scored)),
    )
    rests_on = (*_sheets(_halves(scored)), *_clocks(scored))
    return Chart("各单位半年和年度得分", Shape.BARS, tuple(one.unit for one in scored), series, "分", rests_on)


def _halves(scored: Sequence[YearRow]) -> list[UnitSheet]:
    """Every sheet of these units, the first half-years before the second."""
    return [half for place in (0, 1) for one in scored if (half := one.halves[place]) is not None]


def _clocks(scored: Sequence[YearRow]) -> tuple[Basis, ...]:
    """The clocks from which the standing figures are, as one ground."""
    refs = [case.ref for one in scored for figure in one.figures for case in figure.cases]
    return (Basis(Ledger.CLOCK, f"到期的事件时限 {len(refs)} 项", tuple(refs)),) if refs else ()


def _year_standing(scored: Sequence[YearRow]) -> Iterator[Paragraph]:
    for one in scored:
        figures = [figure for figure in one.figures if figure.cases]
        if figures and one.standing is not None:
            statements = [Statement(f"{one.unit}：")]
            statements += [Statement(_figure_said(figure), (figure_basis(figure),)) for figure in figures]
            grounds = tuple(figure_basis(figure) for figure in figures)
            yield Paragraph((*statements, Statement(f"折成百分为 {plain(one.standing)} 分。", grounds)))


def _total(one: UnitSheet | None) -> float | None:
    return None if one is None else one.marked.total


def _ended(text: str | None) -> str:
    said = (text or "").strip()
    return said if said.endswith(("。", "！", "？", "；", ".")) else f"{said}。"


def _day(at: datetime) -> str:
    local = at.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日"


def _last_day(due_at: datetime | None) -> str:
    """The day at whose end something is due."""
    return "" if due_at is None else _day(due_at.replace(microsecond=0) - _MOMENT)
