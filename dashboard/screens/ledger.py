"""公开事项台账: every published record with its state, what is due, the reaction day by day, its incidents and answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st

from dashboard.backstage import backstage
from dashboard.meanings import meaning
from dashboard.navigation import Place
from dashboard.pieces import marked_pieces
from dashboard.record_search import record_index
from dashboard.screens import record_import
from dashboard.screens.due_days import due_badge
from dashboard.sparkline import sparkline
from dashboard.visit import Visit
from dashboard.wording import SEVERITY_MARKS, count, moment, plain, with_plain_quotes
from pipeline import ledger_view, publishing
from pipeline.ledger_view import EVERYTHING, Filters, RecordRow, RecordState, Wanted
from pipeline.record_course import DAYS, Course, Trend, courses
from records.words import Scope
from regulation.working_days import shown

_PAGE = 20
_ANY = "不限"
_MOST_UNPUBLISHED = 10


def draw(visit: Visit) -> None:
    """Draw the ledger."""
    parts = backstage()
    record_import.draw(visit)
    missing = _unpublished(visit)
    with parts.store.reading() as t:
        wanted = _form(ledger_view.ledger_filters(t, visit.person))
    with record_index() as index, parts.store.reading() as t:
        ids = ledger_view.matching(t, visit.person, wanted, index)
        number = st.pagination(-(-len(ids) // _PAGE), key="ledger_page") if len(ids) > _PAGE else 1
        listed = ids[(number - 1) * _PAGE : number * _PAGE]
        rows = ledger_view.ledger_rows(t, listed, wanted)
        came = courses(t, visit.person, listed, parts.now(), parts.desk.disclosure_time)
    if not rows:
        st.info(
            "台账还是空的：由办公室或管理员在本页上方“导入旧台账”里上传。"
            if wanted == EVERYTHING
            else "没有符合的公开事项，请换个词、放宽条件再查。"
        )
        return
    st.caption(
        f"共 {count(len(ids))} 条{'，最相符的在前' if wanted.words else ''}", help=f"{meaning('反映')}{meaning('走势')}"
    )
    for row in rows:
        _row(visit, row, came[row.id], missing.get(row.id, ()))


def _unpublished(visit: Visit) -> dict[str, Sequence[str]]:
    """Draw what is not published everywhere it should be; by record, where it is missing."""
    parts = backstage()
    with parts.store.reading() as t:
        found = publishing.unpublished(t, visit.person, parts.now(), parts.desk.platforms)
    missing = {one.record.id: one.ways for one in found}
    if not found:
        return missing
    with st.expander(f"未发布到位 {len(found)} 项", icon=":material/campaign:"):
        for one in found[:_MOST_UNPUBLISHED]:
            visit.link(Place.RECORD, one.record.title, one.record.id)
            st.caption(f"{plain(one.record.unit)} · 目录和审批表要求、尚未登记发布：{plain('、'.join(one.ways))}")
        if len(found) > _MOST_UNPUBLISHED:
            st.caption(f"另有 {len(found) - _MOST_UNPUBLISHED} 项，登记后依次列出。")
    return missing


def _form(there: Filters) -> Wanted:
    with st.form("ledger_search", enter_to_submit=False, border=False):
        field, button = st.columns([6, 1], vertical_alignment="bottom")
        words = field.text_input(
            "查找（题目、文号、单位、正文、编号；加引号的词须连在一起）", key="ledger_words", max_chars=100
        )
        button.form_submit_button("查找", icon=":material/search:")
        unit, year, scope, state, item = st.columns([2, 1, 1.2, 1.6, 2.2])
        of_unit = unit.selectbox("单位", [_ANY, *there.units], key="ledger_unit")
        of_year = year.selectbox("年份", [_ANY, *map(str, there.years)], key="ledger_year")
        of_scope = scope.selectbox("公开范围", [_ANY, *(one.label for one in Scope)], key="ledger_scope")
        of_state = state.selectbox("情况", [_ANY, *(one.label for one in RecordState)], key="ledger_state")
        of_item = item.selectbox("目录项", [_ANY, *there.items], key="ledger_item")
    return Wanted(
        words=with_plain_quotes((words or "").strip()),
        unit=_chosen(of_unit),
        year=None if _chosen(of_year) is None else int(of_year or 0),
        scope=next((one for one in Scope if one.label == of_scope), None),
        item=_chosen(of_item),
        state=next((one for one in RecordState if one.label == of_state), None),
    )


def _chosen(choice: str | None) -> str | None:
    return None if choice == _ANY else choice


def _row(visit: Visit, row: RecordRow, course: Course, missing: Sequence[str]) -> None:
    with st.container(border=True, key=f"record_{row.id}"):
        title, reaction, incidents, answer = st.columns([4.1, 1.7, 1.7, 1.3], vertical_alignment="center", gap="small")
        with title, st.container(gap="xsmall"):
            _title(visit, row, course, missing)
        with reaction, st.container(gap="xsmall"):
            _reaction(row, course.trend)
        with incidents, st.container(gap="xsmall"):
            _incidents(visit, row, course)
        with answer:
            _answer(visit, row, course)


def _title(visit: Visit, row: RecordRow, course: Course, missing: Sequence[str]) -> None:
    visit.link(Place.RECORD, row.title, row.id)
    scope = " · 党内" if row.scope is Scope.PARTY else ""
    number = f"{plain(row.doc_number)} · " if row.doc_number else ""
    st.caption(f"{number}{plain(row.unit)} · {moment(row.published_at, backstage().now())} 公开{scope}")
    badges = " ".join(_badges(row, course, missing))
    if badges:
        st.markdown(badges)
    for name, pieces in row.hits:
        st.markdown(f":gray[{name}]　{marked_pieces(pieces)}")


def _badges(row: RecordRow, course: Course, missing: Sequence[str]) -> Iterator[str]:
    if row.withdrawn:
        yield ":red-badge[已撤回]"
    elif row.version > 1:
        yield f":gray-badge[已更正，第 {row.version} 版]"
    if missing:
        yield f":orange-badge[未发布到位：{plain('、'.join(missing))}]"
    if course.due is not None:
        day = "" if course.due.due.day is None else f" {shown(course.due.due.day)}"
        yield f"{due_badge(course.due.left)} :gray[{plain(course.due.what or '')}{day}]"


def _reaction(row: RecordRow, trend: Trend) -> None:
    st.markdown(f"反映 {count(row.posts)} 条 :gray[负面 {count(row.negative)}]")
    if not trend.total:
        st.caption(f"近 {DAYS} 天没有")
        return
    day, most = trend.peak
    said = f"近 {DAYS} 天 {count(trend.total)} 条，{day.month}月{day.day}日最多 {count(most)}"
    st.image(sparkline(trend.posts), alt=f"每天条数的走势：{said}")
    st.caption(said)


def _incidents(visit: Visit, row: RecordRow, course: Course) -> None:
    open_now = f":orange-badge[进行中 {row.ongoing}]" if row.ongoing else ":gray[无进行中]"
    st.markdown(f"{open_now} :gray[共 {row.incidents} 件]")
    for case in course.cases:
        visit.link(Place.INCIDENT, f"{SEVERITY_MARKS[case.severity]} {case.id} {case.state.label}", case.id)


def _answer(visit: Visit, row: RecordRow, course: Course) -> None:
    if course.answer is not None:
        visit.link(Place.INCIDENT, f"{moment(course.answer.at)} 回应", course.answer.incident)
    elif row.answered_at is not None:
        st.markdown(f"{moment(row.answered_at)} 回应")
    else:
        st.markdown(":gray[尚无回应]")
