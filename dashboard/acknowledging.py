"""The page behind the link in a message: opening it shows the alert, only a press of the button acknowledges (签收)."""

from __future__ import annotations

import logging
from html import escape

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from dashboard import forms
from dashboard.acting import deps
from dashboard.backstage import Backstage
from dashboard.wording import moment
from pipeline.acknowledging import FOR_CO_UNIT, Carried, acknowledge, carried
from pipeline.refusals import Refused
from pipeline.upward import Arrived, receive
from records.incidents import Incident

log = logging.getLogger(__name__)

PATH = "/ack/{ticket}"
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
_OVER = "链接已过期或不完整，请登录值班台办理。"


class Acknowledging:
    """The two endpoints over one desk. They read no cookie: what counts is the signature in the address."""

    def __init__(self, parts: Backstage) -> None:
        self._parts = parts

    async def show(self, request: Request) -> Response:
        """The alert and a button. Nothing is changed: programs that look into links acknowledge nothing."""
        number = self._number(request)
        if number is None:
            return _refusal(_OVER)
        try:
            found = await run_in_threadpool(self._carried, number)
        except SQLAlchemyError:
            log.exception("an acknowledgement page could not be shown")
            return _refusal("值班台暂时没有响应，请稍后再试。", 503)
        if isinstance(found, Arrived):
            return _page(_arrived(found), "确认收到")
        return _refusal(_OVER) if found is None else _page(_shown(found))

    async def press(self, request: Request) -> Response:
        """Acknowledge, or confirm that a report has arrived."""
        number = self._number(request)
        if number is None:
            return _refusal(_OVER)
        try:
            answer = await run_in_threadpool(self._pressed, number)
        except Refused as refused:
            return _refusal(str(refused))
        except SQLAlchemyError:
            log.exception("an acknowledgement could not be stored")
            return _refusal("值班台暂时没有响应，没有签收。请稍后再按一次。", 503)
        return answer

    def _number(self, request: Request) -> int | None:
        return self._parts.desk.tickets.read(request.path_params["ticket"], self._parts.now())

    def _carried(self, number: int) -> Carried | Arrived | None:
        with self._parts.store.reading() as t:
            return carried(t, number)

    def _pressed(self, number: int) -> Response:
        store, now = self._parts.store, self._parts.now()
        found = self._carried(number)
        if isinstance(found, Arrived):
            receive(store, found, now)
            said = forms.note(f"已确认收到：{found.who}，{moment(now)}。", "plain")
            return _page(f"<h1>已确认收到</h1><p>{escape(found.alert.title)}</p>{said}", "确认收到")
        return _page(_done(acknowledge(store, number, now, deps(self._parts))))


def _shown(found: Carried) -> str:
    lines = "<br>".join(escape(line) for line in found.alert.body.splitlines())
    incident = found.incident
    if found.for_another:
        return (
            f"<h1>{escape(found.alert.title)}</h1><p>{lines}</p>{forms.note(FOR_CO_UNIT, 'plain')}{_onward(incident)}"
        )
    if found.acknowledged_at is not None:
        state = forms.note(f"{found.acknowledged_by}已于 {moment(found.acknowledged_at)} 签收。", "plain")
        return f"<h1>{escape(found.alert.title)}</h1><p>{lines}</p>{state}{_onward(incident)}"
    return (
        f"<h1>{escape(found.alert.title)}</h1><p>{lines}</p>"
        f"<form method='post'><button type='submit'>签收（{escape(found.who)}）</button></form>{_onward(incident)}"
    )


def _arrived(found: Arrived) -> str:
    lines = "<br>".join(escape(line) for line in found.alert.body.splitlines())
    title = f"<h1>{escape(found.alert.title)}</h1><p>{lines}</p>"
    if found.receipt is not None:
        said = f"{found.receipt.who}已于 {moment(found.receipt.at)} 确认收到。"
        return f"{title}{forms.note(said, 'plain')}"
    return f"{title}<form method='post'><button type='submit'>确认收到（{escape(found.who)}）</button></form>"


def _done(found: Carried) -> str:
    at = moment(found.acknowledged_at) if found.acknowledged_at else ""
    said = forms.note(f"已签收：{found.acknowledged_by}，{at}。", "plain")
    return f"<h1>已签收</h1><p>{escape(found.alert.title)}</p>{said}{_onward(found.incident)}"


def _onward(incident: Incident) -> str:
    return f"<footer><a href='/incident?id={escape(incident.id)}'>登录值班台办理</a></footer>"


def _page(body: str, title: str = "签收") -> Response:
    return HTMLResponse(forms.page(title, body), headers=_HEADERS)


def _refusal(why: str, status: int = 403) -> Response:
    return HTMLResponse(forms.refusal("没有签收", why), status_code=status, headers=_HEADERS)
