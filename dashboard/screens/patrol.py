"""网上巡查: which sources were patrolled in every watch period of a day, what came, and what nobody can know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import streamlit as st

from dashboard.backstage import backstage
from dashboard.pieces import downloads, source_list, table
from dashboard.visit import Visit
from dashboard.wording import clause_name, count, moment, plain
from pipeline.patrol_view import PatrolDay, PatrolRow, patrol_day
from records.spans import span
from records.spreadsheets import Cell
from records.zone import CHINA
from regulation.watch_periods import Patrolled, PeriodReport

_COLOURS = {
    Patrolled.NEW_POSTS: "green",
    Patrolled.NOTHING_NEW: "green",
    Patrolled.NO_ANSWER: "red",
    Patrolled.NOT_PATROLLED: "orange",
}
_HEADING = (
    "日期", "班次", "采集源", "编号", "结果", "应答次数", "采集次数", "新帖", "最近应答", "中断分钟", "中断原因",
)  # fmt: skip


def draw(visit: Visit) -> None:
    """Draw the day's choice, what each period came to, and every source in it."""
    now = backstage().now()
    today = now.astimezone(CHINA).date()
    chosen, files = st.columns([3, 2], vertical_alignment="bottom")
    day = chosen.date_input("日期", today, max_value=today, format="YYYY-MM-DD", key="patrol_day", width=200)
    if not isinstance(day, date):
        return
    desk = backstage().desk
    with backstage().store.reading() as t:
        found = patrol_day(t, visit.person, source_list().sources, day, now, desk.watch_periods, desk.health_rules)
    if found is None or not found.rows:
        st.info("还没有采集源。请到“采集源”查看。" if found is not None else "您不能查看巡查记录。")
        return
    with files, st.container(horizontal=True, horizontal_alignment="right"):
        _download(found)
    _periods(found)
    _sources(found)
    st.caption(
        f"依据{clause_name('H-41')}：安排专人巡查。“无应答”是去看了没有看到，“未巡查”是没有去看（如值班台没有运行）；"
        "两者都不表示没有舆情，请酌情人工查看。“中断”指一班之内超过该源应有间隔的空当。"
    )


def _periods(found: PatrolDay) -> None:
    now = backstage().now()
    for number, (column, period) in enumerate(zip(st.columns(len(found.periods)), found.periods, strict=True)):
        with column.container(border=True, gap="xsmall", key=f"period_{number}"):
            going = " :blue-badge[进行中]" if period.start <= now < period.end else ""
            st.markdown(f"**{period.label}**{going}")
            read = found.count(number, Patrolled.NEW_POSTS, Patrolled.NOTHING_NEW)
            silent, unread = found.count(number, Patrolled.NO_ANSWER), found.count(number, Patrolled.NOT_PATROLLED)
            parts = [f"已巡查 {read} 个，新帖 {count(found.new_posts(number))} 条"]
            parts += [f":red[无应答 {silent} 个]"] if silent else []
            parts += [f":orange[未巡查 {unread} 个]"] if unread else []
            st.markdown("  \n".join(parts) if period.start <= now else ":gray[未到]")


def _sources(found: PatrolDay) -> None:
    table([_row(found, row) for row in sorted(found.rows, key=_missed, reverse=True)])
    if len(found.rows) > 200:
        st.caption(f"只显示前 200 个，共 {len(found.rows)} 个；全部见导出的文件。")


def _missed(row: PatrolRow) -> int:
    return sum(report.patrolled.missed for report in row.reports)


def _row(found: PatrolDay, row: PatrolRow) -> dict[str, str]:
    read = f"每{span(row.interval)}" if row.interval is not None else "已不再采集"
    cells = {period.label: _cell(report) for period, report in zip(found.periods, row.reports, strict=True)}
    return {"采集源": f"{plain(row.name)}  \n:small[:gray[{read}]]", **cells}


def _cell(report: PeriodReport) -> str:
    colour = _COLOURS.get(report.patrolled, "gray")
    tally = report.tally
    if tally is None:
        return f":{colour}-badge[{report.patrolled.label}]"
    said = f"应答 {tally.answers}/{tally.attempts} 次" + (f"，新帖 {count(tally.new_posts)}" if tally.new_posts else "")
    last = f"，最近 {moment(tally.last_answer_at)[-5:]}" if tally.last_answer_at is not None else ""
    gap = f"  \n:small[:orange[{_gap(report)}]]" if report.gap is not None else ""
    return f":{colour}-badge[{report.patrolled.label}]  \n:small[{said}{last}]{gap}"


def _gap(report: PeriodReport) -> str:
    if report.gap is None:
        return ""
    return f"中断 {span(report.gap)}（{'未巡查' if report.unattended else '无应答'}）"


def _download(found: PatrolDay) -> None:
    day = f"{found.day:%Y%m%d}"
    downloads("patrol", f"网上巡查-{day}", f"网上巡查{day}", _HEADING, lambda: list(_lines(found)))


def _lines(found: PatrolDay) -> Iterable[tuple[Cell, ...]]:
    for row in found.rows:
        for period, report in zip(found.periods, row.reports, strict=True):
            tally = report.tally
            yield (
                f"{found.day:%Y-%m-%d}",
                period.label,
                row.name,
                row.id,
                report.patrolled.label,
                tally.answers if tally is not None else 0,
                tally.attempts if tally is not None else 0,
                tally.new_posts if tally is not None else 0,
                moment(tally.last_answer_at) if tally is not None and tally.last_answer_at else "",
                report.gap // timedelta(minutes=1) if report.gap is not None else None,
                ("未巡查" if report.unattended else "无应答") if report.gap is not None else "",
            )
