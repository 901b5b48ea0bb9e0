"""事件: one incident with its clock, what may be done, its posts, reports, answers, alerts and course."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from alerts.deadlines import in_time
from dashboard.away import guarded
from dashboard.backstage import backstage
from dashboard.meanings import meaning
from dashboard.navigation import Place
from dashboard.pieces import facts, post_block, to_acknowledge, units_named
from dashboard.screens import (
    incident_acts,
    incident_archive,
    incident_dismissed,
    incident_evaluation,
    incident_measures,
    incident_playbook,
    incident_regrouping,
    incident_report,
    incident_response,
    incident_spread,
    incident_timeline,
    incident_upward,
    incident_views,
    leading,
)
from dashboard.screens.trend_chart import trend_chart
from dashboard.visit import Visit, chosen_item
from dashboard.wording import (
    ago,
    clause_name,
    count,
    due,
    elapsed,
    exact,
    moment,
    owed,
    plain,
    remaining,
    severity_badge,
    state_badge,
)
from pipeline import incident_view, views
from pipeline.incident_view import IncidentPage
from pipeline.views import IncidentRow
from records.alerts import Deadline, DeadlineState
from records.co_units import CoUnit
from records.naming import office_name
from records.spans import until_start

_POSTS_A_PAGE = 20
_CLOCKS_A_ROW = 2


def draw(visit: Visit) -> None:
    """Draw the incident named in the address, or a list to choose from."""
    chosen = chosen_item()
    if chosen is None:
        _choose(visit)
        return
    # A link from this page to itself leaves the address as it was: the next press of a tab would lead back.
    st.query_params["id"] = chosen
    with backstage().store.reading() as t:
        page = incident_view.incident_page(t, visit.person, chosen)
    if page is None:
        st.warning("没有这个事件，或它不属于您可以查看的范围。请从值班台打开事件。")
        visit.link(Place.DESK, "返回值班台")
        return
    _top(visit, page)
    _tabs(visit, page)


def _choose(visit: Visit) -> None:
    now = backstage().now()
    with backstage().store.reading() as t:
        ongoing, total = views.open_incidents(t, visit.person), views.open_incident_count(t, visit.person)
        ended = views.ended_incidents(t, visit.person)
        owing = views.ended_with_clocks(t, visit.person)
    st.markdown(f"### 进行中 · {total}", anchors=False)
    if not ongoing:
        st.info("目前没有进行中的事件。达到等级规则时自动立案；另外得知的，请到“录入”登记。")
    for row in ongoing:
        _line(visit, row, now)
    if total > len(ongoing):
        st.caption(f"另有 {total - len(ongoing)} 个未显示，请到“公开事项台账”按事项查看。")
    if owing:
        st.markdown(f"### 办结后还有事项 · {len(owing)}", anchors=False)
    for row in owing:
        with st.container(key=f"still_owed_{row.id}"):
            _still_owed(visit, row, now)
    st.markdown(f"### 已办结、已排除或已并入 · {len(ended)}", anchors=False)
    if not ended:
        st.caption("还没有办结或排除的事件。")
    for row in ended:
        _line(visit, row, now)


def _line(visit: Visit, row: IncidentRow, now: datetime) -> None:
    badges, title, rest = st.columns([1.5, 4, 2.5], vertical_alignment="center")
    badges.markdown(f"{severity_badge(row.severity)} {state_badge(row.state)}")
    with title:
        visit.link(Place.INCIDENT, row.title, row.id)
    rest.caption(
        f"{row.id} · {units_named(row.unit, row.co_units)} · {count(row.posts)} 条 · 发现 {moment(row.detected_at, now)}"
    )


def _still_owed(visit: Visit, row: IncidentRow, now: datetime) -> None:
    clock = row.further[0]
    left, title, rest = st.columns([1.5, 4, 2.5], vertical_alignment="center")
    late = now > clock.due_at
    said = remaining(clock.due_at, now)
    left.markdown(f"**{owed(clock)}** {f':red-background[{said}]' if late else said}")
    with title:
        visit.link(Place.INCIDENT, row.title, row.id)
    rest.caption(f"最迟 {due(clock.due_at)} · {units_named(row.unit, row.co_units)}")


def _top(visit: Visit, page: IncidentPage) -> None:
    incident = page.incident
    left, right = st.columns([2.6, 1], gap="medium")
    with left:
        category = f":violet-badge[{incident.category.label}]" if incident.category else ":gray-badge[类别未定]"
        st.markdown(f"### {plain(incident.title)}", anchors=False)
        st.markdown(
            f"{severity_badge(incident.severity)} {state_badge(incident.state)} {category} :gray[编号 {incident.id}]"
        )
        with st.container(horizontal=True, vertical_alignment="center", key="incident_news"):
            _figures(page)
            st.fragment(guarded(_watch), run_every=backstage().settings.desk.refresh_seconds)(visit, page)
        incident_regrouping.draw_where(page)
        incident_acts.bar(visit, page)
        if page.further:
            with st.container(key="incident_further"):
                st.fragment(guarded(_further_clocks), run_every=1)(page)
    with right, st.container(border=True, gap="xsmall", key="incident_clock"):
        st.fragment(guarded(_clock), run_every=1)(page)


def _figures(page: IncidentPage) -> None:
    st.markdown(
        f"**{count(page.figures.posts)}** 条帖文　**{count(page.figures.voices)}** 个不同声音　"
        f"**{count(page.figures.reactions)}** 次互动　:gray[最新 {ago(page.figures.last_post_at, backstage().now())}]",
        help="  \n".join(f"{name}：{meaning(name)}" for name in ("帖文", "首发", "互动")),
        width="content",
    )


def _further_clocks(page: IncidentPage) -> None:
    """Only arithmetic, as with the clock of the report: the deadlines were read with the page."""
    for start in range(0, len(page.further), _CLOCKS_A_ROW):
        row = page.further[start : start + _CLOCKS_A_ROW]
        for column, clock in zip(st.columns(_CLOCKS_A_ROW), row, strict=False):
            with column.container(border=True, gap="xsmall"):
                st.markdown(_further(clock, page.incident.detected_at))
                _counted(page, clock)


def _counted(page: IncidentPage, clock: Deadline) -> None:
    """How working days were counted, and what another calendar has changed since."""
    for change in (change for change in page.moved if change.duty == clock.kind):
        was = f"{due(change.before)} 改为 {due(change.after)}"
        st.caption(f":orange-badge[时限有变] {was}  \n{plain(change.reason)}（{moment(change.at)}）")
    if clock.kind in page.counts:
        with st.expander("怎样算的"):
            st.text("\n".join(page.counts[clock.kind]))
            st.caption(f"依据：{plain(clock.calendar or '')}")


def _further(clock: Deadline, detected: datetime) -> str:
    now = backstage().now()
    if clock.state is DeadlineState.OPEN:
        left = remaining(clock.due_at, now)
        standing = f"**{left}**" if now <= clock.due_at else f":red-background[{left}]"
    else:
        done_late = "" if in_time(clock) else "，超时"
        standing = f"{moment(clock.ended_at)} 已办{done_late}"
    limit = f"最迟 {due(clock.due_at)} · {clause_name(clock.clause)}"
    lag = f"发现至起算：{until_start(detected, clock.started_at)}"
    return f"**{owed(clock)}** {standing}  \n:small[:gray[{limit}]]  \n:small[:gray[{lag}]]"


def _clock(page: IncidentPage) -> None:
    deadline, detected, now = page.deadline, page.incident.detected_at, backstage().now()
    if deadline is None:
        _without_clock(page, detected, now)
        return
    took = f"发现至启动：{until_start(detected, deadline.started_at)}"
    if deadline.state is DeadlineState.OPEN:
        left = remaining(deadline.due_at, now)
        st.markdown(f"## {left}" if now <= deadline.due_at else f"## :red-background[{left}]", anchors=False)
        st.caption(f"首报最迟 {moment(deadline.due_at)}  \n{moment(deadline.started_at)} 启动 · {took}")
        return
    st.markdown("## 首报已报送", anchors=False)
    st.caption(f"{exact(deadline.ended_at)} 报送 · 时限 {moment(deadline.due_at)}  \n{took}")


def _without_clock(page: IncidentPage, detected: datetime, now: datetime) -> None:
    """No clock runs; where the plan must be started, what goes by meanwhile stands in its place."""
    if page.incident.merged_into is not None:
        st.markdown("**已并入**")
        st.caption(f"时限由 {page.incident.merged_into} 接着走")
        return
    if page.awaits_plan:
        st.markdown(f"## {elapsed(detected, now)}", anchors=False)
        st.caption(f"**预案未启动**，没有计时  \n发现于 {moment(detected)}")
        return
    st.markdown("**预案未启动**")
    st.caption(f"发现于 {moment(detected)}" + (f"，{ago(detected, now)}" if page.incident.state.ongoing else ""))


def _watch(visit: Visit, page: IncidentPage) -> None:
    """Say that something has changed; the page is drawn anew only when the person wants it."""
    with backstage().store.reading() as t:
        incident = views.visible_incident(t, visit.person, page.incident.id)
        posts = incident_view.figures(t, page.incident.id).posts if incident is not None else 0
    if incident is None or (incident.revision == page.incident.revision and posts == page.figures.posts):
        return
    more = posts - page.figures.posts
    said = f"又有 {more} 条新帖文" if more > 0 else "本事件刚有变动"
    if st.button(f"{said}，点此刷新", icon=":material/refresh:", key="refresh_incident", type="tertiary"):
        st.rerun(scope="app")


def _tabs(visit: Visit, page: IncidentPage) -> None:
    upward = incident_upward.read(visit, page)
    drawn: dict[str, Callable[[], None]] = {
        "概况": lambda: _overview(visit, page),
        "网民观点": lambda: incident_views.draw(visit, page),
        "走势与传播": lambda: incident_spread.draw(visit, page),
        "帖文": lambda: _posts(visit, page),
        "报告": lambda: incident_report.draw(visit, page),
        "回应": lambda: incident_response.draw(visit, page),
        **({"上报": lambda: incident_upward.draw(page, upward)} if upward is not None else {}),
        "措施": lambda: incident_measures.draw(page),
        "处置预案": lambda: incident_playbook.draw(page),
        **({"评估": lambda: incident_evaluation.draw(visit, page)} if incident_evaluation.offered(visit, page) else {}),
        "经过": lambda: _course(visit, page),
    }
    if tab := leading.led_to():
        st.session_state["incident_tabs"] = tab
    tabs = st.tabs(list(drawn), on_change="rerun", key="incident_tabs")
    for shown, draw_tab in zip(tabs, drawn.values(), strict=True):
        if shown.open:
            with shown:
                draw_tab()


def _course(visit: Visit, page: IncidentPage) -> None:
    incident_timeline.draw(visit, page)
    incident_archive.draw(visit, page)


def _overview(visit: Visit, page: IncidentPage) -> None:
    left, right = st.columns([1, 1.15], gap="medium")
    with left:
        _facts(visit, page)
        _history(page)
    with right:
        with backstage().store.reading() as t:
            found = incident_view.trend(t, page.incident.id)
        trend_chart(found)


def _facts(visit: Visit, page: IncidentPage) -> None:
    incident = page.incident
    if page.record is not None:
        visit.link(Place.RECORD, f"公开事项：{page.record.title}", page.record.id)
    elif page.record_hidden:
        st.caption("所涉公开事项为党内公开，题目和内容不向您显示。")
    else:
        st.caption("没有关联公开事项（人工登记）。")
    channels = "、".join(f"{channel.label} {number}" for channel, number in page.figures.by_channel.items())
    facts(
        [
            ("牵头单位" if page.co_units else "责任单位", _unit(page)),
            *(("协办单位", _co_unit(one)) for one in page.co_units),
            ("首帖时间", moment(incident.first_post_at)),
            ("立案时间", moment(incident.opened_at)),
            ("签收", _signed(page)),
            ("渠道分布", channels),
            ("结束时间", moment(incident.closed_at) if incident.closed_at else ""),
            ("排除原因", incident_dismissed.named(page.dismissal) if page.dismissal is not None else ""),
        ]
    )


def _unit(page: IncidentPage) -> str:
    unit = plain(page.incident.unit or f"未定，请{office_name()}明确")
    if page.handed_over is None:
        return unit
    former = plain(str(page.handed_over.detail.get("before") or "未定"))
    return f"{unit} :gray[{moment(page.handed_over.at)} 转办，原为{former}；转办不改变首报时限]"


def _co_unit(one: CoUnit) -> str:
    if one.acknowledged_at is None:
        return f"{plain(one.unit)} :gray[{moment(one.named_at)} 确定]　{to_acknowledge(None)}"
    return f"{plain(one.unit)} :gray[{moment(one.acknowledged_at)} {plain(one.acknowledged_by or '')} 签收]"


def _signed(page: IncidentPage) -> str:
    incident = page.incident
    if incident.acknowledged_at is None:
        return to_acknowledge(page.awaited)
    return f"{moment(incident.acknowledged_at)} {plain(incident.acknowledged_by or '')}"


def _history(page: IncidentPage) -> None:
    st.markdown("**等级变化**")
    rules = backstage().desk.rules
    clauses = {rule.name: rule.clause for rule in rules.rules}
    for change in reversed(page.history):
        clause = clauses.get(change.rule)
        grounds = f"（{clause_name(clause)}）" if clause else ""
        who = f" · {plain(change.actor)}" if change.actor else ""
        reason = f" · {plain(change.reason)}" if change.reason else ""
        st.markdown(
            f"{severity_badge(change.severity)} {moment(change.at)} :gray[{plain(rules.wording(change.rule))}{grounds}{who}{reason}]"
        )


def _posts(visit: Visit, page: IncidentPage) -> None:
    incident_dismissed.draw(page)
    if not page.figures.posts:
        st.info("这个事件还没有帖文。关联公开事项的事件会自动归集负面帖文；电话等渠道的情况可到“录入”登记。")
        return
    pages = -(-page.figures.posts // _POSTS_A_PAGE)
    number = 1
    if pages > 1:
        number = st.pagination(pages, key=f"posts_{page.incident.id}")
    with backstage().store.reading() as t:
        rows = incident_view.incident_posts(
            t, visit.person, page.incident.id, _POSTS_A_PAGE, (number - 1) * _POSTS_A_PAGE
        )
    now = backstage().now()
    for row in rows:
        post_block(row, now)
