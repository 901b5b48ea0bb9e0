"""值班日志: what was done and noted since the duty began, a line that notes more, and the notes of former days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import streamlit as st

from dashboard import acting
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.visit import Visit
from dashboard.wording import act_name, due, moment, plain, shortened, shown_text
from nlp.admission import without_personal_data
from pipeline import duty_view
from pipeline.duty_handover import LONGEST_NOTE
from pipeline.duty_log import Logged
from pipeline.duty_noting import LONGEST, Writing, note, strike
from pipeline.duty_view import DutyPage
from records.duty import LogEntry, struck
from records.words import Severity
from records.zone import CHINA
from regulation.time_limits import DUTY_LABELS

_LINES = 40
_LOGGED = 100
_NO_INCIDENT = ""
_NOTED = "duty_notes_written"


def draw(visit: Visit, page: DutyPage) -> None:
    """Draw the line to write on, then the shift so far, the newest first, then former days."""
    if page.may_write:
        _writing(page)
    if not page.log:
        st.info("本班还没有记事，也没有在事件上办理的事。接到来电、巡查情况、交办的事，写在上面。")
    else:
        st.caption("本班以来记下的事和在事件上办的事，最近的在前；没有值班表的，从上一次交接班算起，最长一天。")
    for one in reversed(page.log[-_LOGGED:]):
        if isinstance(one, Logged):
            _deed(visit, one)
        else:
            entry(visit, page, one, page.struck)
    with st.expander("以往的记事"):
        _former(visit, page)


def _writing(page: DutyPage) -> None:
    # The browser keeps what stands in a field of the same name: after a note the fields are others, and empty.
    number = st.session_state.setdefault(_NOTED, 0)
    with st.form("duty_note", enter_to_submit=True, clear_on_submit=False, border=True):
        text = st.text_area(
            "记一条（写事，不写对方姓名和电话；写完按 Ctrl+Enter）",
            key=f"duty_note_text_{number}",
            height=80,
            max_chars=LONGEST,
            placeholder="例如：供热公司来电，和平街支线 16 时恢复供暖",
        )
        left, middle, right = st.columns([1.4, 3.6, 1.2], vertical_alignment="bottom")
        clock = left.time_input(
            "几点的事（不填就是现在）", None, key=f"duty_note_time_{number}", step=timedelta(minutes=1)
        )
        incident = middle.selectbox(
            "有关的事件（可不选）",
            [_NO_INCIDENT, *page.titles],
            format_func=lambda one: plain(f"{one} {shortened(page.titles[one], 30)}") if one else "与事件无关",
            key=f"duty_note_incident_{number}",
        )
        done = right.form_submit_button("记入日志", type="primary", key="do_duty_note")
    if done:
        _note(page.recipient, text or "", clock, incident or None)


def _note(recipient: str, text: str, clock: time | None, incident: str | None) -> None:
    def work(doing: acting.Doing) -> None:
        note(doing.parts.store, recipient, text, latest(clock, doing.at), incident, written_by(doing))

    if acting.do("duty_note", "已记入值班日志，个人信息已遮盖", work):
        st.session_state[_NOTED] += 1
    st.rerun(scope="app")


def latest(clock: time | None, now: datetime) -> datetime:
    """The last moment at which the clock showed that time in Beijing; now without one."""
    if clock is None:
        return now
    today = now.astimezone(CHINA).replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


def _deed(visit: Visit, one: Logged) -> None:
    said = f"{moment(one.at)}　{plain(one.actor)}　{plain(act_name(one.act))}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(said, width="content")
        visit.link(Place.INCIDENT, one.incident, one.incident)


def entry(visit: Visit, page: DutyPage, one: LogEntry, gone: Mapping[int, LogEntry]) -> None:
    """One entry: crossed out with the reason where another one strikes it."""
    by = gone.get(one.id or 0)
    text = plain(shown_text(one.text))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"duty_entry_{one.id}"):
        mark = " :orange-badge[更正]" if one.of is not None else ""
        said = f":gray[~~{text}~~]" if by is not None else f"**{text}**"
        st.markdown(f"{moment(one.happened_at)}　{plain(one.actor)}{mark}　{said}", width="content")
        if one.incident is not None:
            visit.link(Place.INCIDENT, one.incident, one.incident)
        if by is not None:
            st.caption(f"{moment(by.at)} {plain(by.actor)} 划去：{plain(shown_text(by.reason or ''))}")
        elif page.may_write and st.button(
            "更正…", key=f"strike_{one.id}", type="tertiary", help="原来的一条划去并保留，另记一条"
        ):
            _strike(page.recipient, one)


@st.dialog("更正一条记事")
def _strike(recipient: str, one: LogEntry) -> None:
    with st.form("strike_entry", enter_to_submit=False, border=False):
        instead = st.text_area(
            "改记为（全删去就是只划去）", one.text, key=f"strike_text_{one.id}", max_chars=LONGEST, height=100
        )
        reason = st.text_input("更正的理由（必填，写在划去的一条旁边）", key=f"strike_reason_{one.id}", max_chars=200)
        done = st.form_submit_button("更正", type="primary", key="do_strike")
    if done:
        number = one.id or 0

        def work(doing: acting.Doing) -> None:
            strike(doing.parts.store, recipient, number, reason or "", instead or "", written_by(doing))

        if acting.do_in_dialog(f"strike|{number}", "已更正，原来的一条划去、保留", work):
            st.rerun(scope="app")


def _former(visit: Visit, page: DutyPage) -> None:
    today = backstage().now().astimezone(CHINA).date()
    day = st.date_input(
        "哪一天", today - timedelta(days=1), max_value=today, format="YYYY-MM-DD", key="duty_former_day"
    )
    if not isinstance(day, date):
        return
    with backstage().store.reading() as t:
        found = duty_view.entries_of_day(t, visit.person, page.recipient, day)
    gone, shown = struck(found), {one.id for one in page.log if isinstance(one, LogEntry)}
    listed = [one for one in found if one.text and one.id not in shown]
    if not listed:
        st.caption(f"{day.month}月{day.day}日没有别的记事。可以换一天看。")
    for one in listed:
        entry(visit, page, one, gone)


def course(page: DutyPage) -> str:
    """The shift as it went and what is open now, for the note of handing over to begin with; the last lines where there are
    many."""
    kept = [one for one in page.log if isinstance(one, Logged) or (one.id or 0) not in page.struck]
    lines, open_now = [_line(one) for one in kept], [_open(one) for one in page.open]
    if not (lines or open_now):
        return ""
    room = LONGEST_NOTE - sum(len(one) + 1 for one in open_now[:_LINES]) - 400
    fitting: list[str] = []
    for line in reversed(lines[-_LINES:]):
        room -= len(line) + 1
        if room < 0:
            break
        fitting.insert(0, line)
    left = len(lines) - len(fitting)
    before = [f"（此前还有 {left} 条，见值班日志）"] if left else []
    more = [f"（另有 {len(open_now) - _LINES} 件，见下方清单）"] if len(open_now) > _LINES else []
    course_lines = ["本班经过：", *before, *fitting] if lines else []
    return shown_text("\n".join([*course_lines, "没有办完的：", *open_now[:_LINES], *more, "要盯的事："]))[
        :LONGEST_NOTE
    ]


def _line(one: Logged | LogEntry) -> str:
    if isinstance(one, Logged):
        return f"{moment(one.at)} {one.actor} {act_name(one.act)} {one.incident}"
    text = " ".join(one.text.split())
    return f"{moment(one.happened_at)} {text}" + (f"（{one.incident}）" if one.incident else "")


def _open(matter: Mapping[str, Any]) -> str:
    wanted: Sequence[str] = [
        f"{clock_name(one)}最迟 {due(datetime.fromisoformat(one['due_at']))}" for one in matter["clocks"]
    ]
    claims = [f"待核实的说法 {matter['claims']} 个"] if matter["claims"] else []
    said = "，".join([*wanted, *claims]) or "没有在走的时限"
    return f"{matter['incident']} {Severity(matter['severity']).label} {matter['unit'] or '未定责任单位'}：{said}"


def clock_name(clock: Mapping[str, Any]) -> str:
    """What people read for a clock that is listed in a note."""
    family = clock["kind"].partition(".")[0]
    unit = clock.get("unit")
    name = clock["label"] or DUTY_LABELS.get(family, family)
    return f"{name}（{unit}）" if unit else name


def written_by(doing: acting.Doing) -> Writing:
    """Who writes on duty, and how their words are masked."""
    return Writing(doing.person, doing.at, without_personal_data, doing.request)
