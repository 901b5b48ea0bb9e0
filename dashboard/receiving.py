"""The address where outside programs push posts: answers them in JSON, and tells nobody unproven why he was refused."""

from __future__ import annotations

import asyncio
import logging

from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from dashboard.backstage import Backstage
from pipeline.inbound import Push, Taken, TooFast, TooMany, Unproven, take_in
from pipeline.intake import Received
from records.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER

log = logging.getLogger(__name__)

PATH = "/inbound/{source}"
_AT_ONCE = 16
_THREADS = 2
_SECONDS_TO_ARRIVE = 30
_SECONDS_TO_COME_BACK = "30"
_SECONDS_TO_SLOW_DOWN = "600"
_HEADERS = {"Cache-Control": "no-store"}


class Receiving:
    """The endpoint over one desk. It reads no cookie: what counts is the signature over the body."""

    def __init__(self, parts: Backstage) -> None:
        self._parts = parts
        self._largest = int(parts.settings.inbound.max_mb * 1024 * 1024)
        self._open = 0
        # Threads of their own: a burst of pushes must not keep people from signing in.
        self._threads = CapacityLimiter(_THREADS)

    async def push(self, request: Request) -> Response:
        """Take in one push."""
        if self._open >= _AT_ONCE:
            return _refusal(503, "正忙，请稍后再试", _SECONDS_TO_COME_BACK)
        self._open += 1
        try:
            return await self._answer(request)
        finally:
            self._open -= 1

    async def _answer(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(_SECONDS_TO_ARRIVE):
                body = await self._body(request)
        except (TimeoutError, ClientDisconnect):
            return _refusal(408, "没有收完")
        if body is None:
            return _refusal(413, f"一次推送最大 {self._parts.settings.inbound.max_mb:g} MB，请分几次推送")
        push = Push(
            source=request.path_params["source"],
            timestamp=request.headers.get(TIMESTAMP_HEADER, ""),
            signature=request.headers.get(SIGNATURE_HEADER, ""),
            body=body,
        )
        return await to_thread.run_sync(self._take_in, push, limiter=self._threads)

    async def _body(self, request: Request) -> bytes | None:
        """The body; None for one that is too large, of which nothing is kept."""
        body = bytearray()
        if int(request.headers.get("content-length", "0")) > self._largest:
            return None
        async for part in request.stream():
            body += part
            if len(body) > self._largest:
                return None
        return bytes(body)

    def _take_in(self, push: Push) -> Response:
        try:
            taken = take_in(self._parts.desk.receiving(), push, self._parts.now())
        except Unproven as why:
            log.warning("a push was refused: %s", why)
            return _refusal(401, "没有通过校验")
        except TooMany as why:
            return _refusal(413, str(why))
        except TooFast as why:
            log.warning("a source pushes more than it may in an hour")
            return _refusal(429, str(why), _SECONDS_TO_SLOW_DOWN)
        except SQLAlchemyError:
            log.exception("a push could not be stored")
            return _refusal(503, "暂时存不下，请稍后再试", _SECONDS_TO_COME_BACK)
        return JSONResponse(_said(taken), status_code=200 if taken.usable else 400, headers=_HEADERS)


def _said(taken: Taken) -> dict[str, object]:
    return {
        **{received.value: taken.tally.get(received, 0) for received in Received},
        "rejected": [{"line": rejected.line, "reason": rejected.reason} for rejected in taken.rejected],
    }


def _refusal(status: int, reason: str, after: str | None = None) -> Response:
    again = {"Retry-After": after} if after is not None else {}
    return JSONResponse({"error": reason}, status_code=status, headers={**_HEADERS, **again})
