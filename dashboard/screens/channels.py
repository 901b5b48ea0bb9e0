"""通知渠道: every way to reach people, how it fares, and a test message whose outcome shows while one looks. No secret is shown."""

from __future__ import annotations

import streamlit as st

from dashboard import acting
from dashboard.away import guarded
from dashboard.backstage import backstage
from dashboard.visit import Visit
from dashboard.wording import ago, moment, plain
from huiying.wiring import address_faults
from pipeline import trying
from pipeline.channel_view import ChannelRow, channels_page
from pipeline.notify import PAGE
from pipeline.trying import Target
from records.channels import channel_name
from records.deliveries import DeliveryState
from records.people import Person

_LOOK_SECONDS = 2.0
_STATES = {DeliveryState.SENT: "green", DeliveryState.FAILED: "red"}


def draw(visit: Visit) -> None:
    """Draw every channel, and keep it fresh: what a test came to shows by itself."""
    st.caption(
        "渠道在设置文件的 alerts 里启用（见 docs/channels.md），密码和密钥在各自的文件里，这里不显示。"
        "“发一条测试”走的是与提醒相同的路，消息注明【测试】，记入操作日志。"
    )
    _live(visit.person)


@st.fragment(run_every=_LOOK_SECONDS)
@guarded
def _live(person: Person) -> None:
    for row in _rows(person):
        with st.container(border=True, key=f"channel_{row.channel}", gap="xsmall"):
            _draw(row)


def _rows(person: Person) -> list[ChannelRow]:
    parts = backstage()
    budgets = {name: channel.budget for name, channel in parts.channels.items()}
    known = [PAGE, *address_faults()]
    with parts.store.reading() as t:
        return channels_page(t, person, known, budgets, _alarm(), parts.now()) or []


def _draw(row: ChannelRow) -> None:
    said, button = st.columns([5, 1.3], vertical_alignment="center")
    said.markdown(f"**{plain(channel_name(row.channel))}** {_badge(row)} {_facts(row)}")
    if row.used and button.button("发一条测试…", key=f"try_{row.channel}", disabled=not row.targets):
        _ask(row)
    if row.state is not None and row.state.error and row.state.failures:
        st.markdown(f":red[{plain(row.state.error)}]")
    if row.used and not row.targets:
        st.caption("还没有联系方式用这个渠道：先在“联系人”页登记一个，再试发。")
    if row.test is not None and row.tested_at is not None:
        st.markdown(_outcome(row))


def _badge(row: ChannelRow) -> str:
    if not row.used:
        return ":gray-badge[没有启用]"
    if row.state is None:
        return ":gray-badge[还没有发过]"
    return f":red-badge[不通，连续 {row.state.failures} 次]" if row.state.down else ":green-badge[正常]"


def _facts(row: ChannelRow) -> str:
    now, state = backstage().now(), row.state
    facts = [f"联系方式 {row.contacts} 个"] if row.channel != PAGE else []
    if state is not None:
        facts += [f"最近送达 {moment(state.last_success_at, now)}", f"最近失败 {moment(state.last_failure_at, now)}"]
    if row.waiting:
        facts.append(f"待发 {row.waiting} 条，最早的等了 {ago(row.waiting_since, now).removesuffix('前')}")
    if row.budget is not None:
        facts.append(f"每个地址每分钟最多 {row.budget} 条，刚过去的一分钟最多用了 {row.sent} 条")
    return f":gray[{plain('；'.join(facts))}]" if facts else ""


def _outcome(row: ChannelRow) -> str:
    assert row.test is not None
    badge = f":{_STATES.get(row.test.state, 'orange')}-badge[测试{row.test.state.label}]"
    tried = f"，试了 {row.test.attempts} 次" if row.test.attempts > 1 else ""
    why = f" {plain(row.test.error)}" if row.test.error else ""
    return f"{badge} :gray[{ago(row.tested_at, backstage().now())}{tried}]{why}"


@st.dialog("发一条测试")
def _ask(row: ChannelRow) -> None:
    st.text(f"用{channel_name(row.channel)}发一条注明【测试】的消息，只发给下面选的这一位。")
    target = st.selectbox("发给", row.targets, format_func=_said, key="test_target")
    if st.button("发出", type="primary", key="do_try_channel") and target is not None and _try(row.channel, target):
        st.rerun(scope="app")


def _try(channel: str, target: Target) -> bool:
    def work(doing: acting.Doing) -> None:
        trying.try_channel(
            doing.parts.store,
            channel,
            target,
            _alarm(),
            doing.parts.channels.keys(),
            doing.person,
            doing.at,
            doing.request,
        )

    said = "测试已交给发送进程，结果稍后显示在这一行"
    return acting.do_in_dialog(f"try_channel|{channel}|{target}", said, work)


def _alarm() -> list[tuple[str, str]]:
    return backstage().settings.alerts.alarm_pairs


def _said(target: Target) -> str:
    return target.name if target.name == target.address else f"{target.name}（{target.address}）"
