"""措施: what was done about an incident online and offline, side by side (第四十二条（四）)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import streamlit as st

from dashboard import acting
from dashboard.backstage import backstage
from dashboard.wording import clause_name, exact, moment, plain, shown_text
from nlp.admission import without_personal_data
from pipeline import measures
from pipeline.incident_view import IncidentPage
from pipeline.meant import Meant
from pipeline.measures import Taken
from pipeline.units import known_units
from records.measures import Measure, Side, valid
from records.zone import CHINA
from storage.store import Store

_DAYS_BACK = 31


def draw(page: IncidentPage) -> None:
    """Draw both sides, each in the order in which things happened, then what was taken back."""
    with backstage().store.reading() as t:
        noted = t.measures.of_incident(page.incident.id)
    may_note = measures.NOTE in page.acts
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"网上问题、网下解决、网上回应（{clause_name('H-42(4)')}）。两边都登记了，办结时可不写说明；报告的措施部分取自这里。"
        )
        if may_note and st.button("登记措施…", icon=":material/add:", key="note_measure"):
            _ask(page)
    good = valid(noted)
    for side, column in zip(Side, st.columns(2, gap="medium"), strict=True):
        with column:
            _side(page, side, [one for one in good if one.side is side], may_note)
    for back in (one for one in noted if one.of is not None):
        st.caption(f"{exact(back.at)} {plain(back.actor)} 作废一条{back.side.label}措施：{plain(back.text)}")


def _side(page: IncidentPage, side: Side, taken: list[Measure], may_note: bool) -> None:
    st.markdown(f"**{side.label}** :gray[{len(taken)} 项]")
    if not taken:
        st.caption(f"还没有登记{side.label}措施。")
    for one in taken:
        with st.container(border=True, gap="xsmall", key=f"measure_{one.id}"):
            st.markdown(f"{plain(one.text)}")
            st.caption(f"{moment(one.happened_at)} · {plain(one.unit)} · {plain(one.actor)} 登记")
            if may_note and st.button("作废…", key=f"take_back_measure_{one.id}", type="tertiary"):
                _ask_back(page, one)


@st.dialog("登记措施", on_dismiss="rerun")
def _ask(page: IncidentPage) -> None:
    now = backstage().now().astimezone(CHINA)
    with backstage().store.reading() as t:
        units = known_units(t, backstage().desk.upward.labels)
    usual = page.incident.unit
    with st.form("measure_form", enter_to_submit=False, border=False):
        side = st.radio("哪一边", list(Side), index=None, format_func=lambda one: one.label, horizontal=True)
        text = st.text_area("做了什么（不写个人信息）", key="measure_text", max_chars=measures.LONGEST, height=100)
        unit = st.selectbox(
            "由哪个单位做的",
            units,
            index=units.index(usual) if usual in units else None,
            format_func=plain,
            key="measure_unit",
        )
        left, right = st.columns(2)
        days = [now.date() - timedelta(days=back) for back in range(_DAYS_BACK)]
        day = left.selectbox("哪天", days, format_func=lambda one: f"{one.month}月{one.day}日", key="measure_day")
        written = right.text_input("时刻，如 09:30", value=f"{now:%H:%M}", key="measure_time", max_chars=5)
        done = st.form_submit_button("登记", type="primary", key="do_note_measure")
    at = _moment(day, written)
    if done and (side is None or unit is None):
        st.error("请选择线上或线下，并选择单位。")
    elif done and at is None:
        st.error("时刻请写成 09:30 这样的形式。")
    elif done and side is not None and unit is not None and at is not None:
        taken = Taken(side, text or "", unit, at)
        _do(page, "note", "措施已登记", lambda store, meant: measures.note(store, meant, taken, without_personal_data))


@st.dialog("作废措施", on_dismiss="rerun")
def _ask_back(page: IncidentPage, one: Measure) -> None:
    st.text(shown_text(one.text))
    with st.form("measure_back", enter_to_submit=False, border=False):
        reason = st.text_area("作废的理由（必填）", key="measure_back_reason", max_chars=300, height=80)
        done = st.form_submit_button("作废", type="primary", key="do_take_back_measure")
    if done and one.id is not None:
        number = one.id
        _do(
            page,
            f"back|{number}",
            "已作废",
            lambda store, meant: measures.take_back(store, meant, number, reason, without_personal_data),
        )


def _moment(day: date, written: str | None) -> datetime | None:
    try:
        hour, minute = (int(part) for part in (written or "").replace("：", ":").split(":"))
        return datetime.combine(day, time(hour, minute), CHINA)
    except ValueError:
        return None


def _do(page: IncidentPage, key: str, said: str, work: Callable[[Store, Meant], None]) -> None:
    def carried(doing: acting.Doing) -> None:
        work(doing.parts.store, Meant(page.incident.id, acting.actor(doing.person), doing.at, doing.request))

    acting.do(f"measure|{key}|{page.incident.id}", said, carried)
    st.rerun(scope="app")
