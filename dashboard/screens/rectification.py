"""整改事项: what was found, by when it has to be put right, what was done about it, where it was made known."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import streamlit as st

from casework.inspection.rectifying import RectificationCourse, RectificationSaid
from dashboard.backstage import backstage
from dashboard.inspecting import act_in_dialog, rectifying, standing_badge
from dashboard.navigation import Place
from dashboard.pieces import facts
from dashboard.visit import Visit, chosen_item
from dashboard.wording import clause_name, due, exact, plain, remaining, safe_link, shown_text
from pipeline import inspection_view
from pipeline import rectifying as ledger
from pipeline.inspecting import LONGEST
from pipeline.inspection_view import ItemPage
from records.naming import office_name
from records.rectifications import RectificationDid, RectificationEntry, RectificationStanding
from records.zone import CHINA
from regulation.inspection import RectificationStep, half_year_of, inspection_rules

_NEXT = {
    RectificationStanding.TO_PLAN: RectificationDid.PLANNED,
    RectificationStanding.TO_RECTIFY: RectificationDid.PROVED,
    RectificationStanding.TO_CHECK: RectificationDid.ACCEPTED,
    RectificationStanding.TO_PUBLISH: RectificationDid.PUBLISHED,
}
"""The step that is drawn first where it may be done."""


def draw(visit: Visit) -> None:
    """Draw the item named in the address."""
    visit.link(Place.INSPECTIONS, "← 督导检查")
    rules = inspection_rules().rectification
    with backstage().store.reading() as t:
        page = inspection_view.item_page(t, visit.person, chosen_item() or "", rules)
        seen = None if page is None else inspection_view.page(t, visit.person, page.row.sheet.id)
    if page is None:
        st.warning("没有这件整改事项，或它不由您的单位整改。请从“督导检查”打开。")
        return
    row, course, now = page.row, page.row.course, backstage().now()
    st.markdown(f"### 整改事项 {row.item.id} {standing_badge(course.standing)}", anchors=False)
    left, right = st.columns([1, 1.25], gap="medium")
    with left:
        with st.container(border=True, key="item_problem"):
            st.text(shown_text(course.problem.text or ""))
        check = inspection_rules().check(row.item.check)
        facts(
            [
                ("整改单位", plain(row.item.unit)),
                ("检查", f"{half_year_of(row.sheet.first).label}第（{check.number}）项" if check is not None else ""),
                ("整改期限", due(course.due_at) if course.due_at is not None else ""),
            ]
        )
        if seen is not None:
            visit.link(Place.INSPECTION, "看检查表", str(row.sheet.id))
        if course.next_due is not None:
            colour = "red" if course.overdue(now) else "blue"
            whose = office_name() if course.waits_for_office else row.item.unit
            st.markdown(
                f"**{course.standing.label}**（{plain(whose)}）：最迟 {due(course.next_due)}　"
                f":{colour}-badge[{remaining(course.next_due, now)}]"
            )
    with right:
        _buttons(page, course)
        with st.container(key="item_entries"):
            for entry in course.entries:
                st.markdown(_line(page, entry))
    st.caption(f"每一步都记入整改台账（{clause_name('H-53')}），记下后不能修改；整改情况要公开。")


def _line(page: ItemPage, entry: RectificationEntry) -> str:
    rule = inspection_rules().rectification.step(entry.did)
    parts = [plain(entry.text or "")]
    if entry.due_at is not None and entry.did in (RectificationDid.OPENED, RectificationDid.EXTENDED):
        parts.append(f"期限 {due(entry.due_at)}")
    link = safe_link(entry.link)
    if link is not None:
        parts.append(f"[{plain(link)}]({link})")
    if entry.record is not None:
        parts.append(f"公开事项 {plain(entry.record)} {plain(page.record_title or '')}")
    by = f":gray[{exact(entry.at)} {plain(entry.actor)}]"
    return f"{by} **{rule.label}** {' '.join(part for part in parts if part)}"


def _buttons(page: ItemPage, course: RectificationCourse) -> None:
    rules = inspection_rules().rectification
    first = _NEXT.get(course.standing)
    steps = sorted((row for row in rules.steps if row.step in page.steps), key=lambda row: row.step is not first)
    with st.container(horizontal=True, gap="small"):
        for rule in steps:
            kind: Literal["primary", "secondary"] = "primary" if rule.step is first else "secondary"
            if st.button(f"{rule.label}…", key=f"item_step_{rule.step.value}", type=kind):
                _ask(page.row.item.id, rule)


@st.dialog("登记一步", on_dismiss="rerun")
def _ask(item: str, rule: RectificationStep) -> None:
    today = backstage().now().astimezone(CHINA).date()
    st.markdown(f"**{rule.label}** :gray[{item} · {rule.cited}]")
    with st.form("item_step", enter_to_submit=False, border=False):
        link, due_on = None, None
        if "link" in rule.needs:
            link = st.text_input("公开整改情况的网址，或公开事项的编号（必填）", key="item_link", max_chars=300)
        if "due_on" in rule.needs:
            days = inspection_rules().rectification.days
            chosen = st.date_input(
                "整改期限", today + timedelta(days=days), min_value=today, format="YYYY-MM-DD", key="item_due_on"
            )
            due_on = chosen if isinstance(chosen, date) else None
        must = "必填" if "text" in rule.needs else "可不填"
        text = st.text_area(f"{rule.asks}（{must}）", key="item_step_text", max_chars=LONGEST, height=100)
        done = st.form_submit_button(rule.label, type="primary", key="do_item_step")
    if done:
        said = RectificationSaid(text, due_on, link)
        act_in_dialog(
            rule.step.value,
            f"“{rule.label}”已记入台账",
            item,
            lambda doing, meaning: ledger.note(doing.parts.store, meaning, rule.step, said, rectifying()),
        )
