"""经过: everything that happened to an incident on one timeline, the newest first, by kind and page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from casework.incidents.timeline import AlikeCorrections, Event, HourOfPosts, Kind
from dashboard.backstage import backstage
from dashboard.pieces import recipient_name, table
from dashboard.screens.incident_upward import said as said_upward
from dashboard.visit import Visit
from dashboard.wording import act_name, count, exact, plain, safe_link, severity_badge, shortened
from pipeline.incident_timeline import Stored, deliveries_of, incident_timeline
from pipeline.incident_view import IncidentPage
from pipeline.regrouping import MERGE, RELINK, SPLIT
from records.actions import Act
from records.alerts import Alert
from records.channels import channel_name
from records.corrections import Verdict
from records.deliveries import Delivery, DeliveryState
from records.duty import LogEntry
from records.incidents import SeverityChange
from records.reports import Report, Response
from records.upward import UpwardEntry
from records.words import Level
from records.zone import CHINA
from storage.audit import Entry

_A_PAGE = 30
_REGROUPED = frozenset({MERGE, SPLIT, RELINK})
_COLOURS = {
    DeliveryState.QUEUED: "gray",
    DeliveryState.SENDING: "gray",
    DeliveryState.SENT: "green",
    DeliveryState.FAILED: "red",
    DeliveryState.SUPPRESSED: "gray",
}


def draw(visit: Visit, page: IncidentPage) -> None:
    """Draw the choice of kinds, then the events of one page."""
    kinds = st.pills(
        "只看", list(Kind), selection_mode="multi", format_func=lambda kind: kind.label, key="timeline_kinds"
    )
    with backstage().store.reading() as t:
        events = incident_timeline(t, visit.person, page.incident.id, kinds) or []
        pages = -(-len(events) // _A_PAGE)
        number = st.pagination(pages, key=f"timeline_{'_'.join(kinds)}") if pages > 1 else 1
        shown = events[(number - 1) * _A_PAGE : number * _A_PAGE]
        deliveries = deliveries_of(t, shown)
    if not shown:
        st.info("没有这类记录。")
        return
    st.caption(f"共 {count(len(events))} 项，最近的在前。帖文按小时合计。")
    table(
        [
            {
                "时间": exact(event.at),
                "类别": event.kind.label,
                "经过": _what(event, deliveries.get(event.about.key, ()) if isinstance(event.about, Alert) else ()),
            }
            for event in shown
        ]
    )


def _what(event: Event[Stored], deliveries: Sequence[Delivery]) -> str:
    match event.about:
        case HourOfPosts() as hour:
            return _posts(hour)
        case SeverityChange() as change:
            return _change(change)
        case AlikeCorrections() as alike:
            return _corrections(alike)
        case Entry() as entry:
            return _deed(entry)
        case Alert() as alert:
            return _alert(alert, deliveries)
        case Report() as report:
            return f"{plain(report.filed_by)} 报送{report.kind.label} :gray[{plain(report.serial)}]"
        case Response() as response:
            return _response(response)
        case LogEntry() as noted:
            return f"{plain(noted.actor)} 值班日志：{plain(noted.text)}"
        case UpwardEntry() as entry:
            return f"{plain(entry.label)}：{said_upward(entry, None)} :gray[{plain(entry.actor)}]"


def _posts(hour: HourOfPosts) -> str:
    first, last = hour.first_at.astimezone(CHINA), hour.last_at.astimezone(CHINA)
    channels = "、".join(f"{channel.label} {count(posts)}" for channel, posts in hour.by_channel.items())
    came = f"{first:%H:%M}—{last:%H:%M} 新增 **{count(hour.posts)}** 条（首发 {count(hour.voices)} 条）"
    return f"{came} :gray[{channels}]" + "".join(
        f"  \n{change.at.astimezone(CHINA):%H:%M} 由此成为 {severity_badge(change.severity)}" for change in hour.changes
    )


def _change(change: SeverityChange) -> str:
    grounds = change.reason or backstage().desk.rules.wording(change.rule)
    return f"{severity_badge(change.severity)} {plain(grounds)}"


def _corrections(alike: AlikeCorrections) -> str:
    made = alike.made
    reason = f" :gray[{plain(made.reason)}]" if made.reason else ""
    which = "一条" if alike.posts == 1 else f" {count(alike.posts)} 条"
    return f"{plain(made.actor)} 更正{which}帖文的研判：{_changed(made.before, made.after)}{reason}"


def _changed(before: Verdict, after: Verdict) -> str:
    """What was corrected: how the posts are read, which record they are about, or both. No record is named here."""
    link = "不再关联公开事项" if after.disclosure is None else "改关联的公开事项"
    linked = [link] if before.disclosure != after.disclosure else []
    if linked and replace(before, disclosure=after.disclosure) == after:
        return f"{_verdict(after)}不变，{link}"
    return "，".join([f"{_verdict(before)} → {_verdict(after)}", *linked])


def _verdict(verdict: Verdict) -> str:
    return verdict.sentiment.label + (f"、{verdict.category.label}" if verdict.category is not None else "")


def _deed(entry: Entry) -> str:
    reason = entry.detail.get("reason") or entry.detail.get("refused")
    whom = _whom(entry) if entry.allowed else "（被拒绝）"
    return f"{plain(entry.actor)} {act_name(entry.act)}{whom}" + (f" :gray[{plain(str(reason))}]" if reason else "")


def _regrouped(entry: Entry) -> str:
    """Which other incident it concerned, and how many posts."""
    posts = count(int(entry.detail.get("posts", 0)))
    for key, said in (
        ("into", "并入 {other}（{posts} 条）"),
        ("taken", "{other} 并入本事件（{posts} 条）"),
        ("new", "拆出 {other}（{posts} 条）"),
        ("from", "由 {other} 拆出（{posts} 条）"),
    ):
        if other := entry.detail.get(key):
            return said.format(other=plain(str(other)), posts=posts)
    return f"更正 {count(int(entry.detail.get('corrected', 0)))} 条帖文的关联"


def _whom(entry: Entry) -> str:
    """Which unit or which step of the checklist the act concerned, where it named one."""
    if entry.act in _REGROUPED:
        return f"：{_regrouped(entry)}"
    if step := entry.detail.get("step"):
        return f"{'' if entry.detail.get('done', True) else '（撤回）'}：{plain(str(step))}"
    unit = entry.detail.get("unit")
    if unit is None:
        return ""
    former = f"{plain(str(entry.detail.get('before') or '未定'))} → " if entry.act == Act.HAND_OVER else ""
    return f"：{former}{plain(str(unit))}"


def _response(response: Response) -> str:
    link = safe_link(response.url)
    where = f" [查看原文]({link})" if link is not None else ""
    return f"{plain(response.published_by)} 登记回应：“{plain(shortened(response.text, 60))}”{where}"


def _alert(alert: Alert, deliveries: Sequence[Delivery]) -> str:
    name = recipient_name(alert.recipient)
    told = name if alert.level is Level.DUTY else f"{name} · {alert.level.label}"
    sent = " ".join(_delivery(one) for one in deliveries) or f":gray-badge[{alert.state.label}]"
    reason = f" :gray[{plain(alert.reason)}]" if alert.reason else ""
    return f"发给 {plain(told)}：{plain(alert.title)}{reason}  \n{sent}"


def _delivery(delivery: Delivery) -> str:
    mark = f":{_COLOURS[delivery.state]}-badge[{delivery.state.label}] {plain(channel_name(delivery.channel))}"
    failed = delivery.error is not None and delivery.state is not DeliveryState.SENT
    return f"{mark} :gray[{plain(delivery.error or '')}]" if failed else mark
