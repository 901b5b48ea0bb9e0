"""最近改动: what was changed on the pages of administration, by whom, when and why; each taken back where nothing later depends on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from alerts.message import recipient_name
from dashboard import acting
from dashboard.backstage import backstage
from dashboard.screens.figures import FIGURE_NAMES
from dashboard.visit import Visit
from dashboard.wording import act_name, moment, plain
from pipeline import changes, own_values, undoing
from pipeline.own_figures import SUBJECT as SEVERITY
from pipeline.own_names import LABELS
from pipeline.own_names import SUBJECT as NAMES
from pipeline.own_rules import SUBJECT as RULES
from pipeline.own_values import Ground
from pipeline.undoing import Recent
from records.channels import channel_name
from records.words import Role
from regulation.office_values import values
from storage.admin_changes import AdminChange

_SHOWN = 60
_NAMED = 3


def draw(visit: Visit) -> None:
    """Draw the newest changes that this person may take back."""
    with backstage().store.reading() as t:
        rows = undoing.recent(t, visit.person, _grounds(), _SHOWN)
    days = backstage().settings.retention.undo_days
    st.caption(f"{days} 天内的改动可以撤销；撤销也记入操作日志，也可以再撤销。密码和密钥不在其中。")
    if not rows:
        st.info("还没有改动。")
    for row in rows:
        _draw(row)


def _draw(row: Recent) -> None:
    change, entry = row.change, row.entry
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"change_{change.seq}"):
        reason = entry.detail.get("reason")
        why = f" :gray[{plain(str(reason))}]" if reason else ""
        st.markdown(
            f":gray[{moment(entry.at)}] {plain(entry.actor)} **{plain(act_name(entry.act))}**"
            f" {plain(_said(change))}{why}"
        )
        if row.obstacle is not None:
            st.markdown(f":gray[{plain(row.obstacle)}]", width="content")
        elif st.button("撤销", key=f"undo_change_{change.seq}"):
            _undo(change.seq)


def _undo(seq: int) -> None:
    def work(doing: acting.Doing) -> None:
        undoing.undo(doing.parts.store, seq, doing.person, doing.at, _grounds(), doing.request)
        doing.parts.desk.following.look_again()

    acting.do(f"undo_change|{seq}", "已撤销，恢复为改动以前的样子", work)
    st.rerun(scope="app")


def _grounds() -> list[Ground]:
    desk = backstage().desk
    return [desk.names_below, desk.rules_below, desk.below_own_figures]


def _said(change: AdminChange) -> str:
    """What was changed, in words; nothing of how people are reached but name and channel."""
    return _SAYS[change.kind](change) if change.kind in _SAYS else change.subject


def _value(change: AdminChange) -> str:
    value = values().get(change.subject) if change.kind == RULES else None
    label = value.label if value is not None else LABELS.get(change.subject, change.subject)
    if change.kind == SEVERITY:
        rule, name = change.subject.split(".", 1)
        wording = next((one.wording for one in backstage().desk.rules.rules if one.name == rule), rule)
        label = f"“{wording}”的{FIGURE_NAMES.get(name, name)}"
    shown = value.shown if value is not None else own_values.said
    return f"{label}：{shown(change.before)} → {shown(change.after)}"


def _contacts(change: AdminChange) -> str:
    def names(rows: Sequence[Mapping[str, Any]]) -> list[str]:
        return [f"{channel_name(one['channel'])}·{one['name'] or '未写姓名'}" for one in rows]

    gone = names([one for one in change.before if one not in change.after])
    new = names([one for one in change.after if one not in change.before])
    return f"{recipient_name(change.subject)}：{_difference(gone, new)}"


def _roster(change: AdminChange) -> str:
    told = []
    for recipient, after in change.after["shifts"].items():
        before = change.before["shifts"][recipient]
        gone = [_shift(one) for one in before if one not in after]
        new = [_shift(one) for one in after if one not in before]
        told.append(f"{recipient_name(recipient)}：{_difference(gone, new)}")
    return "；".join(told)


def _shift(row: Sequence[Any]) -> str:
    return f"{row[0]} {moment(datetime.fromisoformat(row[1]))} 起"


def _source(change: AdminChange) -> str:
    before, after = change.before or {"row": {}, "removed": True}, change.after
    if before["removed"] != after["removed"]:
        return f"{change.subject}：{'移除' if after['removed'] else '添加'}"
    keys = sorted({*before["row"], *after["row"]})
    changed = [key for key in keys if before["row"].get(key) != after["row"].get(key)]
    if changed == ["enabled"]:
        return f"{change.subject}：{'启用' if after['row'].get('enabled', True) else '停用'}"
    return f"{change.subject}：改了 {'、'.join(changed)}"


def _calendar(change: AdminChange) -> str:
    def days(table: Mapping[str, Any] | None) -> str:
        return "没有导入" if table is None else f"放假 {len(table['off'])} 天、补班 {len(table['worked'])} 天"

    return f"{change.subject} 年：{days(change.before)} → {days(change.after)}"


def _account(change: AdminChange) -> str:
    def whole(state: Mapping[str, Any]) -> dict[str, str]:
        used = "可用" if state["active"] else "停用"
        return {"姓名": state["name"], "身份": Role(state["role"]).label, "单位": state["unit"] or "—", "状态": used}

    before, after = whole(change.before), whole(change.after)
    told = [f"{key} {before[key]} → {after[key]}" for key in before if before[key] != after[key]]
    return f"{change.subject}：{'；'.join(told)}"


def _catalogue(change: AdminChange) -> str:
    before = "没有目录" if change.before is None else f"第 {change.before} 版"
    return f"{before} → 第 {change.after} 版"


def _difference(gone: Sequence[str], new: Sequence[str]) -> str:
    parts = [
        f"{sign} {'、'.join(rows[:_NAMED])}{f'等 {len(rows)} 项' if len(rows) > _NAMED else ''}"
        for sign, rows in (("去掉", gone), ("增加", new))
        if rows
    ]
    return "；".join(parts) or "停用值班表"


_SAYS: Mapping[str, Callable[[AdminChange], str]] = {
    **dict.fromkeys((RULES, NAMES, SEVERITY), _value),
    changes.CONTACTS: _contacts,
    changes.ROSTER: _roster,
    changes.SWAP: _roster,
    changes.SOURCE: _source,
    changes.CALENDAR: _calendar,
    changes.ACCOUNT: _account,
    changes.CATALOGUE: _catalogue,
}
