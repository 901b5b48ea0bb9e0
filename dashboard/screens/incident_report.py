"""报告: the report that is being written, part by part, each confirmed by a named person; and the reports that are filed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

import streamlit as st

from casework.reports.drafting import PENDING
from dashboard import acting
from dashboard.backstage import backstage
from dashboard.screens import incident_papers
from dashboard.screens.incident_acts import perform
from dashboard.visit import Visit
from dashboard.wording import exact, moment, plain, shown_text
from nlp.admission import without_personal_data
from pipeline import incident_view, reporting
from pipeline.acts import Actor
from pipeline.attempts import attempting
from pipeline.incident_view import IncidentPage
from pipeline.masking import told
from pipeline.model_drafting import PARTS, TO_CHECK, suggest
from records.actions import Act
from records.reports import Correcting, Part, PartVersionHead, Report
from records.words import ReportKind
from storage.reports import DraftPart
from storage.store import Transaction

Work = Callable[[Transaction, acting.Doing, Actor], str | None]
"""What is done, and what to tell of it where that is not what is told anyway."""

Corrections = Mapping[ReportKind, Correcting]
Versions = Mapping[tuple[ReportKind, int], Sequence[PartVersionHead]]


def draw(visit: Visit, page: IncidentPage) -> None:
    """Draw the filed reports, the one in writing, and the other papers about the incident."""
    with backstage().store.reading() as t:
        correcting = {kind: found for kind in ReportKind if (found := t.reports.correcting(page.incident.id, kind))}
        versions = t.reports.version_heads(page.incident.id) if page.reports else {}
    _filed(page, correcting, versions)
    _reports(page, correcting)
    incident_papers.draw(visit, page)


def _reports(page: IncidentPage, correcting: Corrections) -> None:
    if "edit_part" not in page.acts:
        if not page.reports:
            st.info("还没有报送的报告。")
        return
    kind = st.segmented_control(
        "报告种类",
        list(ReportKind),
        default=_next_kind(page, correcting),
        format_func=lambda one: one.label,
        key=f"report_kind_{len(page.reports)}_{''.join(correcting)}",
    )
    chosen = kind or _next_kind(page, correcting)
    _writing(page, chosen, correcting.get(chosen))


def _next_kind(page: IncidentPage, correcting: Corrections) -> ReportKind:
    if correcting:
        return next(iter(correcting))
    initial = any(report.kind is ReportKind.INITIAL for report in page.reports)
    return ReportKind.PROGRESS if initial else ReportKind.INITIAL


def _filed(page: IncidentPage, correcting: Corrections, versions: Versions) -> None:
    for report in reversed(page.reports):
        with st.container(border=True, key=f"report_{report.file}"):
            stands = f" :gray-badge[已由 {plain(report.superseded_by)} 替代]" if report.superseded_by else ""
            st.markdown(
                f"**{report.kind.label}** {plain(report.serial)}{stands} "
                f":gray[{exact(report.filed_at)} {plain(report.filed_by)} 报送]"
            )
            if report.supersedes is not None:
                st.caption(f"替代 {plain(report.supersedes)}：{plain(report.reason or '')}")
            with st.container(horizontal=True, vertical_alignment="center"):
                _files(report)
                _versions(page, report, versions.get((report.kind, report.number), ()))
                if "edit_part" in page.acts and report.superseded_by is None and report.kind not in correcting:
                    _correcting(page, report)


def _files(report: Report) -> None:
    stem = report.file.rpartition(".")[0]
    for one in acting.deps(backstage()).formats:
        name = f"{stem}.{one.EXTENSION}"
        if (backstage().reports_dir / name).is_file():
            label = "下载" if name == report.file else f"下载 .{one.EXTENSION}"
            st.link_button(label, f"/reports/{quote(name)}", icon=":material/download:")


def _correcting(page: IncidentPage, report: Report) -> None:
    with st.popover("更正…"), st.form(f"correct|{report.serial}", border=False, enter_to_submit=False):
        st.text("按这份报告另起一份，改好、逐项确认并报送后替代它；这一份照样保留。")
        reason = st.text_input("更正的理由", max_chars=reporting.LONGEST_REASON, key=f"correct_reason|{report.serial}")
        asked = st.form_submit_button("起草更正", key=f"begin_correct|{report.serial}")
    if asked:

        def work(t: Transaction, doing: acting.Doing, actor: Actor) -> str | None:
            mask = without_personal_data
            reporting.correct(t, page.incident.id, report.kind, report.serial, reason or "", actor, doing.at, mask)
            return None

        _do(page, f"correct|{report.serial}", f"{report.kind.label}更正稿已起草，请逐项核对", work)


def _versions(page: IncidentPage, report: Report, versions: Sequence[PartVersionHead]) -> None:
    """The page is drawn often, and few look here: a text is read when it is asked for."""
    with st.popover("历次修改"):
        if not versions:
            st.text("没有留下历次修改。")
            return
        chosen = st.selectbox(
            "看哪一稿",
            range(len(versions)),
            index=None,
            placeholder=f"共 {len(versions)} 稿，请选一稿",
            format_func=lambda one: (
                f"{exact(versions[one].written_at)} {versions[one].written_by} {versions[one].part.label}"
            ),
            key=f"version|{report.kind}|{report.number}",
        )
        if chosen is not None:
            with backstage().store.reading() as t:
                said = t.reports.version_text(page.incident.id, report.kind, versions[chosen])
            st.text(shown_text(said or ""))


def _writing(page: IncidentPage, kind: ReportKind, correcting: Correcting | None) -> None:
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
    instead = f"　更正：替代 {plain(correcting.serial)}，{plain(correcting.reason)}" if correcting else ""
    st.markdown(f"**{kind.label}** :gray[四个部分已确认 {confirmed} 个{instead}]")
    for number, part in enumerate(parts.values(), 1):
        _part(page, kind, number, part)
    with st.popover("放弃草稿…"):
        st.text("只放弃这份草稿，已报送的报告不受影响；写过的各稿仍可在历次修改里查看。")
        if st.button("放弃", key=f"give_up|{kind}"):

            def work(t: Transaction, doing: acting.Doing, actor: Actor) -> str | None:
                reporting.give_up(t, page.incident.id, kind, actor, doing.at)
                return None

            _do(page, f"give_up|{kind}", f"{kind.label}草稿已放弃", work)
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
    if backstage().desk.writer is not None and part.part in PARTS and TO_CHECK not in part.text:
        _asking(page, kind, part)
    if confirmed:
        _do(page, f"confirm|{place}", f"“{part.part.label}”已确认", _confirm(page, kind, part, text or ""))
    elif saved:
        _do(page, f"save|{place}", f"“{part.part.label}”已保存", _save(page, kind, part, text or ""))


def _asking(page: IncidentPage, kind: ReportKind, part: DraftPart) -> None:
    place = f"{page.incident.id}|{kind}|{part.part}"
    if not st.button(
        "请语言模型草拟", key=f"ask|{place}", help="只发去已遮盖个人信息的帖文；草拟的文字须逐句核对、改写后才能确认"
    ):
        return

    def work(doing: acting.Doing) -> None:
        writer = doing.parts.desk.writer
        if writer is not None:
            actor = acting.actor(doing.person)
            store, mask = doing.parts.store, without_personal_data
            suggest(store, page.incident.id, kind, part.part, actor, doing.at, writer, mask, part.revision)

    with st.spinner("语言模型正在草拟……"):
        acting.do(f"ask|{place}", f"“{part.part.label}”已附上草拟的文字，请逐句核对", work)
    st.rerun(scope="app")


def _signature(part: DraftPart) -> str:
    return f" :gray[{plain(part.confirmed_by)} {moment(part.confirmed_at)}]" if part.confirmed_by else ""


def _prepare(page: IncidentPage, kind: ReportKind) -> Work:
    def work(t: Transaction, doing: acting.Doing, actor: Actor) -> str | None:
        rules = doing.parts.desk.rules
        reporting.require_edit(t, actor, page.incident.id)
        reporting.prepare(t, page.incident.id, kind, doing.at, rules)
        return None

    return work


def _save(page: IncidentPage, kind: ReportKind, part: DraftPart, text: str) -> Work:
    def work(t: Transaction, doing: acting.Doing, actor: Actor) -> str | None:
        incident, mask = page.incident.id, without_personal_data
        saved = reporting.save_part(t, incident, kind, part.part, text, actor, doing.at, mask, part.revision)
        return f"“{part.part.label}”已保存，{told(saved.masked)}" if saved.masked else None

    return work


def _confirm(page: IncidentPage, kind: ReportKind, part: DraftPart, text: str) -> Work:
    def work(t: Transaction, doing: acting.Doing, actor: Actor) -> str | None:
        incident, mask = page.incident.id, without_personal_data
        saved = reporting.confirm_part(t, incident, kind, part.part, text, actor, doing.at, mask, part.revision)
        if not saved.masked:
            return None
        return f"“{part.part.label}”已保存，还没有确认：{told(saved.masked)}，请核对后再确认"

    return work


def _do(page: IncidentPage, key: str, said: str, work: Work) -> None:
    to_tell: list[str] = []

    def carried(doing: acting.Doing) -> None:
        actor = acting.actor(doing.person)
        with attempting(doing.parts.store, actor, "edit_part", page.incident.id, doing.at) as t:
            to_tell.append(work(t, doing, actor) or said)

    acting.do(f"{key}|{page.incident.id}", lambda: to_tell[-1], carried)
    st.rerun(scope="app")
