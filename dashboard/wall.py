"""大屏: a page for the wall of the watch room: the clocks, the open incidents, what the patrol reaches; no menu, no post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboard.backstage import Backstage
from dashboard.index_page import WATCH_STYLE
from dashboard.wording import SEVERITY_MARKS, elapsed, remaining
from huiying.disk import disk_troubles
from pipeline import state_view, views
from pipeline.source_health import Standing
from pipeline.state_view import DeskState
from pipeline.views import IncidentRow
from records.alerts import Deadline
from records.people import Person
from records.zone import CHINA

PATH = "/wall"
_ROWS = 6
"""So many incidents fit on 1920×1080 in letters that are read at four metres."""

_STYLE = """
*{box-sizing:border-box}
body{margin:0;background:#10202e;color:#fff;overflow:hidden;
font-family:"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif}
main{padding:1.2vw 2vw;height:100vh;line-height:1.25;display:flex;flex-direction:column;gap:1.1vh}
header,footer{display:flex;justify-content:space-between;align-items:baseline;font-size:1.9vw}
header h1{font-size:2.6vw;line-height:1.25;margin:0}
section{display:grid;grid-template-columns:15vw minmax(0,1fr) 27vw;align-items:center;column-gap:1.5vw;background:#1b3146;
border-radius:.6vw;padding:1vh 1.4vw;border-left:1vw solid #5b7fa3}
section.major{border-left-color:#f2b134}
section.major_emergency{border-left-color:#ff7a6b}
section b{font-size:2.2vw}
section h2{font-size:2.4vw;line-height:1.25;margin:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
section p{font-size:1.75vw;margin:0;color:#c9d6e2}
section div{text-align:right}
section div strong{font-size:2.8vw;font-variant-numeric:tabular-nums}
.late strong{background:#ffd5cf;color:#6f120a;border-radius:.4vw;padding:0 .6vw}
.calm{font-size:3vw;margin:auto}
footer{margin-top:auto;border-top:2px solid #5b7fa3;padding-top:1vh}
footer .amiss{background:#ffd5cf;color:#6f120a;border-radius:.4vw;padding:0 .6vw}
"""


class Wall:
    """The endpoint over one desk; the gate lets only signed-in people come here."""

    def __init__(self, parts: Backstage) -> None:
        self._parts = parts

    async def show(self, request: Request) -> Response:
        """The page as it is now; the script beside it asks for a fresh copy every few seconds."""
        page = await run_in_threadpool(self._page, request)
        headers = {"Cache-Control": "no-store"}
        return RedirectResponse("/signin", status_code=303) if page is None else HTMLResponse(page, headers=headers)

    def _page(self, request: Request) -> str | None:
        person = self._parts.person(self._parts.signer.token_in(request.cookies))
        return None if person is None else self._drawn(person)

    def _drawn(self, person: Person) -> str:
        desk, now = self._parts.desk, self._parts.now()
        book, sources = desk.book, desk.sources.current().sources
        with self._parts.store.reading() as t:
            rows, total = views.open_incidents(t, person, now=now), views.open_incident_count(t, person)
            state = state_view.desk_state(
                t,
                person,
                sources,
                now,
                book.health_rules,
                telling=book.telling,
                oversight=book.oversight,
                duty=book.duty_rules,
                disks=disk_troubles(desk),
            )
        return page(self._parts.desk.organisation.office_name, rows, total, state, now)


def page(office: str, rows: Sequence[IncidentRow], total: int, state: DeskState, now: datetime) -> str:
    """The whole page; every value is escaped. There are `total` incidents, of which `rows` are the first."""
    local = now.astimezone(CHINA)
    head = f"<header><h1>{escape(office)}　值班大屏</h1><span>{local:%m月%d日 %H:%M}</span></header>"
    shown = sorted(rows, key=_place)[:_ROWS]
    body = "".join(_incident(row, now) for row in shown) or '<p class="calm">目前没有进行中的事件</p>'
    more = f"　另有 {total - len(shown)} 个未显示" if total > len(shown) else ""
    foot = f"<footer><span>进行中的事件 {total} 个{more}</span>{_patrol(state)}</footer>"
    return (
        '<!DOCTYPE html><html lang="zh-CN" translate="no"><head><meta charset="utf-8"><title>值班大屏 · 回应台</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/favicon.svg">'
        f"<style>{WATCH_STYLE}{_STYLE}</style><script src='/watch.js' defer></script></head>"
        f"<body class='wall'><main>{head}{body}{foot}</main></body></html>"
    )


def _incident(row: IncidentRow, now: datetime) -> str:
    noted = "已签收" if row.acknowledged_at else "尚未签收"
    return (
        f"<section class='{row.severity.value}'><b>{SEVERITY_MARKS[row.severity]} {row.severity.label}</b>"
        f"<span><h2>{escape(row.title)}</h2><p>{escape(row.unit or '未定责任单位')}　{noted}　{row.state.label}</p></span>"
        f"{_time(row, _next_clock(row), now)}</section>"
    )


def _place(row: IncidentRow) -> tuple[bool, bool, float]:
    """What awaits its plan on top, then what is due first; of the rest each stays where it is."""
    clock = _next_clock(row)
    return not row.awaits_plan, clock is None, 0.0 if clock is None else clock.due_at.timestamp()


def _next_clock(row: IncidentRow) -> Deadline | None:
    return min(row.clocks, key=lambda one: one.due_at, default=None)


def _time(row: IncidentRow, clock: Deadline | None, now: datetime) -> str:
    if row.awaits_plan:
        said = f"<strong>{elapsed(row.detected_at, now)}</strong><p>预案未启动</p>"
        return f"<div class='late since_{int(row.detected_at.timestamp())}'>{said}</div>"
    if clock is None:
        return f"<div><p>{'首报已报送' if row.deadline is not None else '没有计时'}</p></div>"
    late = " late" if clock.due_at < now else ""
    said = f"<strong>{remaining(clock.due_at, now)}</strong><p>{escape(clock.label or '首报')}</p>"
    return f"<div class='due_{int(clock.due_at.timestamp())}{late}'>{said}</div>"


def _patrol(state: DeskState) -> str:
    well = sum(source.standing is Standing.GOOD for source in state.sources)
    said = f"网上巡查 {well}/{len(state.sources)} 个采集源正常"
    amiss = f"<span class='amiss'>■ 运行故障 {state.troubles}</span>" if state.troubles else "<span>运行正常</span>"
    return f"<span>{said}</span>{amiss}"
