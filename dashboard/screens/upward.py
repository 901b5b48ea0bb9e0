"""上报台账: of every incident who above was told what, how, when, with proof and receipt; and what is still to be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import streamlit as st

from casework.upward.standing import Dispatch, Standing
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import downloads
from dashboard.screens.incident_upward import standing_badge, way_label
from dashboard.visit import Visit
from dashboard.wording import clause_name, moment, plain, severity_badge, shown_text
from pipeline import upward_view
from pipeline.upward_view import UpwardRow
from records.spreadsheets import Cell
from records.upward import Need
from records.zone import CHINA

_ANY = "不限"
_PERIODS = {
    "最近30天": timedelta(days=30),
    "最近90天": timedelta(days=90),
    "最近一年": timedelta(days=366),
    _ANY: None,
}
_PAGE = 25
_HEADING = (
    "事件编号",
    "事件",
    "等级",
    "责任单位",
    "上报对象",
    "要求",
    "依据",
    "决定",
    "决定人",
    "决定时间",
    "决定理由",
    "状态",
    "方式",
    "报告文号",
    "报送内容",
    "编号或接收人",
    "报送人",
    "送出时间",
    "回执人",
    "回执时间",
    "回执说明",
)


def draw(visit: Visit) -> None:
    """Draw the filter, the lines and the export."""
    rules = backstage().desk.upward
    period, body, standing = st.columns([1, 2, 1], vertical_alignment="bottom")
    length = _PERIODS[period.selectbox("立案时间", list(_PERIODS), index=1, key="upward_period") or _ANY]
    names = {one.name: one.label for one in rules.bodies}
    wanted = body.selectbox(
        "上报对象", [None, *names], format_func=lambda name: names[name] if name else _ANY, key="upward_body"
    )
    state = standing.selectbox(
        "状态", [None, *Standing], format_func=lambda one: one.label if one else _ANY, key="upward_state"
    )
    since = None if length is None else backstage().now() - length
    with backstage().store.reading() as t:
        rows = upward_view.ledger(t, visit.person, since, wanted, state)
    if not rows:
        st.info("没有符合的记录。事件升为重大、重大突发时自动记下须报告谁；在事件的“上报”里办理。")
        return
    _downloads(rows)
    number = 1
    if len(rows) > _PAGE:
        number = st.pagination(-(-len(rows) // _PAGE), key="upward_page")
    for row in rows[(number - 1) * _PAGE : number * _PAGE]:
        _row(visit, row)


def _row(visit: Visit, row: UpwardRow) -> None:
    with st.container(border=True, key=f"upward_{row.incident.id}_{row.body.body}"):
        title, body, standing = st.columns([3.4, 2.2, 3], vertical_alignment="center", gap="small")
        with title:
            visit.link(Place.INCIDENT, row.incident.title, row.incident.id)
            st.markdown(f"{severity_badge(row.incident.severity)} :small[:gray[{row.incident.id}]]")
        body.markdown(f"{plain(row.body.label)}  \n:small[:gray[{_asked(row)}]]")
        standing.markdown(f"{standing_badge(row.body.standing)} {_last(row)}")


def _asked(row: UpwardRow) -> str:
    need = row.body.need
    if need is None or need.need in (None, Need.NONE):
        return Need.NONE.label
    return f"{need.need.label} · {clause_name(need.clause or '')}"


def _last(row: UpwardRow) -> str:
    if not row.body.dispatches:
        decision = row.body.decision
        return f"{plain(decision.actor)}：{plain(decision.reason or '')}" if decision is not None else ""
    last = row.body.dispatches[-1]
    what = f" {plain(last.entry.serial)}" if last.entry.serial else ""
    receipt = f"  \n:gray[{plain(last.receipt.who or '')} {moment(last.receipt.at)} 确认]" if last.receipt else ""
    when = f"{moment(last.went_out_at)} " if last.went_out_at is not None else ""
    return f"{when}{plain(way_label(last.entry.way))}{what}{receipt}"


def _downloads(rows: Sequence[UpwardRow]) -> None:
    day = f"{backstage().now():%Y%m%d}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"共 {len(rows)} 项")
        name, title = f"上报台账-{day}", f"上报台账{day}"
        downloads("upward", name, title, _HEADING, lambda: [line for row in rows for line in _lines(row)])


def _lines(row: UpwardRow) -> Iterator[tuple[Cell, ...]]:
    """One line for everything that was sent; one for what was not."""
    incident, body, need, decision = row.incident, row.body, row.body.need, row.body.decision
    asked = need is not None and need.need not in (None, Need.NONE)
    start = (
        incident.id,
        shown_text(incident.title),
        incident.severity.label,
        incident.unit or "",
        body.label,
        need.need.label if need is not None and need.need is not None else Need.NONE.label,
        clause_name(need.clause or "") if need is not None and asked else "",
        *(
            ("上报" if decision.send else "不上报", decision.actor, _full(decision.at), decision.reason or "")
            if decision is not None
            else ("", "", "", "")
        ),
        body.standing.label,
    )
    for dispatch in body.dispatches or (None,):
        yield (*start, *_sent(dispatch))


def _sent(dispatch: Dispatch | None) -> tuple[Cell, ...]:
    if dispatch is None:
        return ("",) * 9
    entry, receipt = dispatch.entry, dispatch.receipt
    went_out = "未送达" if dispatch.failed else _full(dispatch.went_out_at)
    return (
        way_label(entry.way),
        entry.serial or "",
        entry.text or "",
        entry.note or "",
        entry.actor,
        went_out,
        receipt.who or "" if receipt is not None else "",
        _full(receipt.at if receipt is not None else None),
        receipt.note or "" if receipt is not None else "",
    )


def _full(at: datetime | None) -> str:
    """A moment as a file that is kept tells it, with its year."""
    return "" if at is None else f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
