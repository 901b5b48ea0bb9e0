"""管理: how sources, channels and workers fare; how people are reached; days off; names and letterhead; the figures of
the rules; the accounts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from crawlers.outcomes import Outcome
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import health_badge, source_list, source_name, table
from dashboard.screens import (
    channels,
    contacts,
    figures,
    holidays,
    names,
    people,
    recent_changes,
    rule_values,
    templates,
)
from dashboard.visit import Visit
from dashboard.wording import ago, exact, moment, plain
from pipeline import state_view
from pipeline.calendar_view import calendar_page
from pipeline.contact_view import contacts_page
from pipeline.contacts import MANAGE as MANAGE_CONTACTS
from pipeline.own_figures import CHANGE as CHANGE_FIGURES
from pipeline.own_figures import figures_page
from pipeline.own_names import CHANGE as CHANGE_NAMES
from pipeline.own_names import names_page
from pipeline.own_rules import rules_page
from pipeline.report_templates import CHANGE as CHANGE_TEMPLATE
from pipeline.source_health import SourceHealth
from pipeline.state_view import DeskState, ProcessRow, WorkerRow
from pipeline.trying import TRY
from pipeline.views import may_somewhere
from pipeline.working_calendar import IMPORT as IMPORT_CALENDAR
from records.channels import channel_name
from records.worker_names import worker_name

_ACCOUNTS = "账户"


def draw(visit: Visit) -> None:
    """Draw the tabs that this person's role opens."""
    drawn = {name: shown for name, act, shown in _TABS if act is None or may_somewhere(visit.person, act)}
    tabs = st.tabs(list(drawn), on_change="rerun", key="administration_tabs")
    opened = [(tab, name) for tab, name in zip(tabs, drawn, strict=True) if tab.open]
    # Before anything is drawn: whoever comes back at once breaks the drawing off.
    if _ACCOUNTS not in (name for _, name in opened):
        people.put_away()
    for tab, name in opened:
        with tab:
            drawn[name](visit)


def _patrols(visit: Visit) -> None:
    with backstage().store.reading() as t:
        patrols = t.sources.patrol_log(limit=30)
    if not patrols:
        st.info("还没有采集过。添加采集源、用 huiying up 启动以后，每次采集记在这里。")
        return
    table(
        [
            {
                "开始": exact(one.started_at),
                "采集源": plain(source_name(one.source)),
                "结果": plain(_outcome(one.outcome)),
                "网页": str(one.pages),
                "新帖": str(one.new_posts),
                "更新": str(one.updates),
                "说明": plain(one.detail or ""),
            }
            for one in patrols
        ],
        Place.ADMINISTRATION,
    )


def _contacts(visit: Visit) -> None:
    with backstage().store.reading() as t:
        page = contacts_page(t, visit.person, backstage().desk.upward.labels)
    if page is not None:
        contacts.draw(page)


def _calendar(visit: Visit) -> None:
    with backstage().store.reading() as t:
        page = calendar_page(t, visit.person, backstage().now())
    if page is not None:
        holidays.draw(page)


def _figures(visit: Visit) -> None:
    with backstage().store.reading() as t:
        page = figures_page(t, visit.person, backstage().desk.below_own_figures)
    if page is not None:
        figures.draw(page)


def _rule_values(visit: Visit) -> None:
    with backstage().store.reading() as t:
        page = rules_page(t, visit.person, backstage().desk.rules_below)
    if page is not None:
        rule_values.draw(page)


def _names(visit: Visit) -> None:
    with backstage().store.reading() as t:
        page = names_page(t, visit.person, backstage().desk.names_below)
    if page is not None:
        names.draw(page)


def _accounts(visit: Visit) -> None:
    with backstage().store.reading() as t:
        found = state_view.people(t, visit.person)
    if found is not None:
        people.draw(found)


def _outcome(outcome: str) -> str:
    return Outcome(outcome).label if outcome in set(Outcome) else outcome


def _state(visit: Visit, *, days: bool) -> DeskState:
    sources, rules = source_list().sources, backstage().desk.health_rules
    with backstage().store.reading() as t:
        return state_view.desk_state(t, visit.person, sources, backstage().now(), rules, days=days)


def _sources(visit: Visit) -> None:
    now, state = backstage().now(), _state(visit, days=True)
    if not state.sources:
        st.info("还没有采集源在工作。管理员可在“采集源”页添加。")
        return
    table(
        [
            {
                "状态": health_badge(source),
                "采集源": plain(source.name),
                "最近有应答": ago(source.last_answer_at, now),
                "最近有新帖": ago(source.last_post_at, now),
                "新帖": _posts(source),
                "下次采集": moment(source.next_due_at),
                "连续失败": str(source.failures),
                "说明": plain(source.detail or ""),
            }
            for source in state.sources
        ],
        Place.ADMINISTRATION,
    )
    st.caption("“无应答”表示这个源现在看不到，不表示没有舆情；恢复后会自动补采。")


def _posts(source: SourceHealth) -> str:
    usual = f"，平日 {source.usual.low}–{source.usual.high}" if source.usual is not None else ""
    return f"今日 {source.today}{usual}"


def _workers(visit: Visit) -> None:
    now, state = backstage().now(), _state(visit, days=False)
    st.markdown("**提醒渠道**")
    table(
        [
            {
                "状态": ":red-badge[不通]" if channel.down else ":green-badge[正常]",
                "渠道": plain(channel_name(channel.channel)),
                "最近成功": moment(channel.last_success_at, now),
                "最近失败": moment(channel.last_failure_at, now),
                "说明": plain(channel.error or ""),
            }
            for channel in state.channels
        ]
    ) if state.channels else st.caption("还没有发送过提醒。")
    st.markdown("**后台进程**")
    table(
        [
            {
                "状态": _standing(worker, process),
                "进程": plain(worker_name(worker.name)),
                "所在机器": plain(process.place),
                "最近报到": exact(process.beat.at),
                "说明": plain(process.beat.detail or ""),
            }
            for worker in state.workers
            for process in worker.processes
        ]
    ) if state.workers else st.caption("没有进程报到。用 huiying up 启动全部进程。")


def _standing(worker: WorkerRow, process: ProcessRow) -> str:
    if process.alive:
        return ":green-badge[运行]"
    return ":gray-badge[已停，同类进程在运行]" if worker.alive else ":red-badge[停止]"


_TABS: Sequence[tuple[str, str | None, Callable[[Visit], None]]] = (
    ("采集源", None, _sources),
    ("渠道与进程", None, _workers),
    ("采集记录", None, _patrols),
    ("联系人", MANAGE_CONTACTS, _contacts),
    ("通知渠道", TRY, channels.draw),
    ("节假日历", IMPORT_CALENDAR, _calendar),
    ("等级规则", CHANGE_FIGURES, _figures),
    ("规则数值", CHANGE_FIGURES, _rule_values),
    ("名称与抬头", CHANGE_NAMES, _names),
    ("报告模板", CHANGE_TEMPLATE, templates.draw),
    ("最近改动", CHANGE_FIGURES, recent_changes.draw),
    (_ACCOUNTS, "manage_people", _accounts),
)
"""The tabs, and the act of permissions.yaml that opens each; None for what opens with the page."""
