"""联系人: how every unit and the office are reached; adding, changing, removing, and trying a contact out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import streamlit as st

from dashboard import acting
from dashboard.backstage import backstage
from dashboard.pieces import recipient_name
from dashboard.wording import ago, plain
from huiying.contact_faults import contact_fault
from huiying.wiring import address_faults
from pipeline import contacts
from pipeline.contact_view import ContactRow, ContactsPage
from records.alerts import KEEPER, OFFICE
from records.channels import channel_name
from records.deliveries import DeliveryState
from records.naming import office_name
from records.people import Contact
from records.words import Level

_RANKS = range(1, 10)
_NAMED = 8
_ADDRESSES = {
    "email": "邮箱地址",
    "sms": "手机号",
    "wecom": "机器人名称",
    "dingtalk": "机器人名称",
    "feishu": "机器人名称",
    "webhook": "接收方名称",
}
_STATES = {DeliveryState.SENT: "green", DeliveryState.FAILED: "red"}


def draw(page: ContactsPage) -> None:
    """Draw who is reached how, and the form that adds one."""
    _unreachable(page.unreachable)
    words = (st.text_input("查找", placeholder="单位、姓名或地址", key="contact_words", max_chars=80) or "").strip()
    rows = [row for row in page.rows if words.casefold() in _searched(row.contact)]
    if not page.rows:
        st.info("还没有联系方式：提醒只进站内消息。请在下面添加。")
    elif not rows:
        st.info("没有符合条件的联系方式。")
    for number, (recipient, found) in enumerate(groupby(rows, key=lambda row: row.contact.recipient)):
        with st.container(border=True, key=f"contacts_{number}", gap="xsmall"):
            _recipient(recipient, list(found))
    _add(page)


def _searched(contact: Contact) -> str:
    return f"{recipient_name(contact.recipient)} {contact.name} {contact.address}".casefold()


def _unreachable(units: Sequence[str]) -> None:
    if units:
        named = "、".join(plain(recipient_name(unit)) for unit in units[:_NAMED])
        more = f"等 {len(units)} 个" if len(units) > _NAMED else ""
        st.warning(
            f"**没有联系方式**：{named}{more}。给它们的提醒只进站内消息，并请{plain(office_name())}代为转告。",
            icon=":material/person_off:",
        )


def _recipient(recipient: str, rows: Sequence[ContactRow]) -> None:
    unknown = " :orange-badge[没有公开事项、事件或账户用这个单位名称，请核对]" if rows[0].unknown else ""
    st.markdown(f"**{plain(recipient_name(recipient))}**{unknown}")
    for number, row in enumerate(rows):
        _row(row, f"{recipient}|{number}")


def _row(row: ContactRow, key: str) -> None:
    contact = row.contact
    who, place, standing, buttons = st.columns([1.6, 2.6, 2.4, 2], vertical_alignment="center", gap="small")
    level = "" if contact.level is Level.DUTY else f" :violet-badge[{contact.level.label}]"
    who.markdown(f"{plain(contact.name or '未写姓名')}{level} :gray[次序 {contact.rank}]")
    place.markdown(f":blue-badge[{plain(channel_name(contact.channel))}] {plain(contact.address)}")
    standing.markdown(_standing(row))
    with buttons, st.container(horizontal=True, gap="small"):
        if st.button("试发", key=f"try|{key}"):
            _try(contact)
        if st.button("修改", key=f"change|{key}"):
            _ask_change(contact)
        if st.button("移除", key=f"remove|{key}"):
            _ask_remove(contact)


def _standing(row: ContactRow) -> str:
    fault = contact_fault(backstage().channels, row.contact)
    if fault is not None:
        return f":red-badge[发不出去] :small[{plain(fault)}]"
    if row.test is None or row.tested_at is None:
        return ":gray[还没有试发过]"
    badge = f":{_STATES.get(row.test.state, 'orange')}-badge[试发{row.test.state.label}]"
    why = f" :small[{plain(row.test.error)}]" if row.test.error else ""
    return f"{badge} :gray[{ago(row.tested_at, backstage().now())}]{why}"


def _try(contact: Contact) -> None:
    def work(doing: acting.Doing) -> None:
        contacts.try_contact(
            doing.parts.store, contact, doing.at, backstage().channels.keys(), doing.person, doing.request
        )

    acting.do(f"try|{contact}", "试发的消息已交给发送进程，结果稍后显示在这一行", work)
    st.rerun(scope="app")


@st.dialog("修改联系方式", on_dismiss="rerun")
def _ask_change(contact: Contact) -> None:
    st.markdown(f"**{plain(recipient_name(contact.recipient))}**")
    with st.form("change_contact", enter_to_submit=False, border=False):
        after = _fields(contact, "changed")
        done = st.form_submit_button("保存", type="primary", key="do_change_contact")
    if done:
        _do(
            f"change|{contact}|{after}",
            "联系方式已修改",
            lambda one: contacts.change_contact(one.parts.store, contact, after, one.at, address_faults(), one.person),
        )


@st.dialog("移除联系方式", on_dismiss="rerun")
def _ask_remove(contact: Contact) -> None:
    st.text(f"{recipient_name(contact.recipient)} · {channel_name(contact.channel)} · {contact.address}")
    st.text("以后的提醒不再发到这里；已发出的签收链接随之失效。")
    if st.button("移除", type="primary", key="do_remove_contact"):
        _do(
            f"remove|{contact}",
            "联系方式已移除",
            lambda one: contacts.remove_contact(one.parts.store, contact, one.at, one.person),
        )


def _add(page: ContactsPage) -> None:
    with st.expander("添加联系方式", expanded=not page.rows), st.form("add_contact", enter_to_submit=False):
        recipients = [OFFICE, *page.units, KEEPER]
        recipient = st.selectbox(
            "单位（没有列出的直接输入名称）",
            recipients,
            format_func=recipient_name,
            accept_new_options=True,
            key="new_contact_recipient",
        )
        contact = _fields(Contact((recipient or "").strip(), _channels()[0], ""), "new")
        done = st.form_submit_button("添加", type="primary", key="do_add_contact")
    if done:
        _do(
            f"add_contact|{contact}",
            "联系方式已添加，请试发一次",
            lambda one: contacts.add_contact(one.parts.store, contact, one.at, address_faults(), one.person),
        )


def _fields(contact: Contact, key: str) -> Contact:
    """The fields of one contact, filled with what it is; what they say now."""
    channels = _channels()
    left, right = st.columns(2)
    channel = left.selectbox(
        "渠道",
        channels,
        index=channels.index(contact.channel) if contact.channel in channels else 0,
        format_func=channel_name,
        key=f"{key}_contact_channel",
    )
    help_text = "；".join(f"{channel_name(name)}填{what}" for name, what in _ADDRESSES.items())
    address = right.text_input(
        "地址", value=contact.address, key=f"{key}_contact_address", max_chars=200, help=help_text
    )
    name = left.text_input("姓名", value=contact.name, key=f"{key}_contact_name", max_chars=40)
    rank = right.selectbox(
        "次序（1 立即发，2 以后在前面的都没有送达时才发）",
        _RANKS,
        index=_RANKS.index(contact.rank),
        key=f"{key}_contact_rank",
    )
    levels = list(Level)
    level = st.radio(
        "身份（负责人、区领导在没有人签收、逐级告知时才发）",
        levels,
        index=levels.index(contact.level),
        format_func=lambda one: one.label,
        horizontal=True,
        key=f"{key}_contact_level",
    )
    return replace(
        contact,
        channel=channel or contact.channel,
        address=(address or "").strip(),
        name=(name or "").strip(),
        rank=rank or 1,
        level=level or contact.level,
    )


def _channels() -> list[str]:
    """Those that are set up first."""
    return sorted(address_faults(), key=lambda name: (name not in backstage().channels, name))


def _do(key: str, said: str, work: acting.Work) -> None:
    acting.do(key, said, work)
    st.rerun(scope="app")
