"""检查表: one unit's nine checks with what was counted, where each comes from, points, findings; what is handed over to put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import streamlit as st

from casework.inspection.comparing import points
from casework.inspection.rectifying import RectificationSaid
from casework.inspection.scoring import FigureScore
from casework.inspection.scoring import plain as said_points
from casework.inspection.sheet import STRIKABLE, CheckScore
from dashboard.backstage import backstage
from dashboard.inspecting import (
    act,
    act_in_dialog,
    draft,
    inspecting,
    meant,
    nothing_of_sheet,
    paper_link,
    rectifying,
    row_link,
    standing_badge,
)
from dashboard.navigation import Place
from dashboard.pieces import facts, table
from dashboard.visit import Visit, chosen_number
from dashboard.wording import clause_name, exact, moment, plain, shown_text
from pipeline import inspecting as service
from pipeline import inspection_view
from pipeline import rectifying as ledger
from pipeline.inspecting import LONGEST, Remark
from pipeline.inspection_papers import draft_feedback
from pipeline.inspection_view import SheetPage
from records.inspections import Case, SheetEntry, SheetKind, SheetNoted
from records.zone import CHINA
from regulation.inspection import FIGURES, inspection_rules

_ROWS = 50


def draw(visit: Visit) -> None:
    """Draw the sheet named in the address."""
    visit.link(Place.INSPECTIONS, "← 督导检查")
    number, page = chosen_number(), None
    if number is not None:
        with backstage().store.reading() as t:
            page = inspection_view.page(t, visit.person, number)
    if page is None:
        st.warning("没有这张检查表，或它还没有向您的单位反馈。请从“督导检查”打开。")
        return
    _head(visit, page)
    tabs = st.tabs(["九项检查", "平时监督检查", "整改", "填写经过"])
    with tabs[0]:
        for check in page.of.marked.checks:
            _check(page, check)
    with tabs[1]:
        _standing(page)
    with tabs[2]:
        _items(visit, page)
    with tabs[3]:
        _entries(page)


def _head(visit: Visit, page: SheetPage) -> None:
    one, now = page.of, backstage().now()
    rules = service.rules_of(one.sheet)
    st.markdown(f"### {plain(one.unit)} · {one.period}{one.sheet.kind.label}", anchors=False)
    total = one.marked.total
    if total is None:
        numbers = "、".join(f"（{check.rule.number}）" for check in one.marked.missing)
        score = f":gray[还没有评完分：{numbers}]"
    else:
        score = f"**{said_points(total)} 分**，{rules.grade(total)}（满分 {said_points(rules.full)} 分）"
    counted = one.marked.counted
    until = f"{moment(counted.at, now)}，{plain(counted.actor)}" if counted is not None else "没有取数"
    facts([("得分", score), ("取数", until), ("状态", plain(page.closed or ""))])
    with st.container(horizontal=True, vertical_alignment="center"):
        if page.may_fill and page.closed is None:
            if st.button("重新取数", key="recount"):
                act("recount", "已重新取数", str(one.sheet.id), lambda doing, meaning: service.recount(
                    doing.parts.store, meaning, inspecting(doing.parts)))  # fmt: skip
            if one.sheet.kind is SheetKind.SELF and st.button(
                "提交自查表", key="hand_in", disabled=total is None, type="primary"
            ):
                act(
                    "hand_in",
                    "自查表已提交",
                    str(one.sheet.id),
                    lambda doing, meaning: service.hand_in(doing.parts.store, meaning),
                )
        if (
            page.may_draft
            and page.closed is None
            and st.button(
                "起草反馈文稿" if page.draft is None else "反馈文稿重新取数",
                key="draft_feedback",
                disabled=total is None,
            )
        ):
            draft(
                visit,
                f"feedback|{one.sheet.id}",
                lambda doing: draft_feedback(doing.parts.store, meant(doing, str(one.sheet.id))),
            )
        paper_link(visit, page.draft, "反馈文稿")
        paper_link(visit, page.signed, "反馈文稿")


def _check(page: SheetPage, check: CheckScore) -> None:
    with st.container(border=True, key=f"check_{check.rule.check}"):
        words, reached = st.columns([5, 1.3], vertical_alignment="center", gap="small")
        words.markdown(
            f"**（{check.rule.number}）{plain(check.rule.words)}** :small[:gray[{clause_name(check.rule.clause)}]]"
        )
        said = "未评分" if check.points is None else f"**{points(check.points)}**"
        reached.markdown(f"{said} / {said_points(check.rule.points)} 分")
        if check.figures:
            st.markdown("  \n".join(map(_figure, check.figures)))
        _by_hand(check)
        for finding in check.findings:
            shown_by = f"（依据：{plain(finding.evidence)}）" if finding.evidence else ""
            st.markdown(f":orange-badge[问题] {plain(finding.text or '')}{shown_by}")
        if check.figures:
            with st.expander("取自哪里"):
                _rows(check.figures)
        _buttons(page, check)


def _figure(figure: FigureScore) -> str:
    colour = "orange" if figure.faults else "gray"
    return f":small[:{colour}[{plain(figure.rule.label)}：{plain(figure.formula)}]]"


def _by_hand(check: CheckScore) -> None:
    if check.deviated is not None:
        one = check.deviated
        st.markdown(
            f":blue-badge[改分] 取数得 {points(check.counted)} 分，改为 {points(one.points)} 分："
            f"{plain(one.text or '')} :small[:gray[{plain(one.actor)}]]"
        )
    if check.judged_most:
        most = said_points(check.judged_most)
        if check.judged is None:
            st.markdown(f":small[:gray[人工评 {most} 分：{plain(check.rule.person)}]]")
        else:
            one = check.judged
            why = f"：{plain(one.text)}" if one.text else ""
            st.markdown(f":violet-badge[人工] {points(one.points)} / {most} 分{why} :small[:gray[{plain(one.actor)}]]")


def _rows(figures: Sequence[FigureScore]) -> None:
    for figure in figures:
        st.markdown(f"**{plain(figure.rule.label)}**　:small[:gray[{clause_name(figure.rule.clause)}]]")
        if not figure.cases:
            st.caption("没有。")
            continue
        shown: list[Case] = sorted(figure.cases, key=lambda one: one.held and not one.days_late)[:_ROWS]
        source = FIGURES[figure.rule.figure]
        table(
            [
                {
                    "出处": source.label,
                    "编号": row_link(figure.rule.figure, source, one.ref),
                    "情况": plain(one.what) if one.what else "符合",
                }
                for one in shown
            ]
        )
        if len(figure.cases) > len(shown):
            st.caption(f"另有 {len(figure.cases) - len(shown)} 件符合的没有列出。")


def _buttons(page: SheetPage, check: CheckScore) -> None:
    name = check.rule.check
    with st.container(horizontal=True, gap="small", key=f"acts_{name}"):
        if page.may_fill and page.closed is None:
            if check.judged_most and st.button("评分…", key=f"judge_{name}"):
                _ask_score(page.of.sheet.id, check, SheetNoted.JUDGED)
            if check.counted_most and st.button("改分…", key=f"deviate_{name}"):
                _ask_score(page.of.sheet.id, check, SheetNoted.DEVIATED)
            if st.button("记问题…", key=f"find_{name}"):
                _ask_finding(page.of.sheet.id, check)
        if page.may_open and st.button("交办整改…", key=f"open_{name}"):
            _ask_item(page.of.sheet.id, check)


@st.dialog("记分", on_dismiss="rerun")
def _ask_score(sheet: int, check: CheckScore, noted: SheetNoted) -> None:
    judged = noted is SheetNoted.JUDGED
    most = check.judged_most if judged else check.counted_most
    before = (check.judged.points if check.judged else None) if judged else check.counted
    st.text(f"（{check.rule.number}）{check.rule.words}")
    st.caption(
        plain(check.rule.person) if judged else f"取数得 {points(check.counted)} 分。取数不改，改分和理由记在旁边。"
    )
    with st.form("score_form", enter_to_submit=False, border=False):
        given = st.number_input(
            f"分数（0 至 {said_points(most)}）",
            min_value=0.0,
            max_value=float(most),
            value=None if before is None else float(before),
            step=0.5,
            format="%.1f",
            key=f"score_{noted}_{check.rule.check}",
        )
        text = st.text_area(
            "说明（可不填）" if judged else "改分的理由（必填）",
            key=f"score_text_{noted}_{check.rule.check}",
            max_chars=LONGEST,
            height=90,
        )
        done = st.form_submit_button("记下", type="primary", key="do_score")
    if done:
        said = Remark(None if given is None else round(float(given), 1), text)
        act_in_dialog(
            f"{noted}|{check.rule.check}",
            f"第（{check.rule.number}）项的分已记下",
            str(sheet),
            lambda doing, meaning: service.score(
                doing.parts.store, meaning, check.rule.check, noted, said, inspecting(doing.parts)
            ),
        )


@st.dialog("记下检查出的问题", on_dismiss="rerun")
def _ask_finding(sheet: int, check: CheckScore) -> None:
    st.text(f"（{check.rule.number}）{check.rule.words}")
    with st.form("finding_form", enter_to_submit=False, border=False):
        text = st.text_area("问题（必填）", key="finding_text", max_chars=LONGEST, height=100)
        evidence = st.text_area("依据（看了什么、在哪里看的）", key="finding_evidence", max_chars=LONGEST, height=80)
        st.caption("写工作，不写个人；群众的姓名、电话等自动遮盖。")
        done = st.form_submit_button("记下", type="primary", key="do_find")
    if done:
        said = Remark(None, text, evidence)
        act_in_dialog(
            f"find|{check.rule.check}",
            "问题已记下",
            str(sheet),
            lambda doing, meaning: service.find(
                doing.parts.store, meaning, check.rule.check, said, inspecting(doing.parts)
            ),
        )


@st.dialog("交办整改", on_dismiss="rerun")
def _ask_item(sheet: int, check: CheckScore) -> None:
    today = backstage().now().astimezone(CHINA).date()
    st.text(f"（{check.rule.number}）{check.rule.words}")
    with st.form("item_form", enter_to_submit=False, border=False):
        last = check.findings[-1].text if check.findings else ""
        text = st.text_area("要整改的问题（必填）", last or "", key="item_text", max_chars=LONGEST, height=100)
        days = inspection_rules().rectification.days
        chosen = st.date_input(
            "整改期限", today + timedelta(days=days), min_value=today, format="YYYY-MM-DD", key="item_due"
        )
        done = st.form_submit_button("交办", type="primary", key="do_open")
    if done:
        said = RectificationSaid(text, chosen if isinstance(chosen, date) else None)
        act_in_dialog(
            f"open|{check.rule.check}",
            "已交办整改，并提醒该单位",
            str(sheet),
            lambda doing, meaning: ledger.open_item(doing.parts.store, meaning, check.rule.check, said, rectifying()),
        )


def _standing(page: SheetPage) -> None:
    marked = page.of.marked
    st.caption(f"不计入检查表的得分，计入年度考核（{clause_name('H-54')}）。")
    for figure in marked.standing:
        if figure.cases:
            st.markdown(f"{plain(figure.rule.label)}：{plain(figure.formula)}")
    reached = marked.standing_points
    st.markdown("本期没有到期的事件时限。" if reached is None else f"折成百分：**{points(reached)} 分**")
    with st.expander("取自哪里"):
        _rows(marked.standing)


def _items(visit: Visit, page: SheetPage) -> None:
    if not page.of.items:
        st.info(nothing_of_sheet(visit.person, page.of.sheet))
        return
    for one in page.of.items:
        words, standing = st.columns([4, 1.6], vertical_alignment="center", gap="small")
        with words:
            visit.link(Place.RECTIFICATION, f"{one.item} {one.problem.text or ''}", one.item)
        standing.markdown(standing_badge(one.standing))


def _entries(page: SheetPage) -> None:
    struck = page.of.marked.struck
    named = {check.rule.check: f"（{check.rule.number}）" for check in page.of.marked.checks}
    places = _places(page)
    for entry in page.entries:
        what = f"{named.get(entry.check or '', '')} {_points(entry, places)} {plain(entry.text or '')}"
        line = f":gray[〔{places[entry.id]}〕{exact(entry.at)} {plain(entry.actor)}] **{entry.noted.label}** {what}"
        st.markdown(f":gray-badge[已撤销] ~~{line}~~" if entry.id in struck else line)
    open_ones = [one for one in page.entries if one.noted in STRIKABLE and one.id not in struck]
    if page.may_fill and page.closed is None and open_ones and st.button("撤销一条…", key="ask_strike"):
        _ask_strike(page.of.sheet.id, open_ones, places)


def _places(page: SheetPage) -> dict[int | None, int]:
    """The number that people read for each entry: its place on this sheet, whatever stands between them in the ledger."""
    return {entry.id: place for place, entry in enumerate(page.entries, 1)}


def _points(entry: SheetEntry, places: Mapping[int | None, int]) -> str:
    if entry.noted is SheetNoted.COUNTED:
        return f"{sum(len(one.cases) for one in entry.figures or ())} 件"
    if entry.noted is SheetNoted.STRUCK:
        return f"〔{places[entry.of]}〕"
    return "" if entry.points is None else f"{points(entry.points)} 分"


@st.dialog("撤销一条", on_dismiss="rerun")
def _ask_strike(sheet: int, entries: Sequence[SheetEntry], places: Mapping[int | None, int]) -> None:
    st.text("撤销的一条留在填写经过里，只是不再算数。")
    labels = {
        one.id or 0: shown_text(f"〔{places[one.id]}〕{one.noted.label} {_points(one, places)} {one.text or ''}")[:60]
        for one in reversed(entries)
    }
    with st.form("strike_form", enter_to_submit=False, border=False):
        chosen = st.selectbox("哪一条", list(labels), format_func=lambda key: labels[key], key="strike_of")
        reason = st.text_area("撤销的理由（必填）", key="strike_reason", max_chars=LONGEST, height=80)
        done = st.form_submit_button("撤销", type="primary", key="do_strike")
    if done and chosen is not None:
        act_in_dialog(
            f"strike|{chosen}",
            "已撤销",
            str(sheet),
            lambda doing, meaning: service.strike(doing.parts.store, meaning, chosen, reason, inspecting(doing.parts)),
        )
