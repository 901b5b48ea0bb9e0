"""管理: how sources, channels and workers fare; how people are reached; days off; the log of acts; the accounts."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from crawlers.outcomes import Outcome
from dashboard import acting
from dashboard.backstage import backstage
from dashboard.pieces import health_badge, source_list, source_name, table, worker_name
from dashboard.screens import contacts, holidays
from dashboard.visit import Visit
from dashboard.wording import act_name, ago, exact, moment, plain
from pipeline import accounts, state_view
from pipeline.calendar_view import calendar_page
from pipeline.contact_view import contacts_page
from pipeline.source_health import SourceHealth
from pipeline.state_view import DeskState
from records.channels import channel_name
from records.people import Person
from records.words import Role
from storage.audit import Entry

_NEW_PASSWORD = "new_password"


def draw(visit: Visit) -> None:
    """Draw the tabs that this person's role opens."""
    now = backstage().now()
    with backstage().store.reading() as t:
        sources, rules = source_list().sources, backstage().desk.health_rules
        state = state_view.desk_state(t, visit.person, sources, now, rules, days=True)
        people = state_view.people(t, visit.person)
        log = state_view.audit_tail(t, visit.person, limit=100)
        patrols = t.sources.patrol_log(limit=30)
        reached = contacts_page(t, visit.person, backstage().desk.upward.labels)
        calendar = calendar_page(t, visit.person, now)
    drawn: dict[str, Callable[[], None]] = {"采集源": lambda: _sources(state), "渠道与进程": lambda: _workers(state)}
    drawn["采集记录"] = lambda: table(
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
        ]
    )
    if reached is not None:
        drawn["联系人"] = lambda: contacts.draw(reached)
    if calendar is not None:
        drawn["节假日历"] = lambda: holidays.draw(calendar)
    if log is not None:
        drawn["操作日志"] = lambda: _log(log)
    if people is not None:
        drawn["账户"] = lambda: _people(people)
    tabs = st.tabs(list(drawn), on_change="rerun", key="administration_tabs")
    for tab, draw_tab in zip(tabs, drawn.values(), strict=True):
        if tab.open:
            with tab:
                draw_tab()


def _outcome(outcome: str) -> str:
    return Outcome(outcome).label if outcome in set(Outcome) else outcome


def _sources(state: DeskState) -> None:
    now = backstage().now()
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
        ]
    )
    st.caption("“无应答”表示这个源现在看不到，不表示没有舆情；恢复后会自动补采。")


def _posts(source: SourceHealth) -> str:
    usual = f"，平日 {source.usual.low}–{source.usual.high}" if source.usual is not None else ""
    return f"今日 {source.today}{usual}"


def _workers(state: DeskState) -> None:
    now = backstage().now()
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
                "状态": ":green-badge[运行]" if worker.alive else ":red-badge[停止]",
                "进程": plain(worker_name(worker.name)),
                "最近报到": exact(worker.beat.at),
                "说明": plain(worker.beat.detail or ""),
            }
            for worker in state.workers
        ]
    ) if state.workers else st.caption("没有进程报到。用 huiying up 启动全部进程。")


def _log(log: list[Entry]) -> None:
    if not log:
        st.info("还没有操作记录。")
        return
    st.caption("每一行与上一行的校验值相连；用 huiying audit verify 可查出被改动、删除的行。")
    table(
        [
            {
                "序号": str(entry.seq),
                "时间": exact(entry.at),
                "谁": plain(entry.actor or "（未知用户名）"),
                "做了什么": f"{plain(act_name(entry.act))}{'' if entry.allowed else ' :orange-badge[被拒绝]'}",
                "对象": plain(entry.subject),
            }
            for entry in log
        ]
    )


def _people(people: list[Person]) -> None:
    shown = st.session_state.pop(_NEW_PASSWORD, None)
    if shown is not None:
        who, password = shown
        st.success(f"{plain(who)} 的初始密码（只显示这一次，请当面或电话告知，首次登录须修改）：")
        st.code(password, language=None)
    table([_person(person) for person in people])
    left, right = st.columns(2, gap="large")
    with left:
        _add()
    with right:
        _change(people)


def _person(person: Person) -> dict[str, str]:
    locked = person.locked_until is not None and person.locked_until > backstage().now()
    state = ":red-badge[已停用]" if not person.active else ":orange-badge[已锁定]" if locked else ":green-badge[可用]"
    return {
        "用户名": plain(person.username),
        "姓名": plain(person.name),
        "身份": person.role.label,
        "单位": plain(person.unit or "—"),
        "状态": state,
        "密码": "初始密码，未修改" if person.must_change_password else "已修改",
    }


def _add() -> None:
    st.markdown("**添加账户**")
    with st.form("add_person", enter_to_submit=False):
        username = st.text_input("用户名（小写字母、数字）", key="new_username", max_chars=40)
        name = st.text_input("姓名", key="new_name", max_chars=40)
        role = st.selectbox("身份", list(Role), format_func=lambda one: one.label, key="new_role")
        unit = st.text_input("所属单位（责任单位必填）", key="new_unit", max_chars=80)
        done = st.form_submit_button("添加", type="primary", key="do_add_person")
    if done:
        person = Person((username or "").strip(), (name or "").strip(), role or Role.DUTY, (unit or "").strip() or None)
        _do(
            "add_person",
            "账户已添加",
            person.username,
            lambda one: accounts.create(one.parts.store, person, one.at, one.person),
        )


def _change(people: list[Person]) -> None:
    st.markdown("**重设密码、停用、启用**")
    with st.form("change_person", enter_to_submit=False):
        names = {person.username: f"{person.name}（{person.username}）" for person in people}
        who = st.selectbox("账户", list(names), format_func=lambda one: plain(names[one]), key="changed_person") or ""
        with st.container(horizontal=True):
            reset = st.form_submit_button("重设密码", key="do_reset_password")
            disable = st.form_submit_button("停用", key="do_disable")
            enable = st.form_submit_button("启用", key="do_enable")
    if reset:
        _do("reset", "密码已重设", who, lambda one: accounts.reset_password(one.parts.store, who, one.at, one.person))
    if disable:
        _do("disable", "账户已停用", who, lambda one: accounts.disable(one.parts.store, who, one.at, one.person))
    if enable:
        _do("enable", "账户已启用", who, lambda one: accounts.enable(one.parts.store, who, one.at, one.person))


def _do(key: str, said: str, who: str, change: Callable[[acting.Doing], str | None]) -> None:
    def work(doing: acting.Doing) -> None:
        password = change(doing)
        if password is not None:
            st.session_state[_NEW_PASSWORD] = (who, password)

    acting.do(f"{key}|{who}", said, work)
    st.rerun(scope="app")
