"""Drops files into folders and has them read by the real crawl."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from crawlers.jobs import KnownPage
from tests.crawlers.crawling import NOON, Crawled, crawl
from tests.crawlers.spiders.exports import folder

HEAD = "编号,内容,时间\n"
HOUR = 3600.0


def drop(place: Path, name: str, content: str | bytes, at: datetime = NOON, age: float = HOUR) -> Path:
    """A file that was last changed `age` seconds before."""
    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    aged(path, at, age)
    return path


def aged(path: Path, at: datetime = NOON, age: float = HOUR) -> None:
    """Let the file be one that was changed `age` seconds before."""
    os.utime(path, (at.timestamp() - age,) * 2)


def rows(*texts: str, begin: int = 1) -> str:
    """A CSV export with these texts, numbered GD1, GD2 and so on."""
    return HEAD + "".join(f"GD{begin + place},{text},2026-11-02 08:00\n" for place, text in enumerate(texts))


def visit(place: Path, known: Sequence[KnownPage] = (), settings: dict[str, Any] | None = None, **more: Any) -> Crawled:
    """One visit to the folder of a source called `a`; `known` is what is remembered of its files."""
    return crawl([folder("a", str(place), **more)], known={"a": known}, **(settings or {}))


def remembered(*visits: Crawled) -> list[KnownPage]:
    """What the store would remember after these visits."""
    return list({page.page: page for crawled in visits for page in crawled.pages["a"]}.values())
