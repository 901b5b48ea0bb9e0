"""文稿: one paper — its parts as they stand and what each sentence rests on, its versions; writing, signing, correcting."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import quote

import altair as alt
import streamlit as st

from casework.papers import writing
from dashboard import acting
from dashboard.acting import Doing
from dashboard.backstage import backstage
from dashboard.colours import APART
from dashboard.navigation import Place
from dashboard.pieces import facts, table
from dashboard.screens import incident_evaluation
from dashboard.screens.paper_periods import refreshing
from dashboard.screens.papers import about_line, state_badge
from dashboard.visit import Visit, chosen_number
from dashboard.wording import exact, plain, shown_text
from nlp.admission import without_personal_data
from pipeline import evaluating, inspection_papers, notices, paper_view, papering, reporting
from pipeline.masking import told
from pipeline.meant import Meant
from pipeline.notify import stored_contacts
from pipeline.paper_view import PaperPage
from pipeline.papering import Office
from pipeline.refusals import Refused
from records.papers import Chart, OfficePaper, PaperSection, Paragraph, Shape, Table
from regulation.papers import paper_rule

Work = Callable[[Doing, Meant], object]

_HEIGHT = 260


def draw(visit: Visit) -> None:
    """Draw the paper of the address."""
    number = chosen_number()
    if number is None:
        visit.go(Place.PAPERS)
        return
    visit.link(Place.PAPERS, "← 报告文稿")
    try:
        with backstage().store.reading() as t:
            page = paper_view.page(t, visit.person, number)
    except Refused as refused:
        st.info(str(refused))
        return
    _head(visit, page)
    tabs = {"正文": _body, "数据依据": _grounds} | ({"历次修改": partial(_versions, visit)} if page.versions else {})
    for place, drawn in zip(st.tabs(list(tabs)), tabs.values(), strict=True):
        with place:
            drawn(page)


def office(doing: Doing) -> Office:
    """What papers need, as the settings say."""
    deps = acting.deps(doing.parts)
    also = (
        evaluating.when_signed(incident_evaluation.measures()),
        inspection_papers.when_signed(stored_contacts),
        notices.when_signed(stored_contacts, doing.parts.desk.organisation.report_to),
    )
    return Office(deps.letterhead, deps.reports_dir, without_personal_data, deps.formats, also)


def _head(visit: Visit, page: PaperPage) -> None:
    paper, kind = page.paper, paper_rule(page.paper.kind).label
    st.markdown(f"### {plain(paper.content.title)}", anchors=False)
    st.markdown(f"{state_badge(paper)} {plain(kind)}　{plain(paper.serial or '签发时编号')}")
    facts(
        [
            ("关于", plain(about_line(paper.about))),
            ("签发", f"{exact(paper.signed_at)} {plain(paper.signed_by or '')}" if paper.signed else ""),
            ("最后修改", f"{exact(paper.changed_at)} {plain(paper.changed_by)}，第{paper.revision}稿"),
            ("更正理由", plain(paper.reason or "")),
        ]
    )
    if page.earlier is not None:
        visit.link(Place.PAPER, f"替代 {papering.named(page.earlier)}", str(page.earlier.id))
    if page.later is not None:
        visit.link(Place.PAPER, f"已由 {papering.named(page.later)} 替代", str(page.later.id))
    if (matter := paper.about.incident) is not None and Place.INCIDENT.opens_to(visit.person):
        visit.link(Place.INCIDENT, f"事件 {matter}", matter)
    with st.container(horizontal=True):
        _files(paper)
        if page.may_sign:
            _signing(page)
        if page.may_write:
            refreshing(paper)
            _dropping(visit, paper)
        if page.may_correct:
            _correcting(visit, paper)
    if page.may_sign and (waiting := writing.pending(paper.content)):
        st.caption(f"签发前待填写：{'、'.join(map(plain, waiting))}")


def _files(paper: OfficePaper) -> None:
    if paper.file is None:
        return
    stem = paper.file.rpartition(".")[0]
    for one in acting.deps(backstage()).formats:
        name = f"{stem}.{one.EXTENSION}"
        if (backstage().reports_dir / name).is_file():
            st.link_button(f"下载 .{one.EXTENSION}", f"/reports/{quote(name)}", icon=":material/download:")


def _signing(page: PaperPage) -> None:
    with st.popover("签发…", icon=":material/signature:", disabled=bool(writing.pending(page.paper.content))):
        st.text("签发后编号、生成文件，不能再改；有错误的只能另出一份替代它。")
        if st.button("核对无误，签发", type="primary", key="sign_paper"):
            _do(
                page.paper,
                "sign",
                "已签发",
                lambda doing, meant: papering.sign(doing.parts.store, meant, office(doing)),
            )


def _dropping(visit: Visit, paper: OfficePaper) -> None:
    with st.popover("删去草稿…"):
        st.text("只删去这份草稿，已签发的文稿不受影响。")
        if st.button("删去", key="drop_paper") and acting.do(
            f"drop|{paper.id}",
            "草稿已删去",
            lambda doing: papering.drop(doing.parts.store, _meant(paper, doing)),
        ):
            visit.go(Place.PAPERS)


def _correcting(visit: Visit, paper: OfficePaper) -> None:
    with st.popover("更正…"), st.form(f"correct|{paper.id}", border=False, enter_to_submit=False):
        st.text("另起一份同样内容的草稿，改好签发后替代这一份；这一份照样保留。")
        reason = st.text_input("更正的理由", max_chars=reporting.LONGEST_REASON, key=f"correct_reason_{paper.id}")
        asked = st.form_submit_button("起草更正", key="correct_paper")
    made: list[int] = []

    def work(doing: Doing) -> None:
        made.append(papering.correct(doing.parts.store, _meant(paper, doing), reason or "", office(doing)))

    if asked and acting.do(f"correct|{paper.id}", "更正稿已起草", work):
        visit.go(Place.PAPER, str(made[0]))


def _body(page: PaperPage) -> None:
    with st.container(key="paper_body"):
        for number, section in enumerate(page.paper.content.sections):
            st.markdown(f"**{plain(section.heading)}**")
            for block in section.blocks:
                _block(block)
            if page.may_write:
                _editor(page.paper, number, section)


def _block(block: Paragraph | Table | Chart) -> None:
    match block:
        case Paragraph():
            st.text(shown_text(block.text))
        case Table():
            st.caption(plain(block.title))
            table([dict(zip(map(plain, block.header), map(plain, row), strict=True)) for row in block.rows])
        case Chart():
            _chart(block)


def _chart(chart: Chart) -> None:
    rows = [
        {"项": label, "名称": series.name, "数": figure}
        for series in chart.series
        for label, figure in zip(chart.labels, series.figures, strict=True)
    ]
    if all(row["数"] is None for row in rows):
        st.caption(f"{plain(chart.title)}：没有数据。")
        return
    drawn = alt.Chart(alt.InlineData(values=rows))
    mark = drawn.mark_line(point=True) if chart.shape is Shape.LINES else drawn.mark_bar()
    one = mark.encode(
        x=alt.X("项:O", title=None, sort=list(chart.labels), axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("数:Q", title=chart.unit, axis=alt.Axis(tickMinStep=1)),
        color=alt.Color(
            "名称:N",
            title=None,
            scale=alt.Scale(range=list(APART)),
            sort=[s.name for s in chart.series],
            legend=alt.Legend(orient="top"),
        ),
        tooltip=[
            alt.Tooltip("项:O", title=" "),
            alt.Tooltip("名称:N", title=" "),
            alt.Tooltip("数:Q", title=chart.unit),
        ],
    )
    if chart.shape is Shape.BARS:
        one = one.encode(xOffset=alt.XOffset("名称:N", sort=[s.name for s in chart.series]))
    st.caption(plain(chart.title))
    st.altair_chart(one.properties(height=_HEIGHT, description=in_words(chart)), theme=None, width="stretch")


def in_words(chart: Chart) -> str:
    """What the chart shows, for who cannot see it: every point with its unit, series by series."""
    told = [
        f"{series.name} "
        + "、".join(
            f"{label}：{figure:g} {chart.unit}"
            for label, figure in zip(chart.labels, series.figures, strict=True)
            if figure is not None
        )
        for series in chart.series
        if any(figure is not None for figure in series.figures)
    ]
    return f"{chart.title}：{'；'.join(told)}。"


def _editor(paper: OfficePaper, number: int, section: PaperSection) -> None:
    place = f"{paper.id}|{number}"
    with (
        st.expander(f"改“{plain(section.heading)}”", key=f"edit_{number}"),
        st.form(f"form|{place}", border=False, enter_to_submit=False),
    ):
        text = st.text_area(
            section.heading,
            value=writing.text_of(section),
            key=f"text|{place}|{paper.revision}",
            height=180,
            max_chars=writing.LONGEST,
            label_visibility="collapsed",
        )
        st.caption("每行一段。“〔表：…〕”“〔图：…〕”是表和图的位置，可以移动、不能删。您改写的句子以您为依据。")
        saved = st.form_submit_button("保存", key=f"save|{place}")
    if saved:
        masked: dict[str, int] = {}

        def work(doing: Doing, meant: Meant) -> None:
            masked.update(papering.write_section(doing.parts.store, meant, number, text or "", office(doing)))

        said = f"“{section.heading}”已保存"
        _do(paper, f"write|{number}", lambda: f"{said}，{told(masked)}" if masked else said, work)


def _grounds(page: PaperPage) -> None:
    found = writing.grounds(page.paper.content)
    if not found:
        st.info("这份文稿没有写数字或事实。")
        return
    st.caption("每一句写到数字或事实的话，以及每张表、图，依据哪里的记录；签发时作为附件附在后面。")
    table(
        [
            {
                "序号": str(number),
                "正文": plain(shown_text(words)),
                "依据": plain("；".join(f"{one.ledger.label}：{one.words}" for one in bases)),
            }
            for number, (words, bases) in enumerate(found, 1)
        ]
    )


def _versions(visit: Visit, page: PaperPage) -> None:
    table(
        [
            {"稿次": f"第{one.revision}稿", "时间": exact(one.written_at), "谁": plain(one.written_by)}
            for one in reversed(page.versions)
        ]
    )
    if len(page.versions) < 2:
        return
    chosen = st.selectbox(
        "看哪一稿",
        [one.revision for one in page.versions],
        index=None,
        placeholder="请选一稿",
        format_func=lambda one: f"第{one}稿",
        key="paper_version",
    )
    if chosen is None:
        return
    with backstage().store.reading() as t:
        said = paper_view.version(t, visit.person, page.paper.id, chosen)
    for section in said.sections:
        st.markdown(f"**{plain(section.heading)}**")
        st.text(shown_text(writing.text_of(section)))


def _do(paper: OfficePaper, key: str, said: str | Callable[[], str], work: Work) -> None:
    acting.do(f"{key}|{paper.id}", said, lambda doing: work(doing, _meant(paper, doing)))
    st.rerun()


def _meant(paper: OfficePaper, doing: Doing) -> Meant:
    return Meant(str(paper.id), acting.actor(doing.person), doing.at, doing.request, paper.revision)
