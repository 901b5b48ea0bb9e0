"""发布日历: the planned releases of a month, what became of each, and the form to plan one."""

from __future__ import annotations

from calendar import Calendar
from datetime import date, datetime, timedelta

import streamlit as st

from alerts.message import recipient_name
from dashboard import acting
from dashboard.acting import Doing
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.visit import Visit
from dashboard.wording import moment, plain, shortened
from pipeline import ledger_view, proposal_view, releasing
from pipeline.releasing import Planned
from pipeline.units import known_units
from pipeline.views import may_somewhere
from records.alerts import OFFICE
from records.releases import Release, ReleaseState
from records.zone import CHINA
from regulation.platforms import Platform
from regulation.working_days import WEEKDAYS

_COLOURS = {
    ReleaseState.PLANNED: "blue",
    ReleaseState.MOVED: "orange",
    ReleaseState.HELD: "green",
    ReleaseState.CANCELLED: "gray",
}
_MONTHS = range(-6, 13)
_USUAL_HOUR = 10
_PAGE = 10


def draw(visit: Visit) -> None:
    """Draw the month."""
    today = backstage().now().astimezone(CHINA).date()
    months = [_month(today, step) for step in _MONTHS]
    left, right = st.columns([2, 5], vertical_alignment="bottom")
    first = left.selectbox("月份", months, index=_MONTHS.index(0), format_func=_shown_month, key="release_month")
    if may_somewhere(visit.person, releasing.PLAN):
        with right.popover("安排发布", icon=":material/add:"):
            _form(visit)
    with backstage().store.reading() as t:
        releases = releasing.month_of(t, visit.person, first)
    _grid(first, today, releases)
    number = st.pagination(-(-len(releases) // _PAGE), key="releases_page") if len(releases) > _PAGE else 1
    for release in releases[(number - 1) * _PAGE : number * _PAGE]:
        _release(visit, release)
    if not releases:
        st.info("这个月还没有安排发布。要安排的，请按“安排发布”；也可以换一个月份看。")


def _grid(first: date, today: date, releases: list[Release]) -> None:
    by_day: dict[date, list[Release]] = {}
    for release in releases:
        by_day.setdefault(release.due.astimezone(CHINA).date(), []).append(release)
    for place, weekday in zip(st.columns(7, gap="xsmall"), WEEKDAYS, strict=True):
        place.caption(f"周{weekday}")
    for week in Calendar().monthdatescalendar(first.year, first.month):
        for place, day in zip(st.columns(7, gap="xsmall"), week, strict=True):
            with place.container(border=True, height=88, gap="xsmall"):
                st.markdown(_day(day, first, today, by_day.get(day, [])))


def _day(day: date, first: date, today: date, releases: list[Release]) -> str:
    if day.month != first.month:
        return f":gray[{day.day}]"
    number = f"**{day.day} 今天**" if day == today else str(day.day)
    told = (
        f":{_COLOURS[one.state]}-badge[{one.due.astimezone(CHINA):%H:%M} {plain(shortened(one.what, 10))}]"
        for one in releases
    )
    return " ".join([number, *told])


def _release(visit: Visit, release: Release) -> None:
    now = backstage().now()
    with st.container(border=True, key=f"release_{release.id}"):
        st.markdown(
            f":{_COLOURS[release.state]}-badge[{release.state.label}] **{plain(release.what)}**　"
            f"{moment(release.due, now)}　{plain(release.platform)}　:gray[发言：{plain(recipient_name(release.spokesperson))}]"
        )
        for step in release.steps[1:]:
            reason = f"：{plain(step.reason)}" if step.reason else ""
            st.caption(f"{moment(step.at, now)} {plain(step.actor)} 登记{step.state.label}{reason}")
        if release.record is not None:
            visit.link(Place.RECORD, f"公开事项 {release.record}", release.record)
        if release.proposal is not None and Place.PROPOSAL.opens_to(visit.person):
            visit.link(Place.PROPOSAL, f"拟公开事项 {release.proposal}", release.proposal)
        if release.state.ahead and releasing.may_note(visit.person, release):
            _acts(release)


def _acts(release: Release) -> None:
    with st.container(horizontal=True):
        if st.button("已发布", key=f"held_{release.id}"):
            _note(release, ReleaseState.HELD)
        with st.popover("改期"):
            due = _time(f"move_{release.id}", release.due)
            reason = st.text_input("原因", key=f"move_{release.id}_reason", max_chars=200)
            if st.button("改期", key=f"move_{release.id}"):
                _note(release, ReleaseState.MOVED, reason or "", due)
        with st.popover("取消"):
            reason = st.text_input("原因", key=f"cancel_{release.id}_reason", max_chars=200)
            if st.button("取消这次发布", key=f"cancel_{release.id}"):
                _note(release, ReleaseState.CANCELLED, reason or "")


def _note(release: Release, state: ReleaseState, reason: str = "", due: datetime | None = None) -> None:
    def work(doing: Doing) -> None:
        actor = acting.actor(doing.person)
        releasing.note_release(doing.parts.store, release.id, state, actor, doing.at, reason, due)

    acting.do(f"release_{release.id}_{state}", f"已登记：{state.label}。", work)
    st.rerun()


def _form(visit: Visit) -> None:
    with backstage().store.reading() as t:
        units = [OFFICE, *known_units(t)]
        records = dict(ledger_view.record_choices(t, visit.person))
        proposals = dict(proposal_view.choices(t, visit.person))
    what = st.text_input("发布什么", key="release_what", max_chars=200)
    tomorrow = backstage().now().astimezone(CHINA) + timedelta(days=1)
    due = _time("release", tomorrow.replace(hour=_USUAL_HOUR))
    platform = st.selectbox("平台", backstage().desk.platforms.in_use, format_func=_name, key="release_platform")
    speaker = st.selectbox("由谁的新闻发言人发布", units, format_func=recipient_name, key="release_speaker")
    about = st.selectbox(
        "公开事项或拟公开事项",
        [*proposals, *records],
        None,
        format_func=lambda one: records.get(one) or f"拟公开 {one}：{proposals[one]}",
        placeholder="不关联",
        key="release_about",
    )
    if not st.button("列入日历", key="release_plan", type="primary") or platform is None or speaker is None:
        return

    def work(doing: Doing) -> None:
        record, proposal = (about if about in those else None for those in (records, proposals))
        planned = Planned(what or "", due, platform.id, speaker, doing.request, record, proposal)
        actor = acting.actor(doing.person)
        releasing.plan_release(doing.parts.store, planned, actor, doing.at, doing.parts.desk.platforms)

    acting.do("release_plan", "已列入发布日历。", work)
    st.rerun()


def _time(key: str, shown: datetime) -> datetime:
    there = shown.astimezone(CHINA)
    day = st.date_input("日期", there.date(), key=f"{key}_day")
    time = st.time_input("时间", there.time().replace(minute=0, second=0, microsecond=0), key=f"{key}_time")
    return datetime.combine(day or there.date(), time or there.time(), CHINA)


def _month(today: date, step: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
    return date(year, month + 1, 1)


def _shown_month(first: date) -> str:
    return f"{first.year}年{first.month}月"


def _name(platform: Platform) -> str:
    return platform.name
