"""提醒, 处置预案 and 经过: who was told, what is to be done by when, and everything that happened to an incident."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dashboard.backstage import backstage
from dashboard.pieces import recipient_name, table
from dashboard.wording import act_name, clause_name, exact, moment, plain, severity_badge
from pipeline.incident_view import AlertRow, IncidentPage
from playbooks.engine import Task
from records.actions import Act
from records.alerts import Alert
from records.channels import channel_name
from records.deliveries import Delivery, DeliveryState
from records.spans import span
from records.words import Level
from storage.audit import Entry

_COLOURS = {
    DeliveryState.QUEUED: "gray",
    DeliveryState.SENDING: "gray",
    DeliveryState.SENT: "green",
    DeliveryState.FAILED: "red",
    DeliveryState.SUPPRESSED: "gray",
}


def alerts(page: IncidentPage) -> None:
    """Every alert with its delivery over each channel, the newest first."""
    if not page.alerts:
        st.info("这个事件还没有发出提醒。")
        return
    table([_alert(row) for row in page.alerts])


def playbook(page: IncidentPage) -> None:
    """The playbook's steps with their times; what was done through the desk is ticked."""
    if page.playbook is None:
        st.info("没有适用于本等级的处置预案，请在 playbooks/library 中添加。")
        return
    st.markdown(f"**{plain(page.playbook)}** :gray[在本系统里做过的步骤会自动打勾；其余步骤请对照办理]")
    now = backstage().now()
    table([_task(task, now) for task in page.tasks])


def course(page: IncidentPage) -> None:
    """Everything that happened, the newest first."""
    rows = [(entry.at, f"{plain(entry.actor)} {_deed(entry)}") for entry in page.log]
    rules = backstage().desk.rules
    rows += [
        (change.at, f"{severity_badge(change.severity)} {plain(change.reason or rules.wording(change.rule))}")
        for change in page.history
        if change.actor is None
    ]
    if page.incident.first_post_at is not None:
        rows.append((page.incident.first_post_at, "第一条相关负面帖文"))
    table([{"时间": exact(at), "经过": what} for at, what in sorted(rows, key=lambda row: row[0], reverse=True)])


def _alert(row: AlertRow) -> dict[str, str]:
    alert = row.alert
    sent = "  \n".join(_delivery(one) for one in row.deliveries) or f":gray-badge[{alert.state.label}]"
    reason = f" :gray[{plain(alert.reason)}]" if alert.reason else ""
    return {
        "时间": exact(alert.at),
        "发给": plain(_told(alert)),
        "内容": f"{plain(alert.title)}{reason}",
        "送达": sent,
    }


def _told(alert: Alert) -> str:
    name = recipient_name(alert.recipient)
    return name if alert.level is Level.DUTY else f"{name} · {alert.level.label}"


def _delivery(delivery: Delivery) -> str:
    mark = f":{_COLOURS[delivery.state]}-badge[{delivery.state.label}] {plain(channel_name(delivery.channel))}"
    return (
        f"{mark} :gray[{plain(delivery.error)}]"
        if delivery.error and delivery.state is not DeliveryState.SENT
        else mark
    )


def _task(task: Task, now: datetime) -> dict[str, str]:
    due = f"{task.after.label}后计时" if task.due_at is None else moment(task.due_at)
    return {
        "完成": _standing(task, now),
        "步骤": f"{plain(task.do)} :gray[{clause_name(task.clause)}]",
        "由谁": task.who.label,
        "最迟": due,
    }


def _standing(task: Task, now: datetime) -> str:
    if task.done_at is not None:
        return f":green-badge[已做] {moment(task.done_at)}"
    if task.due_at is not None and task.late(now):
        return f":orange-badge[已过时 {span(now - task.due_at)}]"
    return ":gray-badge[待办]"


def _deed(entry: Entry) -> str:
    done = act_name(entry.act)
    reason = entry.detail.get("reason") or entry.detail.get("refused")
    whom = _whom(entry) if entry.allowed else "（被拒绝）"
    return f"{done}{whom}" + (f" :gray[{plain(str(reason))}]" if reason else "")


def _whom(entry: Entry) -> str:
    """Which unit the act concerned, where it named one."""
    unit = entry.detail.get("unit")
    if unit is None:
        return ""
    former = f"{plain(str(entry.detail.get('before') or '未定'))} → " if entry.act == Act.HAND_OVER else ""
    return f"：{former}{plain(str(unit))}"
