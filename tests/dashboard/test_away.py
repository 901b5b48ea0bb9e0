"""While the store is away a page says so in Chinese and comes back by itself; a fault of another kind stays a fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from streamlit.testing.v1 import AppTest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from dashboard.backstage import Backstage, install
from dashboard.cookies import SESSION, Signer
from dashboard.gate import Gate
from huiying.clock import SystemClock
from huiying.settings import Database, Settings
from huiying.wiring import Desk
from tests.dashboard.test_routes import listening

NOWHERE = "postgresql+psycopg://huiying@127.0.0.1:9/huiying"


async def _fails(_request: Request) -> PlainTextResponse:
    raise OperationalError("SELECT 1", {}, type("Refusal", (Exception,), {"sqlstate": "57P01"})())


async def _broken(_request: Request) -> PlainTextResponse:
    raise LookupError


async def _stream(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Backstage]:
    """A desk whose server is not there."""
    desk = Desk(Settings(data_dir=tmp_path, database=Database(url=NOWHERE)), SystemClock())
    yield Backstage(desk, Signer(b"k" * 32))
    desk.close()


@pytest.fixture
def desk(parts: Backstage) -> Iterator[httpx.Client]:
    routes = [Route("/health", _fails, methods=["GET", "POST"]), Route("/robots.txt", _broken)]
    gate = Middleware(Gate, parts=parts, policy="default-src 'self'")
    app = Starlette(routes=[*routes, WebSocketRoute("/_stcore/stream", _stream)], middleware=[gate])
    cookies = {SESSION: parts.signer.sealed("0" * 43)}
    with listening(app) as base, httpx.Client(base_url=base, cookies=cookies) as client:
        yield client


@pytest.mark.parametrize("path", ["/health", "/incident"])
def test_a_browser_is_told_and_asks_again_by_itself(desk: httpx.Client, path: str):
    answer = desk.get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Refresh"], answer.headers["Retry-After"]) == (503, "5", "5")
    assert "数据库现在用不了" in answer.text
    assert "纸面值班表" in answer.text
    assert answer.headers["Content-Security-Policy"] == "default-src 'self'"
    assert "127.0.0.1" not in answer.text


def test_what_was_sent_is_not_sent_again_by_itself(desk: httpx.Client):
    answer = desk.post("/health", headers={"Accept": "text/html"})
    assert answer.status_code == 503
    assert "Refresh" not in answer.headers
    assert answer.text.startswith("数据库现在用不了")


def test_another_fault_is_not_called_an_outage(desk: httpx.Client):
    assert desk.get("/robots.txt").status_code == 500


def test_the_page_s_stream_is_told_to_come_again_later(desk: httpx.Client):
    address = str(desk.base_url.join("/_stcore/stream")).replace("http", "ws", 1)
    cookie = f"{SESSION}={desk.cookies[SESSION]}"
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(address, additional_headers={"Cookie": cookie}, proxy=None, open_timeout=60),
    ):
        pass
    assert refused.value.response.status_code == 403, "closed by the gate: a fault would be a 500"


def _whole() -> None:
    import streamlit as st

    from dashboard.away import guarded, whole
    from dashboard.backstage import backstage

    def lists() -> None:
        with backstage().store.reading():
            st.text("读到了")

    st.text("页头")
    guarded(lists)()
    whole(lists)


def test_a_page_that_finds_no_store_says_so_where_the_part_would_stand(parts: Backstage):
    install(parts)
    page = AppTest.from_function(_whole).run(timeout=60)
    assert not page.exception
    assert [one.value for one in page.text] == ["页头"]
    assert len(page.error) == 2
    assert all("本页自动接上" in one.value for one in page.error)
