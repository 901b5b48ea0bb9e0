"""报告: the report that is being written, part by part, each confirmed by a named person; and the reports that are filed."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import streamlit as st

from casework.reports.drafting import PENDING
from dashboard import acting
from dashboard.backstage import backstage
from dashboard.screens.incident_acts import perform
from dashboard.visit import Visit
from dashboard.wording import exact, moment, plain, shown_text
from pipeline import incident_view, reporting
from pipeline.acts import Actor
from pipeline.incident_view import IncidentPage
from records.actions import Act
from records.reports import Part
from records.words import ReportKind
from storage.reports import DraftPart
from storage.store import Transaction

Work = Callable[[Transaction, acting.Doing, Actor], None]


def draw(visit: Visit, page: IncidentPage) -> None:
    """Draw the filed reports and the one in writing."""
    _filed(page)
    if "edit_part" not in page.acts:
        if not page.reports:
            st.info("还没有报送的报告。")
        return
    kind = st.segmented_control(
        "报告种类",
        list(ReportKind),
        default=_next_kind(page),
        format_func=lambda one: one.label,
        key=f"report_kind_{len(page.reports)}",
    )
    _writing(page, kind or _next_kind(page))


def _next_kind(page: IncidentPage) -> ReportKind:
    initial = any(report.kind is ReportKind.INITIAL for report in page.reports)
    return ReportKind.PROGRESS if initial else ReportKind.INITIAL


def _filed(page: IncidentPage) -> None:
    for report in reversed(page.reports):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"report_{report.file}"):
            st.markdown(
                f"**{report.kind.label}** {plain(report.serial)} :gray[{exact(report.filed_at)} {plain(report.filed_by)} 报送]"
            )
            st.link_button("下载", f"/reports/{quote(report.file)}", icon=":material/download:")


def _writing(page: IncidentPage, kind: ReportKind) -> None:
    with backstage().store.reading() as t:
        parts = incident_view.draft_parts(t, page.incident.id, kind)
    if len(parts) < len(Part):
        st.text(
            "四个部分的初稿由系统按已有数据起草，须由有名有姓的人补充、核对并逐项确认后才能报送（第四十二条（三））。"
        )
        if st.button(f"起草{kind.label}", type="primary", key="draft_report"):
            _do(page, f"draft|{kind}", f"{kind.label}初稿已生成，请逐项核对", _prepare(page, kind))
        return
    confirmed = sum(part.confirmed_by is not None for part in parts.values())
    st.markdown(f"**{kind.label}** :gray[四个部分已确认 {confirmed} 个]")
    for number, part in enumerate(parts.values(), 1):
        _part(page, kind, number, part)
    if Act.FILE_REPORT in page.acts:
        done = confirmed == len(Part)
        if not done:
            st.caption("四个部分都确认后才能报送。")
        if st.button(f"报送{kind.label}", type="primary", disabled=not done, key="file_report"):
            perform(page.incident, Act.FILE_REPORT, f"{kind.label}已报送", {"kind": kind.value})


def _part(page: IncidentPage, kind: ReportKind, number: int, part: DraftPart) -> None:
    place = f"{page.incident.id}|{kind}|{part.part}"
    signed = part.confirmed_by is not None
    mark = ":green-badge[已确认]" if signed else ":gray-badge[待确认]"
    with st.form(f"part|{place}", enter_to_submit=False):
        st.markdown(f"**（{'一二三四'[number - 1]}）{part.part.label}** {mark}" + _signature(part))
        text = st.text_area(
            part.part.label,
            value=shown_text(part.text),
            key=f"text|{place}|{part.revision}",
            height=170,
            max_chars=8000,
            label_visibility="collapsed",
        )
        if PENDING in part.text:
            st.markdown(":orange-background[还有〔待责任单位补充〕的内容，请改写成实际情况后再确认。]")
        with st.container(horizontal=True):
            saved = st.form_submit_button("保存", key=f"save|{place}")
            confirmed = "confirm_part" in page.acts and st.form_submit_button(
                "核对无误，我确认", key=f"confirm|{place}", type="secondary" if signed else "primary"
            )
    if confirmed:
        _do(page, f"confirm|{place}", f"“{part.part.label}”已确认", _confirm(page, kind, part, text or ""))
    elif saved:
        _do(page, f"save|{place}", f"“{part.part.label}”已保存", _save(page, kind, part, text or ""))


def _signature(part: DraftPart) -> str:
    return f" :gray[{plain(part.confirmed_by)} {moment(part.confirmed_at)}]" if part.confirmed_by else ""


def _prepare(page: IncidentPage, kind: ReportKind) -> Work:
    def work(t: Transaction, doing: acting.Doing, actor: Actor) -> None:
        rules = doing.parts.desk.rules
        reporting.prepare(t, page.incident.id, kind, doing.at, rules)

    return work


def _save(page: IncidentPage, kind: ReportKind, part: DraftPart, text: str) -> Work:
    def work(t: Transaction, doing: acting.Doing, actor: Actor) -> None:
        reporting.save_part(t, page.incident.id, kind, part.part, text, actor, doing.at, part.revision)

    return work


def _confirm(page: IncidentPage, kind: ReportKind, part: DraftPart, text: str) -> Work:
    def work(t: Transaction, doing: acting.Doing, actor: Actor) -> None:
        reporting.confirm_part(t, page.incident.id, kind, part.part, text, actor, doing.at, part.revision)

    return work


def _do(page: IncidentPage, key: str, said: str, work: Work) -> None:
    def carried(doing: acting.Doing) -> None:
        with doing.parts.store.transaction() as t:
            work(t, doing, acting.actor(doing.person))

    acting.do(f"{key}|{page.incident.id}", said, carried)
    st.rerun(scope="app")
