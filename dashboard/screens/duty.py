"""值班表: who is on duty when, for the office and for each unit; importing, swapping, and handing over with a signed note."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import streamlit as st

from alerts.roster_file import read_roster, template
from dashboard import acting, exporting
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import recipient_name, table, to_acknowledge
from dashboard.screens import duty_log
from dashboard.visit import Visit
from dashboard.wording import clause_name, due, moment, plain, severity_badge, shown_text
from pipeline import duty_view
from pipeline.duty_handover import LONGEST_NOTE, hand_over, take_over
from pipeline.duty_roster import Imported, Span, cancel, import_roster, swap
from pipeline.duty_view import DutyPage
from pipeline.refusals import Refused
from records.duty import Handover, Shift
from records.incidents import IncidentState
from records.spreadsheets import BadRow, Unreadable, table_of
from records.words import Severity
from records.zone import CHINA

_WEEKDAYS = "一二三四五六日"
_LEFT_OUT = "duty_left_out"
_MOST_MB = 2


def draw(visit: Visit) -> None:
    """Draw the chosen roster's week above what can be done with it."""
    now = backstage().now()
    with backstage().store.reading() as t:
        recipients = duty_view.rosters(t, visit.person)
    whose, when = st.columns([3, 2], vertical_alignment="bottom")
    recipient = whose.selectbox("单位", recipients, format_func=recipient_name, key="duty_recipient")
    today = now.astimezone(CHINA).date()
    first = when.date_input("从哪天起（显示七天）", today, format="YYYY-MM-DD", key="duty_first")
    if not isinstance(first, date) or recipient is None:
        return
    with backstage().store.reading() as t:
        page = duty_view.duty_page(t, visit.person, recipient, first, now, backstage().desk.duty_rules)
    if page is None:
        st.info("您不能查看这张值班表。")
        return
    _now(page)
    _week(page, now)
    _left_out()
    drawn: dict[str, Callable[[Visit, DutyPage], None]] = {"交接班": _handing_over, "值班日志": duty_log.draw}
    drawn |= {"换班、撤班": _changing} if page.may_swap else {}
    drawn |= {"导入": _importing} if page.may_import else {}
    for tab, draw_tab in zip(st.tabs(list(drawn)), drawn.values(), strict=True):
        with tab:
            draw_tab(visit, page)


def _now(page: DutyPage) -> None:
    if page.now is not None:
        st.markdown(f"现在值班：**{plain(page.now.name)}**，至 {moment(page.now.ends_at)}")
    elif page.planned:
        st.markdown(":red-badge[现在没有人值班] 提醒按联系方式的次序发")
    else:
        st.info("还没有值班表：提醒按联系方式的次序发。请在“导入”里下载模板，填好后导入。")
    for said in page.holes:
        st.warning(plain(said), icon=":material/event_busy:")


def _week(page: DutyPage, now: datetime) -> None:
    today = now.astimezone(CHINA).date()
    cells = {_heading(day, today): "  \n".join(map(_shift, shifts)) or ":gray[—]" for day, shifts in page.days.items()}
    with st.container(key="duty_week"):
        table([cells])
    st.caption(
        f"依据{clause_name('H-41')}：安排专人值班巡查。提醒先发给当时值班的人；值班表空着时，按联系方式的次序发。"
    )


def _heading(day: date, today: date) -> str:
    return f"{day.month}月{day.day}日 周{_WEEKDAYS[day.weekday()]}{'（今天）' if day == today else ''}"


def _shift(shift: Shift) -> str:
    end = shift.ends_at.astimezone(CHINA)
    times = f"{shift.begins_at.astimezone(CHINA):%H:%M}–{'24:00' if end.time() == time() else f'{end:%H:%M}'}"
    swapped = f" :orange-badge[替{plain(shift.instead_of)}]" if shift.instead_of else ""
    return f"{times} **{plain(shift.name)}**{swapped}"


def _left_out() -> None:
    """The rows of the last file that were not taken in, for as long as the page is open."""
    bad: Sequence[BadRow] = st.session_state.get(_LEFT_OUT, ())
    if bad:
        with st.container(key="duty_left_out_rows"):
            st.warning(f"上次导入有 {len(bad)} 行没有导入：", icon=":material/rule:")
            table([{"行": str(row.number), "原因": plain(row.reason)} for row in bad])


def _importing(visit: Visit, page: DutyPage) -> None:
    headings, rows = template()
    with st.container(horizontal=True):
        _download("模板 .xlsx", exporting.xlsx(headings, rows, "值班表"), "值班表模板.xlsx", exporting.XLSX)
        _download("模板 .csv", exporting.comma_separated(headings, rows), "值班表模板.csv", exporting.CSV)
    st.caption("值班员写已登记联系方式的姓名；一个文件可以有多个单位。有错的行会逐行列出，其余照常导入。")
    with st.form("import_duty", enter_to_submit=False, clear_on_submit=True):
        file = st.file_uploader(
            "值班表文件（.xlsx 或 .csv）", ["xlsx", "csv"], key="duty_file", max_upload_size=_MOST_MB
        )
        replace = st.checkbox("以本表为准：表里每个单位的这段时间，原有安排（含换班）一律替换", key="duty_replace")
        done = st.form_submit_button("导入值班表", type="primary", key="do_import_duty")
    if done and file is None:
        st.error("请先选择文件。")
    elif done and file is not None:
        _import(file.name, file.getvalue(), bool(replace))


def _download(label: str, content: bytes, name: str, kind: str) -> None:
    st.download_button(label, content, name, kind, on_click="ignore", icon=":material/download:", key=f"duty_{name}")


def _import(name: str, content: bytes, replace: bool) -> None:
    outcome = Imported()

    def work(doing: acting.Doing) -> None:
        parts = doing.parts
        try:
            rows = list(read_roster(table_of(name, content), parts.desk.organisation.office_name))
        except Unreadable as fault:
            raise Refused(str(fault)) from None
        found = import_roster(
            parts.store, rows, acting.actor(doing.person), doing.at, parts.desk.duty_rules, replace=replace
        )
        outcome.new, outcome.unchanged, outcome.bad = found.new, found.unchanged, found.bad

    if acting.do("import_duty", "值班表已导入，结果见页面", work):
        st.session_state[_LEFT_OUT] = outcome.bad
    st.rerun(scope="app")


def _changing(visit: Visit, page: DutyPage) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        _swapping(page)
    if page.may_import:
        with right:
            _cancelling(page)


def _swapping(page: DutyPage) -> None:
    st.markdown("**换班**")
    if not page.names:
        st.info("还没有可以换班的人：请办公室或管理员先在“管理 → 联系人”登记这个单位值班员的姓名和联系方式。")
        return
    with st.form("swap_duty", enter_to_submit=False):
        name = st.selectbox("原值班人", page.names, format_func=plain, key="swap_name")
        to = st.selectbox("替班人", page.names, format_func=plain, key="swap_to", index=min(1, len(page.names) - 1))
        begin, end = _span("swap")
        reason = st.text_input("理由（必填，记入操作日志）", key="swap_reason", max_chars=200)
        done = st.form_submit_button("换班", type="primary", key="do_swap_duty")
    if done and name and to:
        span = Span(page.recipient, begin, end)
        _do(
            "swap_duty",
            "已换班",
            lambda one: swap(one.parts.store, span, name, to, reason or "", acting.actor(one.person), one.at),
        )


def _cancelling(page: DutyPage) -> None:
    st.markdown("**撤班**")
    with st.form("cancel_duty", enter_to_submit=False):
        begin, end = _span("cancel")
        reason = st.text_input("理由（必填，记入操作日志）", key="cancel_reason", max_chars=200)
        stop = st.checkbox("这个单位不再排班：以后不再提示值班表空着", key="cancel_stop")
        done = st.form_submit_button("撤去这段时间的班", key="do_cancel_duty")
    if done:
        span = Span(page.recipient, begin, end)
        _do(
            "cancel_duty",
            "已撤班",
            lambda one: cancel(one.parts.store, span, reason or "", acting.actor(one.person), one.at, stop=bool(stop)),
        )


def _span(key: str) -> tuple[datetime, datetime]:
    """From when to when, in Beijing time; at first the next twelve whole hours."""
    hour = backstage().now().astimezone(CHINA).replace(minute=0, second=0, microsecond=0)
    with st.container(horizontal=True):
        begin = _moment("从", hour, f"{key}_begin")
        end = _moment("到", hour + timedelta(hours=12), f"{key}_end")
    return begin, end


def _moment(label: str, at: datetime, key: str) -> datetime:
    chosen = st.datetime_input(label, at.replace(tzinfo=None), format="YYYY-MM-DD", step=timedelta(minutes=15), key=key)
    return (chosen or at).replace(tzinfo=CHINA)


def _handing_over(visit: Visit, page: DutyPage) -> None:
    """What this person has to sign for stands first: who comes to take over has not come to write."""
    mine = [note for note in page.handovers if _waits_for(visit, note)]
    _notes(visit, page, mine)
    if page.may_hand_over:
        _writing(page)
    if not page.handovers:
        st.caption("还没有交接记录。")
    _notes(visit, page, [note for note in page.handovers if note not in mine])


def _waits_for(visit: Visit, note: Handover) -> bool:
    return note.signed_at is None and note.to == visit.person.username


def _notes(visit: Visit, page: DutyPage, notes: Sequence[Handover]) -> None:
    for note in notes:
        with st.container(border=True, key=f"handover_{note.id}", gap="xsmall"):
            _note(visit, page, note)


def _writing(page: DutyPage) -> None:
    names = {person.username: f"{person.name}（{person.unit or person.role.label}）" for person in page.takers}
    key = f"handover_note_{page.recipient}"
    given, now = f"{key}_given", duty_log.course(page)
    if key not in st.session_state:
        st.session_state[key] = st.session_state[given] = now
    # The place stays when nothing is in it: a form that moved up would stand on the page twice for a moment.
    with st.container():
        if st.session_state[given] != now:
            st.caption("交接内容起草以后，本班又有新的记事或变化。")
            if st.button("按现在的情况重新起草（已写的内容会被替换）", key=f"{key}_again"):
                st.session_state[key] = st.session_state[given] = now
                st.rerun()
    with st.form("hand_over_duty", enter_to_submit=False, clear_on_submit=True):
        to = st.selectbox(
            "接班人",
            list(names),
            index=None,
            format_func=lambda one: plain(names[one]),
            placeholder="请选择",
            key="handover_to",
        )
        note = st.text_area(
            "交接内容（正在办的事、要盯的事；进行中的事件和计时由系统列出）",
            key=key,
            height=180,
            max_chars=LONGEST_NOTE,
        )
        done = st.form_submit_button("写好，交给接班人签收", type="primary", key="do_hand_over")
    if done:
        st.session_state[given] = now
        _do(
            "hand_over_duty",
            "交接记录已写好，等接班人签收",
            lambda one: hand_over(one.parts.store, page.recipient, to or "", note or "", duty_log.written_by(one)),
        )


def _note(visit: Visit, page: DutyPage, note: Handover) -> None:
    signed = f":green-badge[{plain(note.to_name)} {moment(note.signed_at)} 已签收]" if note.signed_at else ""
    waiting = "" if note.signed_at else f":orange-badge[等{plain(note.to_name)}签收]"
    broken = "" if note.intact else " :red-badge[与写下时不一致，请管理员查操作日志]"
    st.markdown(
        f"**{plain(note.by_name)} → {plain(note.to_name)}** {moment(note.written_at)} {signed}{waiting}{broken}"
    )
    st.text(shown_text(note.note))
    for matter in note.open_matters:
        title = page.titles.get(matter["incident"], "")
        visit.link(Place.INCIDENT, f"{matter['incident']} {title}".strip(), matter["incident"])
        st.markdown(_standing(matter))
    if not note.open_matters:
        st.caption("当时没有进行中的事件。")
    if _waits_for(visit, note) and st.button("签收，接班", key=f"take_over_{note.id}", type="primary"):
        number = note.id or 0
        _do(f"take_over|{number}", "已签收接班", lambda one: take_over(one.parts.store, number, one.person, one.at))


def _standing(matter: Mapping[str, Any]) -> str:
    state, unit = IncidentState(matter["state"]).label, plain(matter["unit"] or "未定责任单位")
    noted = "已签收" if matter["acknowledged"] else to_acknowledge(None)
    claims = [f"待核实的说法 {matter['claims']} 个"] if matter.get("claims") else []
    clocks = [
        f"{plain(duty_log.clock_name(one))}最迟 {due(datetime.fromisoformat(one['due_at']))}"
        for one in matter["clocks"]
    ]
    said = " · ".join([state, unit, noted, *clocks, *claims])
    return f"{severity_badge(Severity(matter['severity']))} :small[{said}]"


def _do(key: str, said: str, work: Callable[[acting.Doing], object]) -> None:
    def done(doing: acting.Doing) -> None:
        work(doing)

    acting.do(key, said, done)
    st.rerun(scope="app")
