"""名称与抬头: what the office calls itself and prints at the head of its papers; a form with a preview, taken back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from casework.reports.document import Letterhead
from casework.reports.numbering import serial
from dashboard import acting, exporting
from dashboard.backstage import backstage
from dashboard.pieces import table
from dashboard.screens import own_changes
from dashboard.wording import plain
from huiying.report_formats import report_formats
from pipeline import own_values
from pipeline.letterhead_sample import WHERE, sample
from pipeline.own_names import LABELS, LONGEST, MOST_ADDRESSEES, NamesPage
from records.zone import CHINA

_APART = re.compile(r"[、,，;；\n]")
_LIST = "report_to"


def draw(page: NamesPage) -> None:
    """Draw the names as they are, the letterhead that they make, the form that changes them, and what was changed."""
    st.caption("改动从保存起对以后生成的报告、审批表、网站和提醒生效，不用重启；已经报送、归档的文件不变。")
    table(
        [
            {
                "名称": LABELS[name],
                "现在": plain(_said(name, one.now)),
                "设置文件": "与现在相同" if one.now == one.usual else f":orange-badge[{plain(_said(name, one.usual))}]",
                "用在": WHERE[name],
            }
            for name, one in page.names.items()
        ]
    )
    if st.button("修改名称与抬头…", key="ask_names", type="primary"):
        _ask(page)
    _preview({name: one.now for name, one in page.names.items()}, "letterhead_now")
    own_changes.draw(page.changes, backstage().desk.names_below, lambda name: LABELS.get(name, name), _said, "name")


@st.dialog("修改名称与抬头", width="large")
def _ask(page: NamesPage) -> None:
    seen = {name: one.now for name, one in page.names.items()}
    with st.form("change_names", enter_to_submit=False, border=False):
        after: dict[str, Any] = {name: _field(name, one.now) for name, one in page.names.items()}
        if page.accounts:
            st.caption(
                f"有 {page.accounts} 个账户的所属单位是“{plain(seen['office_name'])}”。改办公室名称后，请到“账户”页一并改，"
                "否则他们不再按本办公室的人办理审签。"
            )
        reason = st.text_input("理由（必填，记入操作日志）", key="names_reason", max_chars=200)
        with st.container(horizontal=True):
            looked = st.form_submit_button("预览", key="preview_names")
            done = st.form_submit_button("保存", type="primary", key="do_change_names")
    if done and _change(seen, after, reason or ""):
        st.rerun(scope="app")
    faults = [f"{LABELS[name]}：{fault}" for name in LABELS if (fault := _fault(name, after[name]))]
    if looked and faults:
        st.error(plain("；".join(faults)))
    elif looked:
        _preview(after, "letterhead_typed")


def _field(name: str, now: Any) -> Any:
    if name != _LIST:
        return (st.text_input(LABELS[name], now, key=f"typed_{name}", max_chars=LONGEST[name]) or "").strip()
    label = f"{LABELS[name]}（用顿号隔开，最多 {MOST_ADDRESSEES} 个；第一个是处置步骤里说的“本级党委”）"
    typed = st.text_input(label, _said(name, now), key=f"typed_{name}", max_chars=200) or ""
    return [one.strip() for one in _APART.split(typed) if one.strip()]


def _fault(name: str, value: Any) -> str | None:
    return backstage().desk.names_below.fault(name, value)


def _change(seen: Mapping[str, Any], after: Mapping[str, Any], reason: str) -> bool:
    def work(doing: acting.Doing) -> None:
        ground, actor = doing.parts.desk.names_below, acting.actor(doing.person)
        own_values.change(doing.parts.store, ground, seen, after, reason, actor, doing.at, doing.request)
        doing.parts.desk.following.look_again()

    return acting.do_in_dialog(f"names|{after}", "名称与抬头已改，以后生成的都按新的", work)


def _preview(names: Mapping[str, Any], key: str) -> None:
    """The head of a report with these names, and the same as a file."""
    now = backstage().now()
    head = Letterhead(names["letterhead"], names["serial_prefix"], _said(_LIST, names[_LIST]), names["office_name"])
    with st.container(border=True, key=key):
        st.markdown(f"### :red[{plain(head.heading)}]", text_alignment="center", anchors=False)
        number = serial(head.serial_prefix, now.astimezone(CHINA).year, 1)
        st.markdown(plain(number), text_alignment="center")
        st.divider()
        st.markdown(f"{plain(head.addressee)}：")
        st.markdown(plain(head.issuer), text_alignment="right")
    st.download_button(
        "下载样张 .docx",
        lambda: sample(head, names["name"], now, report_formats(backstage().desk.settings)[0]),
        "抬头样张.docx",
        exporting.DOCX,
        on_click="ignore",
        icon=":material/download:",
        key=f"{key}_docx",
    )


def _said(name: str, value: object) -> str:
    return own_values.said(value)
