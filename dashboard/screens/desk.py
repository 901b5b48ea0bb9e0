"""值班台: what needs somebody now, with its clock; the newest posts; what works and what is silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import health_badge, post_line, source_list, to_acknowledge, units_named, worker_name
from dashboard.signed_in import show_sign_in, signed_in
from dashboard.visit import Visit
from dashboard.wording import ago, count, due, elapsed, moment, owed, plain, remaining, severity_badge, state_badge
from huiying.disk import disk_troubles
from pipeline import proposal_view, state_view, upward_view, views
from pipeline.model_note import ModelNote
from pipeline.source_health import SourceHealth, Standing
from pipeline.state_view import DeskState
from pipeline.upward_view import UpwardRow
from pipeline.views import IncidentRow, PostRow
from records.alerts import Deadline
from records.channels import channel_name
from records.spans import span, until_start

_CARDS = 4
_NAMED = 5
_WELL = 8
_CLOCKS = "desk_clocks"


def draw(visit: Visit) -> None:
    """Draw the page: a strip of clocks that ticks every second above lists that refresh every few seconds."""
    with backstage().store.reading() as t:
        rows = views.open_incidents(t, visit.person)
    st.session_state[_CLOCKS] = on_strip(rows)
    st.fragment(_clocks, run_every=1)(visit)
    st.fragment(_lists, run_every=backstage().settings.desk.refresh_seconds)(visit)


def on_strip(rows: Sequence[IncidentRow]) -> list[tuple[IncidentRow, Deadline | None]]:
    """Every clock that runs, by when it is due; a plan that must start and has not was due with the first sign of it."""
    clocks = [(clock.due_at, row, clock) for row in rows for clock in row.clocks]
    waiting = [(row.detected_at, row, None) for row in rows if row.awaits_plan]
    return [(row, clock) for _, row, clock in sorted([*clocks, *waiting], key=lambda one: one[0])]


def _clocks(visit: Visit) -> None:
    """Only arithmetic: the rows were read by the lists below."""
    clocks: list[tuple[IncidentRow, Deadline | None]] = st.session_state.get(_CLOCKS, [])
    if not clocks:
        return
    now = backstage().now()
    for start in range(0, min(len(clocks), 2 * _CARDS), _CARDS):
        for column, (row, clock) in zip(st.columns(_CARDS), clocks[start : start + _CARDS], strict=False):
            further = f"_{clock.kind}" if clock is not None and clock.ends else ""
            with column.container(border=True, key=f"clock_{row.id}{further}", gap="xsmall"):
                _clock(visit, row, clock, now)
    if len(clocks) > 2 * _CARDS:
        st.caption(f"另有 {len(clocks) - 2 * _CARDS} 个计时，见下面各事件。")


def _clock(visit: Visit, row: IncidentRow, clock: Deadline | None, now: datetime) -> None:
    if clock is None:
        st.markdown(f"## {elapsed(row.detected_at, now)}", anchors=False)
        visit.link(Place.INCIDENT, row.title, row.id, length=17)
        st.caption(f"**预案未启动**，没有计时  \n发现于 {moment(row.detected_at)}")
        return
    left = remaining(clock.due_at, now)
    shown = f"## {left}" if now <= clock.due_at else f"## :red-background[{left}]"
    st.markdown(shown, anchors=False)
    visit.link(Place.INCIDENT, row.title, row.id, length=17)
    took = until_start(row.detected_at, clock.started_at)
    st.caption(f"{owed(clock)}最迟 {due(clock.due_at)}  \n{'发现至起算' if clock.ends else '发现至启动'}：{took}")


def _lists(visit: Visit) -> None:
    person = signed_in()
    if person is None:
        show_sign_in()
        return
    parts = backstage()
    now = parts.now()
    with parts.store.reading() as t:
        rows = views.open_incidents(t, person)
        untold = upward_view.waiting(t, person)
        to_sign = proposal_view.waiting(t, person)
        posts = views.newest_posts(t, person, limit=15)
        state = state_view.desk_state(
            t,
            person,
            source_list().sources,
            now,
            parts.desk.health_rules,
            telling=parts.desk.telling,
            oversight=parts.desk.oversight,
            duty=parts.desk.duty_rules,
            disks=disk_troubles(parts.desk),
        )
    st.session_state[_CLOCKS] = on_strip(rows)
    for said in state.troubles_of_clocks:
        st.error(f"**{plain(said)}**", icon=":material/timer_off:")
    for disk in state.disks:
        (st.error if disk.grave else st.warning)(f"**{plain(disk.said)}**", icon=":material/hard_drive:")
    _untold(visit, untold)
    _to_sign(visit, to_sign)
    _unreached(visit, state.unreached)
    _undelivered(state.undelivered)
    _duty_holes(visit, state.duty_holes)
    _unread(visit, state.unread)
    _model_trouble(state)
    _calendar_missing(state)
    left, right = st.columns([3, 1], gap="medium")
    with left:
        _incidents(visit, rows, now)
        _posts(posts, now)
    with right:
        _state(state, now)


def _unread(visit: Visit, unread: Sequence[SourceHealth]) -> None:
    """What nobody can know at present stands above everything that is known."""
    if not unread:
        return
    first = sorted(unread, key=lambda source: source.since or backstage().now())[:_NAMED]
    named = "；".join(f"{plain(source.name)} 自 {moment(source.since)} {source.badge}" for source in first)
    more = f"；另有 {len(unread) - len(first)} 个" if len(unread) > len(first) else ""
    with st.container(key="unread_sources", gap="xsmall"):
        st.error(
            f"**{len(unread)} 个采集源没有采集到内容**：{named}{more}。没有采集到不等于没有舆情，请安排人工查看。",
            icon=":material/visibility_off:",
        )
        with st.container(horizontal=True):
            visit.link(Place.SOURCES, "查看采集源")
            visit.link(Place.PATROL, "查看巡查记录")


def _untold(visit: Visit, untold: Sequence[UpwardRow]) -> None:
    """Who above must be told and is not, or where somebody has yet to decide."""
    if not untold:
        return
    with st.container(key="untold_upward", gap="xsmall"):
        named = "；".join(f"{plain(row.body.label)}（{row.body.standing.label}）" for row in untold[:_NAMED])
        more = f"；另有 {len(untold) - _NAMED} 项" if len(untold) > _NAMED else ""
        st.warning(f"**向上报告有 {len(untold)} 项要办**：{named}{more}。", icon=":material/upload:")
        with st.container(horizontal=True):
            for row in {row.incident.id: row.incident for row in untold[:_NAMED]}.values():
                visit.link(Place.INCIDENT, row.title, row.id, length=20)
            visit.link(Place.UPWARD, "上报台账")


def _to_sign(visit: Visit, count: int) -> None:
    """What is to be disclosed and waits for this person's signature."""
    if count:
        with st.container(key="proposals_to_sign", gap="xsmall"):
            st.info(f"**有 {count} 件拟公开事项等您办理**", icon=":material/draw:")
            visit.link(Place.PROPOSALS, "去办理")


def _unreached(visit: Visit, count: int) -> None:
    """An alert that is on this page alone reaches only those who look at it."""
    if count:
        with st.container(key="unreached_alerts", gap="xsmall"):
            st.error(
                f"**最近一天有 {count} 条紧急提醒没有送达任何联系方式**，只在站内消息里。请打电话告知，并检查提醒渠道和联系方式。",
                icon=":material/phonelink_erase:",
            )
            visit.link(Place.MESSAGES, "查看消息")


def _undelivered(count: int) -> None:
    """What is tried no more must not look as if it were still on its way."""
    if count:
        with st.container(key="undelivered", gap="xsmall"):
            st.warning(
                f"**最近三天有 {count} 次发送没有送达**，不再重发（对方拒收，或试满了时间）；内容都在站内消息里。"
                "请检查提醒渠道和联系方式。",
                icon=":material/unsubscribe:",
            )


def _duty_holes(visit: Visit, holes: Sequence[str]) -> None:
    """Tonight's hole must be seen while somebody can still fill it."""
    if holes:
        more = f"；另有 {len(holes) - _NAMED} 处" if len(holes) > _NAMED else ""
        with st.container(key="duty_holes", gap="xsmall"):
            st.warning(
                f"**值班表有空当**：{'；'.join(plain(one) for one in holes[:_NAMED])}{more}。"
                "到时提醒按联系方式的次序发，请尽快补上。",
                icon=":material/event_busy:",
            )
            visit.link(Place.DUTY, "查看值班表")


def _model_trouble(state: DeskState) -> None:
    """Without a model nobody reads what comes in; with another one than wanted, somebody should know."""
    if state.model is None or state.model.trouble is None:
        return
    if state.model.name is not None:
        st.warning(plain(state.model.trouble), icon=":material/psychology_alt:")
        return
    st.error(
        f"**新帖文没有研判，{state.waiting} 条在等**：{plain(state.model.trouble)}。请安排人工查看，并联系管理员。",
        icon=":material/psychology_alt:",
    )


def _calendar_missing(state: DeskState) -> None:
    """Deadlines in working days are only certain where the year's days off are known."""
    if state.calendar_missing:
        years = "、".join(f"{year} 年" for year in state.calendar_missing)
        st.warning(
            f"**{years}的放假安排还没有导入**：按工作日计算的期限只按法定节假日推算，没有计入调休。"
            "国务院办公厅的通知公布后，请到“管理 → 节假日历”导入。",
            icon=":material/event_busy:",
        )


def _incidents(visit: Visit, rows: Sequence[IncidentRow], now: datetime) -> None:
    st.markdown(f"### 进行中的事件 · {len(rows)}", anchors=False)
    if not rows:
        st.info("目前没有进行中的事件。新事件会自动出现；电话、群聊里得知的情况请到“录入”登记。")
        return
    for row in rows[:50]:
        with st.container(border=True, key=f"row_{row.id}"):
            _incident(visit, row, now)
    if len(rows) > 50:
        st.caption(f"另有 {len(rows) - 50} 个事件未显示，请到“公开事项台账”按事项查看。")


def _incident(visit: Visit, row: IncidentRow, now: datetime) -> None:
    title, size, clock = st.columns([4.4, 1.2, 2.3], vertical_alignment="center", gap="small")
    with title:
        visit.link(Place.INCIDENT, row.title, row.id)
        category = row.category.label if row.category else "类别未定"
        st.markdown(
            f"{severity_badge(row.severity)} {state_badge(row.state)} "
            f":small[:gray[{row.id} · {units_named(row.unit, row.co_units)} · {category}]]"
        )
    size.markdown(f"{count(row.posts)} 条帖文  \n:gray[最新 {ago(row.last_post_at, now)}]")
    clock.markdown(_standing(row, now))


def _standing(row: IncidentRow, now: datetime) -> str:
    further = [_short(clock, now) for clock in row.further]
    return "  \n".join([_clock_line(row, now), *further, _noted(row)])


def _clock_line(row: IncidentRow, now: datetime) -> str:
    if row.deadline is None:
        since = ago(row.detected_at, now)
        return f"**预案未启动**  \n发现 {since}" if row.awaits_plan else f"发现 {since}"
    took = f"  \n:gray[发现至启动：{until_start(row.detected_at, row.deadline.started_at)}]"
    if row.running is not None:
        return f"{_short(row.running, now)}{took}"
    return f"首报已报送 {moment(row.deadline.ended_at)}{took}"


def _short(clock: Deadline, now: datetime) -> str:
    at = clock.due_at
    return f"**{owed(clock)}{f'还剩 {span(at - now)}' if now <= at else f'已超时 {span(now - at)}'}**"


def _noted(row: IncidentRow) -> str:
    return f":gray[{moment(row.acknowledged_at)} 已签收]" if row.acknowledged_at else to_acknowledge(row.awaited)


def _posts(posts: Sequence[PostRow], now: datetime) -> None:
    st.markdown("### 最新帖文", anchors=False)
    if not posts:
        st.info("还没有帖文。请到“采集源”查看来源是否在工作，管理员可在那里添加。")
        return
    with st.container(border=True, gap="xsmall"):
        for row in posts:
            post_line(row, now)


def _state(state: DeskState, now: datetime) -> None:
    troubles = state.troubles
    st.markdown("### 运行状态", anchors=False)
    if troubles:
        st.error(f"{troubles} 处需要查看", icon=":material/warning:")
    with st.container(border=True, gap="xsmall"):
        st.markdown("**采集源**")
        faults = source_list().all_faults
        if faults:
            st.markdown(f":red-badge[设置有误 {len(faults)} 处] 见“采集源”页")
        if not state.sources:
            st.caption("尚未开始采集")
        _sources(state.sources, now)
        st.markdown("**提醒渠道**")
        for channel in state.channels or ():
            mark = ":red-badge[不通]" if channel.down else ":green-badge[正常]"
            st.markdown(f"{mark} {plain(channel_name(channel.channel))}")
        st.markdown(f"待发提醒 {state.unsent} 条" if state.unsent else ":gray[没有待发的提醒]")
        st.markdown("**后台进程**")
        for worker in state.workers:
            mark = ":green-badge[运行]" if worker.alive else ":red-badge[停止]"
            st.markdown(f"{mark} {plain(worker_name(worker.name))} :gray[{ago(worker.beat.at, now)}]")
        if not state.workers:
            st.markdown(":red-badge[没有运行] 用 huiying up 启动")
        st.markdown("**研判**")
        st.markdown(f":gray[待研判 {state.waiting} 条 · 模型 {_model(state.model)}]")


def _model(note: ModelNote | None) -> str:
    if note is None or note.name is None:
        return "尚未使用"
    return f"{plain(note.name)}（{'本单位训练' if note.own else '随附'}）"


def _sources(sources: Sequence[SourceHealth], now: datetime) -> None:
    well = [source for source in sources if source.standing is Standing.GOOD]
    others = [source for source in sources if source.standing is not Standing.GOOD]
    for source in [*sorted(others, key=lambda one: one.standing is not Standing.UNREAD), *well[:_WELL]]:
        st.markdown(_source(source, now))
    if len(well) > _WELL:
        st.markdown(f":gray[另有 {len(well) - _WELL} 个正常]")


def _source(source: SourceHealth, now: datetime) -> str:
    shown = f"{health_badge(source)} {plain(source.name)}"
    if source.standing is Standing.GOOD:
        return f"{shown} :gray[{ago(source.last_answer_at, now)}]"
    return shown if source.since is None else f"{shown}  \n:gray[自 {moment(source.since)}]"
