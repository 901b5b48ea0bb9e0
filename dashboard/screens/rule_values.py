"""规则数值: the figures of the rules other than the severity rules', each with its article; changed with a reason, taken back."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

import streamlit as st

from dashboard import acting
from dashboard.backstage import backstage
from dashboard.pieces import table
from dashboard.screens import own_changes
from dashboard.wording import clause_name, plain
from pipeline import own_values
from pipeline.own_rules import Row, RulesPage
from regulation.office_values import values

_APART = re.compile(r"[、,，\s]+")


def draw(page: RulesPage) -> None:
    """Draw the figures of one group as they count now, the form that changes one, and what was changed."""
    st.caption("改动只管今后：已经开始的计时照开始时的数值走完。随附的规则和设置文件不变，随时可以撤销。")
    fault = backstage().desk.following.fault
    if fault is not None:
        st.error(plain(fault), icon=":material/error:")
    changed = {name: sum(row.now != row.usual for row in rows) for name, rows in page.groups.items()}
    group = st.selectbox(
        "哪一类",
        list(page.groups),
        format_func=lambda name: f"{name}（改过 {changed[name]} 项）" if changed[name] else name,
        key="value_group",
    )
    rows = page.groups[group or next(iter(page.groups))]
    table([_row(row) for row in rows])
    if st.button("改一个数值…", key="ask_value", type="primary"):
        _ask(rows)
    own_changes.draw(page.changes, backstage().desk.rules_below, _label, _shown, "value")


def _row(row: Row) -> dict[str, str]:
    value = row.value
    from_file = "" if row.usual == row.shipped else f"设置文件 {plain(value.shown(row.usual))}；"
    own = row.now != row.usual
    limit = f" :gray[{plain(value.because)}]" if value.because else ""
    return {
        "含义": f"{plain(value.label)}{limit}",
        "依据": plain(clause_name(value.clause)),
        "现在": f":orange-badge[{plain(value.shown(row.now))}]" if own else plain(value.shown(row.now)),
        "随附": from_file + plain(value.shown(row.shipped)),
    }


@st.dialog("改一个数值", width="large")
def _ask(rows: tuple[Row, ...]) -> None:
    row = st.selectbox("数值", rows, format_func=_said, key="value") or rows[0]
    if row.value.because:
        st.caption(plain(row.value.because))
    after = _field(row)
    reason = st.text_input("理由（必填，记入操作日志）", key="value_reason", max_chars=200)
    if not st.button("保存", type="primary", key="do_change_value"):
        return
    if after is None:
        st.error("请填写改成多少。")
    elif _change(row, after, reason or ""):
        st.rerun(scope="app")


def _field(row: Row) -> Any:
    value = row.value
    key = f"after_{value.value}"
    if value.kind == "time":
        chosen = st.time_input("改成", time.fromisoformat(row.now), step=300, key=key)
        return None if chosen is None else f"{chosen:%H:%M}"
    if value.kind == "switch":
        return st.radio(
            "改成", [True, False], index=int(bool(row.now)), format_func=value.shown, horizontal=True, key=key
        )
    if value.kind == "days":
        typed = st.text_input("改成（到期前几个工作日，用顿号隔开；0 为到期当天）", own_values.said(row.now), key=key)
        parts = [one for one in _APART.split(typed or "") if one]
        return [int(one) if one.isascii() and one.isdigit() else one for one in parts]
    return st.number_input(f"改成（{value.least}–{value.most} {value.unit}）", value=None, step=1, key=key)


def _change(row: Row, after: Any, reason: str) -> bool:
    name = row.value.value

    def work(doing: acting.Doing) -> None:
        ground, actor = doing.parts.desk.rules_below, acting.actor(doing.person)
        own_values.change(
            doing.parts.store, ground, {name: row.now}, {name: after}, reason, actor, doing.at, doing.request
        )
        doing.parts.desk.following.look_again()

    return acting.do_in_dialog(f"value|{name}|{after}", "数值已改，今后按新的数值", work)


def _said(row: Row) -> str:
    return f"{row.value.label}（现在 {row.value.shown(row.now)}）"


def _label(name: str) -> str:
    value = values().get(name)
    return name if value is None else value.label


def _shown(name: str, kept: object) -> str:
    value = values().get(name)
    return own_values.said(kept) if value is None else value.shown(kept)
