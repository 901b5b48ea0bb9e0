"""Reads saved pages with a kind, as a crawl would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from crawlers.reading import Page, Reading
from crawlers.sources import options_of
from records.zone import CHINA

PAGES = Path(__file__).parent / "pages"
NOW = datetime(2026, 3, 5, 10, 20, tzinfo=CHINA)


def saved(name: str) -> str:
    """A page saved beside these tests."""
    return (PAGES / name).read_text(encoding="utf-8")


def read(
    kind: str,
    text: str,
    url: str,
    options: Mapping[str, Any],
    step: str = "start",
    memo: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
) -> Reading:
    """What the kind makes of a page at `url` for the source `here`."""
    page = Page(url, text, NOW, links=links or {})
    reading: Reading = import_module(f"crawlers.spiders.{kind}").read(
        page, step, memo or {}, "here", options_of(kind).model_validate(options)
    )
    return reading


def everything(reading: Reading) -> str:
    """All that a reading would hand on, to look for what must not be in it."""
    return repr(reading)
