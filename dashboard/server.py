"""Puts Streamlit's pages, the desk's own routes and the gate into one web server."""

from __future__ import annotations

import gc
from importlib import import_module
from pathlib import Path
from typing import Any

import uvicorn
from starlette.middleware import Middleware
from streamlit import config
from streamlit.starlette import App

from dashboard.backstage import Backstage, install
from dashboard.gate import Gate
from dashboard.index_page import content_policy, index_html
from dashboard.navigation import ADDRESSES
from dashboard.routes import Routes

SCRIPT = Path(__file__).with_name("script.py")
FONTS = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif'

WARM = ("pandas", "altair", "pyarrow", "dashboard.shell")
"""Imported before the first visit: they are slow, and two visits importing pandas at once find it half there."""

OPTIONS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "client.disableDataExport": True,
    "global.developmentMode": False,
    "logger.level": "warning",
    "runner.magicEnabled": False,
    # Else all objects are walked after every drawing, which takes longer than most: Python walks them when there is cause.
    "runner.postScriptGC": False,
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.enableStaticServing": False,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxMessageSize": 50,
    "server.maxUploadSize": 60,  # in MB; what a page takes of it, it says itself
    "server.runOnSave": False,
    "server.showEmailPrompt": False,
    "theme.base": "light",
    "theme.font": FONTS,
    "theme.headingFont": FONTS,
    "theme.baseFontSize": 15,
    "theme.headingFontSizes": ["1.6rem", "1.35rem", "1.15rem", "1.05rem", "1rem", "1rem"],
    "theme.primaryColor": "#1f4e79",
    "theme.backgroundColor": "#ffffff",
    "theme.secondaryBackgroundColor": "#eef2f6",
    "theme.textColor": "#1b2733",
    "theme.linkColor": "#1f4e79",
    "theme.baseRadius": "small",
    "theme.paddingTop": "1rem",
    "theme.paddingBottom": "2rem",
    # Blue, amber and red stay apart without full colour vision; a shape and a word always stand beside the colour.
    "theme.blueBackgroundColor": "#d6e8f7",
    "theme.blueTextColor": "#0b4f83",
    "theme.orangeBackgroundColor": "#fbe0a6",
    "theme.orangeTextColor": "#5a3a00",
    "theme.yellowTextColor": "#6b4e00",
    "theme.redBackgroundColor": "#f6c9c2",
    "theme.redTextColor": "#6f120a",
    "theme.violetBackgroundColor": "#e4dcf1",
    "theme.violetTextColor": "#4a2f7a",
    "theme.greenBackgroundColor": "#d9efdf",
    "theme.greenTextColor": "#14532d",
    "theme.grayBackgroundColor": "#e3e8ed",
    "theme.grayTextColor": "#3a4753",
}


def build(parts: Backstage) -> App:
    """The web application over these parts; it is also made the one that the pages of this process use."""
    for key, value in OPTIONS.items():
        config.set_option(key, value)
    config.set_option("server.address", parts.settings.desk.host)
    config.set_option("server.port", parts.settings.desk.port)
    install(parts)
    for module in WARM:
        import_module(module)
    keep_what_is_loaded()
    index = index_html()
    return App(
        SCRIPT,
        routes=Routes(parts, index).all(ADDRESSES),
        middleware=[Middleware(Gate, parts=parts, policy=content_policy(index))],
    )


def keep_what_is_loaded() -> None:
    """Take what is loaded by now out of the garbage collector's rounds: it stays as long as the process does."""
    gc.collect()
    gc.freeze()


def server(parts: Backstage) -> uvicorn.Server:
    """A server on the settings' host and port, not started yet."""
    return uvicorn.Server(
        uvicorn.Config(
            build(parts),
            host=parts.settings.desk.host,
            port=parts.settings.desk.port,
            access_log=False,
            log_config=None,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
            ws_max_size=50 * 1024 * 1024,
        )
    )
