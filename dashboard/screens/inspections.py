"""督导检查: the half-years with their sheets, units and half-years side by side, what has to be put right, the year."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from casework.inspection.comparing import UnitSheet, by_unit, change, ordered, points, tally
from casework.inspection.scoring import plain as said_points
from dashboard.acting import Doing
from dashboard.backstage import backstage
from dashboard.inspecting import act, draft, inspecting, meant, nothing_listed, paper_link, standing_badge
from dashboard.navigation import Place
from dashboard.pieces import downloads, table
from dashboard.screens.points_chart import over_time, unit_bars
from dashboard.visit import Visit
from dashboard.wording import clause_name, due, plain, remaining
from pipeline import inspecting as service
from pipeline import inspection_view, views
from pipeline.inspecting import DRAFT, FILL, VIEW
from pipeline.inspection_papers import draft_notice, draft_year
from pipeline.inspection_view import ListedSheet
from pipeline.units import known_units
from records.inspections import SheetKind
from records.papers import About, PaperKind
from records.spreadsheets import Cell
from regulation.inspection import half_years_of, inspection_rules
from regulation.periods import Span

_PAGE = 25


def draw(visit: Visit) -> None:
    """Draw the half-years and what belongs to them."""
    with backstage().store.reading() as t:
        spans = inspection_view.half_years(t, backstage().now())
    span = st.selectbox("半年", spans, format_func=lambda one: one.label, key="inspection_half")
    tabs: dict[str, Callable[[Visit, Span], None]] = {"检查表": _sheets, "比较": _comparison, "整改": _items}
    if views.may_everywhere(visit.person, VIEW):
        tabs |= {"年度考核": _year}
    tabs |= {"自查": _own}
    for tab, drawn in zip(st.tabs(list(tabs)), tabs.values(), strict=True):
        with tab:
            drawn(visit, span)


def _sheets(visit: Visit, span: Span) -> None:
    with backstage().store.reading() as t:
        rows = inspection_view.listed(t, visit.person, span.first)
        units = known_units(t, backstage().desk.upward.labels)
    if views.may_everywhere(visit.person, FILL):
        _begin(span, [one for one in units if one not in {row.of.unit for row in rows}])
    if not rows:
        told = "还没有检查表。" if views.may_everywhere(visit.person, VIEW) else "还没有向您的单位反馈的检查情况。"
        st.info(f"{span.label}{told}")
        return
    if views.may_everywhere(visit.person, DRAFT):
        _notice(visit, span)
    number = st.pagination(-(-len(rows) // _PAGE), key="sheets_page") if len(rows) > _PAGE else 1
    for row in rows[(number - 1) * _PAGE : number * _PAGE]:
        _sheet_row(visit, row)


def _begin(span: Span, units: Sequence[str]) -> None:
    if not units:
        return
    with st.expander(f"开始检查（{len(units)} 个单位没有检查表）", key="begin_inspection"):
        with st.form("begin_inspection_form", enter_to_submit=False, border=False):
            chosen = st.multiselect("单位", units, default=units, format_func=plain, key=f"begin_units_{span.first}")
            st.caption("每个单位一张检查表，各数从台账里取好，可以随时重新取。")
            done = st.form_submit_button("开始检查", type="primary", key="do_begin")
        if done:
            _begun(SheetKind.OFFICE, chosen, span)


def _begun(kind: SheetKind, units: Sequence[str], span: Span) -> None:
    def work(doing: Doing, meaning: object) -> None:
        one = meant(doing, "")
        office = inspecting(doing.parts)
        service.begin(doing.parts.store, kind, units, span.first, one.actor, one.at, office, one.request)

    act(f"begin|{kind}|{span.first}", f"{span.label}的{kind.label}表已建好", "", work)


def _sheet_row(visit: Visit, row: ListedSheet) -> None:
    one, rules = row.of, inspection_rules()
    with st.container(border=True, key=f"sheet_{one.sheet.id}"):
        name, score, state = st.columns([2.6, 1.6, 3], vertical_alignment="center", gap="small")
        with name:
            visit.link(Place.INSPECTION, one.unit, str(one.sheet.id))
        total = one.marked.total
        if total is None:
            score.markdown(f":gray[未评分 {len(one.marked.missing)} 项]")
        else:
            score.markdown(f"**{said_points(total)} 分**　{rules.grade(total)}")
        badge = _told_badge(row)
        found = sum(len(check.findings) for check in one.marked.checks)
        what = f"问题 {found} 个；{tally(one.items, backstage().now()).said}"
        state.markdown(f"{badge} :small[:gray[{what}]]")


def _told_badge(row: ListedSheet) -> str:
    if row.of.sheet.kind is SheetKind.SELF:
        return ":green-badge[已提交]" if row.told else ":orange-badge[填写中]"
    return ":green-badge[已反馈]" if row.told else ":orange-badge[未反馈]"


def _notice(visit: Visit, span: Span) -> None:
    whole = About(first=span.first, last=span.last)
    with backstage().store.reading() as t:
        paper = inspection_view.paper_of(t, visit.person, PaperKind.INSPECTION, whole)
    rules = inspection_rules()
    with st.container(horizontal=True, vertical_alignment="center"):
        if paper is None or not paper.signed:
            label = "起草通报" if paper is None else "通报重新取数"
            if st.button(label, key="draft_notice"):
                draft(
                    visit, "notice", lambda doing: draft_notice(doing.parts.store, span.first, meant(doing, ""), rules)
                )
        paper_link(visit, paper, "通报")


def _comparison(visit: Visit, span: Span) -> None:
    before = span.before()
    with backstage().store.reading() as t:
        now = [one.of for one in inspection_view.listed(t, visit.person, span.first)]
        then = [one.of for one in inspection_view.listed(t, visit.person, before.first)]
    scored, earlier = [one for one in ordered(now) if one.marked.total is not None], by_unit(then)
    if not scored:
        st.info(f"{span.label}还没有评完分的单位。")
        return
    units = [one.unit for one in scored]
    st.markdown(f"**各单位总分**（{span.label}与{before.label}）")
    unit_bars(
        units,
        {
            span.label: [one.marked.total for one in scored],
            before.label: [_total(earlier.get(one)) for one in units],
        },
    )
    table([_compared(one, earlier.get(one.unit)) for one in scored], Place.INSPECTIONS)
    with st.expander("九项得分"):
        table([_checks_of(one) for one in scored])
    with st.container(horizontal=True, vertical_alignment="center"):
        title = f"{span.label}督导检查得分"
        numbers = [check.number for check in inspection_rules().checks]
        heading = ("单位", *numbers, "总分", "上期", "增减", "平时")
        downloads("inspections", title, title, heading, lambda: [_line(one, earlier.get(one.unit)) for one in scored])
    chosen = st.selectbox("一个单位历次得分", units, format_func=plain, key="inspection_unit")
    _history(visit, chosen)


def _checks_of(one: UnitSheet) -> dict[str, str]:
    return {"单位": plain(one.unit), **{check.rule.number: points(check.points) for check in one.marked.checks}}


def _compared(one: UnitSheet, before: UnitSheet | None) -> dict[str, str]:
    total, then = one.marked.total, _total(before)
    return {
        "单位": plain(one.unit),
        "总分": f"**{points(total)}**",
        "上期": points(then),
        "增减": plain(change(then, total)),
        "平时": points(one.marked.standing_points),
    }


def _line(one: UnitSheet, before: UnitSheet | None) -> tuple[Cell, ...]:
    """One unit as the file tells it."""
    total, then = one.marked.total, _total(before)
    checks = (points(check.points) for check in one.marked.checks)
    return (one.unit, *checks, points(total), points(then), change(then, total), points(one.marked.standing_points))


def _history(visit: Visit, unit: str) -> None:
    with backstage().store.reading() as t:
        rows = inspection_view.every(t, visit.person, unit)[::-1]
    over_time(
        [one.of.period for one in rows],
        {
            "督导检查": [one.of.marked.total for one in rows],
            "平时监督检查": [one.of.marked.standing_points for one in rows],
        },
    )


def _total(one: UnitSheet | None) -> float | None:
    return None if one is None else one.marked.total


def _items(visit: Visit, span: Span) -> None:
    now = backstage().now()
    with backstage().store.reading() as t:
        rows = inspection_view.items(t, visit.person)
    if not rows:
        st.info(nothing_listed(visit.person))
        return
    shown = tally([row.course for row in rows], now)
    st.markdown(f"各半年一共{shown.said.replace('整改', '', 1) if shown.items else '没有'}")
    number = st.pagination(-(-len(rows) // _PAGE), key="items_page") if len(rows) > _PAGE else 1
    for row in rows[(number - 1) * _PAGE : number * _PAGE]:
        with st.container(border=True, key=f"item_{row.item.id}"):
            words, standing = st.columns([4, 2.4], vertical_alignment="center", gap="small")
            with words:
                visit.link(Place.RECTIFICATION, row.course.problem.text or "", row.item.id, 44)
                st.markdown(f":small[:gray[{row.item.id} · {plain(row.item.unit)}]]")
            late = row.course.next_due
            colour = "red" if row.course.overdue(now) else "gray"
            until = f"  \n:small[:{colour}[最迟 {due(late)}，{remaining(late, now)}]]" if late is not None else ""
            standing.markdown(f"{standing_badge(row.course.standing)}{until}")


def _year(visit: Visit, span: Span) -> None:
    year, rules = span.first.year, inspection_rules()
    with backstage().store.reading() as t:
        rows = inspection_view.year(t, visit.person, year, rules)
        first, second = half_years_of(year)
        whole = About(first=first.first, last=second.last)
        paper = inspection_view.paper_of(t, visit.person, PaperKind.ASSESSMENT, whole)
    weights = rules.year
    st.caption(
        f"年度得分 = 两个半年得分的平均 × {said_points(weights.half_years)} + 平时监督检查 × {said_points(weights.standing)}，"
        f"都折成百分；全年没有事件的只按半年计，只检查一个半年的按这一个计（{clause_name(weights.clause)}）。"
    )
    scored = sorted((one for one in rows if one.points is not None), key=lambda one: (-(one.points or 0), one.unit))
    if not scored:
        st.info(f"{year}年还没有评完分的检查表。")
        return
    unit_bars([one.unit for one in scored], {f"{year}年": [one.points for one in scored]})
    table(
        [
            {
                "单位": plain(one.unit),
                "上半年": points(_total(one.halves[0])),
                "下半年": points(_total(one.halves[1])),
                "平时": points(one.standing),
                "年度得分": f"**{points(one.points)}**",
                "等次": rules.grade((one.points or 0) * rules.full / 100),
            }
            for one in scored
        ],
        Place.INSPECTIONS,
    )
    if views.may_everywhere(visit.person, DRAFT):
        with st.container(horizontal=True, vertical_alignment="center"):
            if paper is None or not paper.signed:
                label = "起草考核报告" if paper is None else "考核报告重新取数"
                if st.button(label, key="draft_year"):
                    draft(
                        visit, "year", lambda doing: draft_year(doing.parts.store, year, None, meant(doing, ""), rules)
                    )
            paper_link(visit, paper, "考核报告")


def _own(visit: Visit, span: Span) -> None:
    st.caption(f"各单位自行检查，原则上每半年一次（{clause_name('H-52')}）；填写的项目与督导检查相同，提交后不能再改。")
    with backstage().store.reading() as t:
        rows = inspection_view.listed(t, visit.person, span.first, SheetKind.SELF)
    unit = visit.person.unit
    if unit is not None and not rows and inspection_view.may_inspect_oneself(visit.person):
        if st.button("开始自查", type="primary", key="begin_own"):
            _begun(SheetKind.SELF, [unit], span)
    elif not rows:
        st.info(f"{span.label}还没有自查表。")
    for row in rows:
        _sheet_row(visit, row)
