"""Lets only signed-in people reach pages, data and the page's websocket; adds the headers that keep a browser careful."""

from __future__ import annotations

import logging
import re
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote

from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.away import answer
from dashboard.backstage import Backstage
from records.people import Person
from storage.outages import trouble_of

log = logging.getLogger(__name__)

OPEN_PATHS = frozenset(
    {
        "/signin",
        "/signin/oidc",
        "/signin/oidc/back",
        "/health",
        "/favicon.svg",
        "/favicon.png",
        "/manifest.json",
        "/robots.txt",
        "/metrics",
    }
)
OPEN_PREFIXES = ("/static/",)
SIGNED_PREFIX = "/inbound/"
TICKET = re.compile(r"/ack/[\w-]+", re.ASCII)
CLOSED_PREFIXES = ("/_stcore/agent", "/_stcore/metrics", "/_stcore/script-health-check")
WITH_OLD_PASSWORD = frozenset({"/password", "/signout"})
_POLICY_VIOLATION, _TRY_AGAIN_LATER = 1008, 1013


class Gate:
    """The outermost middleware. Only the sign-in form, health, what asks for a proof of its own (metrics, pushes,
    signed links) and bundled assets are open to all."""

    def __init__(self, app: ASGIApp, parts: Backstage, policy: str) -> None:
        self._app = app
        self._parts = parts
        self._headers = {
            "Content-Security-Policy": policy,
            "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, redirect to the sign-in form, or refuse."""
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, self._with_headers(send))
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, begun = scope["path"], False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            refusal = None if _open(path) or _is_push(scope) or _is_ticket(scope) else await self._refusal(scope, path)
            await (refusal or self._app)(scope, receive, sending)
        except DBAPIError as fault:
            if begun or trouble_of(fault) is None:
                raise
            log.warning("a request finds no store")
            await answer(Request(scope))(scope, receive, send)

    async def _refusal(self, scope: Scope, path: str) -> Response | None:
        if path.startswith(CLOSED_PREFIXES):
            return PlainTextResponse("没有这个页面", status_code=404)
        person = await self._person(scope)
        if person is not None and (not person.must_change_password or path in WITH_OLD_PASSWORD):
            return None
        if not _is_page(scope):
            return PlainTextResponse("请先登录", status_code=401)
        if person is not None:
            return RedirectResponse("/password", status_code=303)
        query = scope.get("query_string", b"").decode("latin-1")
        target = quote(path + (f"?{query}" if query else ""), safe="")
        return RedirectResponse(f"/signin?next={target}" if path != "/" or query else "/signin", status_code=303)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            person = await self._person(scope)
        except DBAPIError as fault:
            if trouble_of(fault) is None:
                raise
            # The page asks again by itself.
            await receive()
            await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER, "reason": "the store is away"})
            return
        if person is None or person.must_change_password:
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": "sign in first"})
            return
        await self._app(scope, receive, send)

    async def _person(self, scope: Scope) -> Person | None:
        token = self._parts.signer.token_in(_cookies(scope))
        return await run_in_threadpool(self._parts.person, token) if token else None

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        return sending


def _open(path: str) -> bool:
    return path in OPEN_PATHS or (path.startswith(OPEN_PREFIXES) and ".." not in path)


def _is_push(scope: Scope) -> bool:
    """What outside programs push is signed, and checked where it is taken in."""
    return bool(scope["method"] == "POST" and scope["path"].startswith(SIGNED_PREFIX))


def _is_ticket(scope: Scope) -> bool:
    """The links in messages are signed, and checked before anything is asked of the store."""
    return bool(scope["method"] in ("GET", "HEAD", "POST") and TICKET.fullmatch(scope["path"]))


def _is_page(scope: Scope) -> bool:
    return scope["method"] in ("GET", "HEAD") and not scope["path"].startswith(("/_stcore/", "/media/", "/component/"))


def _cookies(scope: Scope) -> dict[str, str]:
    found: SimpleCookie = SimpleCookie()
    try:
        for header in Headers(scope=scope).getlist("cookie"):
            found.load(header)
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in found.items()}
