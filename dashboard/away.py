"""What people see while the record store cannot be used: that it is away, what still holds, and the page again by itself."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec

import streamlit as st
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from dashboard.backstage import backstage
from dashboard.forms import note, page
from dashboard.wording import plain
from storage.outages import trouble_of
from storage.search.text_index import SearchDown

log = logging.getLogger(__name__)

P = ParamSpec("P")

AGAIN_SECONDS = 5
AWAY = (
    "数据库现在用不了，这一页打不开。已经存下的内容和没有发出的提醒都在库里，恢复后提醒立即补发，本页自动接上；"
    "刚才的一步是否办成，那时请看一眼。此间请按纸面值班表人工盯住时限，并请管理员运行 huiying doctor。"
)
_HEADERS = {"Cache-Control": "no-store", "Retry-After": str(AGAIN_SECONDS)}


def answer(request: Request) -> Response:
    """What a browser gets instead of a page, which it asks for again by itself, and any other program instead of its answer."""
    if request.method not in ("GET", "HEAD") or "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse(AWAY, status_code=503, headers=_HEADERS)
    body = f"<h1>数据库用不了</h1>{note(AWAY)}"
    again = {"Refresh": str(AGAIN_SECONDS)}
    return HTMLResponse(page("数据库用不了", body), status_code=503, headers={**_HEADERS, **again})


def guarded(draw: Callable[P, None]) -> Callable[P, None]:
    """The same part of a page, which says so where the store is away. A part that is drawn every few seconds comes back by itself."""

    @functools.wraps(draw)
    def drawing(*args: P.args, **named: P.kwargs) -> None:
        try:
            draw(*args, **named)
        except DBAPIError as fault:
            if trouble_of(fault) is None:
                raise
            log.warning("a part of a page finds no store")
            st.error(AWAY, icon=":material/database_off:")
        except SearchDown as down:
            _show_search_down(down)

    return drawing


def whole(draw: Callable[[], None]) -> None:
    """Draw a page; where the store is away, say so and draw it again once it is back."""
    try:
        draw()
    except DBAPIError as fault:
        if trouble_of(fault) is None:
            raise
        log.warning("a page finds no store")
        st.error(AWAY, icon=":material/database_off:")
        st.fragment(_look_again, run_every=AGAIN_SECONDS)()
    except SearchDown as down:
        _show_search_down(down)


def _show_search_down(down: SearchDown) -> None:
    st.warning(
        f"**搜索暂时不可用**：{plain(str(down))}。其他页面照常使用，恢复后刷新本页。", icon=":material/search_off:"
    )


def _look_again() -> None:
    store = backstage().store
    try:
        store.schema_version()
    except DBAPIError:
        return
    if store.outages.trouble is None:
        st.rerun()
