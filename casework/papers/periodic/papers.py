"""Drafts the papers of a day, week, month and year from their figures; who signs completes what the desk cannot know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from casework.papers.periodic import situation
from casework.papers.periodic.figures import Figures, Outcome
from casework.papers.periodic.scheduling import standing
from casework.papers.periodic.situation import Told
from casework.papers.periodic.wording import by_cases, by_days, by_rows, counted, paragraph, percent, said, to_add
from records.catalogues import FilingNoted
from records.papers import Block, Chart, Content, Ledger, PaperKind, PaperSection, Paragraph, Series, Shape, Table
from records.words import Category, Severity

_MOST_UNITS = 40


def drafted(kind: PaperKind, told: Told) -> Content:
    """The draft of a paper of this kind. Raises KeyError for one that is not drafted from these figures."""
    return _DRAFTS[kind](told)


def _daily(told: Told) -> Content:
    now = told.now
    return Content(
        f"{now.stretch.label}舆情日报",
        (
            _section("网上舆情", situation.posts(told), situation.channels(now)),
            _section("舆情事件", situation.incidents(told), *situation.each_case(now)),
            _section("时限、报告和回应", situation.limits(now), situation.responses(told)),
            _section("巡查和意见建议", situation.watch(now)),
            _section("研判意见", to_add("值班人员的研判意见和提请关注的事项；没有的写“无”")),
        ),
    )


def _weekly(told: Told) -> Content:
    now = told.now
    return Content(
        f"{now.stretch.label}舆情周报",
        (
            _online(told),
            _section("舆情事件", situation.incidents(told), *_cases(now)),
            _section("时限、报告和回应", situation.limits(now), situation.responses(told)),
            _section("巡查和意见建议", situation.watch(now)),
            _section("研判和下周安排", to_add("一周舆情的研判意见和下周工作安排")),
        ),
    )


def _monthly(told: Told) -> Content:
    now = told.now
    return Content(
        f"{now.stretch.label}舆情工作月报",
        (
            _online(told),
            _section("舆情事件", situation.incidents(told), *_cases(now)),
            _section("时限、报告和回应", situation.limits(now), situation.responses(told)),
            _section("巡查和意见建议", situation.watch(now)),
            _section("存在的问题", to_add("本月工作中存在的问题及原因")),
            _section("下月工作", to_add("下月工作安排")),
        ),
    )


def _yearly(told: Told) -> Content:
    now = told.now
    return Content(
        f"{now.stretch.label}党务公开工作报告",
        (
            _section(
                "任务落实情况", *_published(now), *([] if told.units is None else standing(told.units, told.than))
            ),
            _section(
                "舆情监测情况",
                situation.posts(told),
                situation.channels(now),
                _months_chart(now) if now.seen else None,
                _months(now) if now.seen else None,
                situation.channel_table(told) if now.seen else None,
            ),
            _section(
                "舆情事件处置情况",
                situation.incidents(told),
                _kinds(now) if now.opened else None,
                situation.limits(now),
                _timely(now),
                situation.responses(told),
            ),
            _section("党员和群众意见建议", situation.watch(now)),
            _section(
                "制度、机构和备案",
                _catalogue(now),
                to_add("方案、制度机制、组织机构和人员的情况及报备情况（二（七）6）"),
            ),
            _section("存在的问题", to_add("一年工作中存在的问题及原因")),
            _section("下一年工作打算", to_add("下一年工作打算")),
        ),
    )


def _section(heading: str, *blocks: Block | None) -> PaperSection:
    return PaperSection(heading, tuple(block for block in blocks if block is not None))


def _online(told: Told) -> PaperSection:
    now = told.now
    peak = situation.peak(now)
    return _section(
        "网上舆情",
        situation.posts(told),
        situation.channels(now),
        None if peak is None else paragraph(peak),
        situation.days_chart(now) if now.seen else None,
        situation.channel_table(told) if now.seen else None,
    )


def _cases(now: Figures) -> list[Block]:
    return [situation.case_table(now)] if now.opened else []


def _published(now: Figures) -> list[Block]:
    units = Counter(one.unit for one in now.published)
    basis = by_rows(Ledger.RECORD, f"{now.stretch.label}公开", [one.id for one in now.published])
    sentence = said(
        f"{now.stretch.label}，各责任单位共公开发布事项{len(now.published)}件，涉及单位{len(units)}个。", basis
    )
    if not units:
        return [paragraph(sentence)]
    rows = tuple((unit, str(count)) for unit, count in units.most_common(_MOST_UNITS))
    title = "各单位公开事项" if len(units) <= _MOST_UNITS else f"各单位公开事项（前{_MOST_UNITS}个单位）"
    return [paragraph(sentence), Table(title, ("单位", "公开事项（件）"), rows, (basis,))]


def _catalogue(now: Figures) -> Paragraph:
    versions = by_rows(Ledger.CATALOGUE, f"{now.stretch.label}目录版本", [f"第{one}版" for one in now.catalogue])
    filings = by_rows(Ledger.CATALOGUE, f"{now.stretch.label}备案登记", [str(one.id) for one in now.filings])
    noted = Counter(one.noted for one in now.filings)
    counts = counted(((one.label, noted[one]) for one in FilingNoted if noted[one]), "次")
    return paragraph(
        said(f"本单位公开目录变更{len(now.catalogue)}次。", versions),
        said(f"目录备案：{counts}。" if counts else "没有目录备案的登记。", filings),
    )


def _months_chart(now: Figures) -> Chart:
    months = now.by_month()
    return Chart(
        f"{now.stretch.label}逐月帖文数",
        Shape.BARS,
        tuple(f"{month.month}月" for month, *_ in months),
        (
            Series("全部", tuple(float(posts) for _, posts, _, _ in months)),
            Series("负面", tuple(float(negative) for _, _, negative, _ in months)),
        ),
        "条",
        (by_days(now.stretch),),
    )


def _months(now: Figures) -> Table:
    rows = tuple(
        (f"{month.month}月", str(posts), str(negative), percent(negative, posts), str(opened))
        for month, posts, negative, opened in now.by_month()
    )
    bases = (by_days(now.stretch), by_cases(f"{now.stretch.label}立案", now.opened))
    return Table("逐月情况", ("月份", "帖文", "负面", "负面占比", "新立事件"), rows, bases)


def _kinds(now: Figures) -> Table:
    found = Counter((one.category, one.severity) for one in now.opened)
    rows = tuple(
        (
            "类型待定" if category is None else category.label,
            *(str(found[category, severity]) for severity in Severity),
            str(sum(found[category, severity] for severity in Severity)),
        )
        for category in (*Category, None)
        if any(found[category, severity] for severity in Severity)
    )
    header = ("类型", *(severity.label for severity in Severity), "合计")
    return Table("新立事件的类型和等级", header, rows, (by_cases(f"{now.stretch.label}立案", now.opened),))


def _timely(now: Figures) -> Table | None:
    """What was due, by what it was."""
    if not now.clocks:
        return None
    due = Counter(one.what for one in now.clocks)
    met = Counter(one.what for one in now.with_outcome(Outcome.IN_TIME))
    rows = tuple((what, str(count), str(met[what]), percent(met[what], count)) for what, count in due.most_common())
    basis = by_rows(Ledger.CLOCK, f"{now.stretch.label}到期", [str(one.id) for one in now.clocks])
    return Table("各项时限完成情况", ("时限", "到期", "按时完成", "按时率"), rows, (basis,))


_DRAFTS: Mapping[PaperKind, Callable[[Told], Content]] = {
    PaperKind.DAILY: _daily,
    PaperKind.WEEKLY: _weekly,
    PaperKind.MONTHLY: _monthly,
    PaperKind.YEARLY: _yearly,
}
