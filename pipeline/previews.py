"""Reads a source in the background to show what it would give: one at a time for a person, and in bounded time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from crawlers.jobs import Event, Job
from crawlers.processes import run_crawl
from crawlers.reading import Via
from crawlers.settings import CrawlSettings
from crawlers.sources import BadSources, Source, source_from
from pipeline.acts import Actor
from pipeline.attempts import attempting
from pipeline.preview import Preview, preview
from pipeline.queries import Queries, no_queries
from pipeline.refusals import Refused
from pipeline.source_acts import foreign_folder, require_permission
from pipeline.sources import LiveSources

PREVIEWED = "source_previewed"
PAGES = 10
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Look:
    """A preview of a row. `came` is None while it is under way; `fault` says where it could not be carried out."""

    source: Source
    started_at: datetime
    came: Preview | None = None
    fault: str | None = None

    @property
    def under_way(self) -> bool:
        """Whether it is still being read."""
        return self.came is None and self.fault is None


class Previews:
    """The last preview of each person; kept in memory alone, masked."""

    def __init__(
        self,
        sources: LiveSources,
        settings: CrawlSettings,
        now: Callable[[], datetime],
        crawl: Callable[[Job], Iterator[Event]] = run_crawl,
        queries: Queries = no_queries,
        retention: timedelta | None = None,
    ) -> None:
        self._sources = sources
        self._settings = replace(settings, run_seconds=min(settings.run_seconds, SECONDS))
        self._now = now
        self._crawl = crawl
        self._queries = queries
        self._retention = retention
        self._looks: dict[str, Look] = {}
        self._lock = threading.Lock()

    def start(self, row: Mapping[str, Any], actor: Actor, username: str, at: datetime) -> None:
        """Read a row once, for `username` to see; asking again for what is under way changes nothing. Raises Refused."""
        claimed: Look | None = None
        try:
            with attempting(self._sources.store, actor, PREVIEWED, str(row.get("id") or ""), at) as t:
                require_permission(actor)
                source = _readable(row)
                before = self._sources.within(t).find(source.id)
                if fault := foreign_folder(source, actor, before):
                    raise Refused(fault)
                claimed = self._claim(username, Look(source, at))
                if claimed is None:
                    return
                t.audit.append(at, actor.name, actor.role, PREVIEWED, source.id, True, {"url": source.url})
        except BaseException:
            if claimed is not None:
                self._put(username, replace(claimed, fault="没有开始，请再试一次"))
            raise
        threading.Thread(target=self._read, args=(username, claimed), daemon=True, name="preview").start()

    def of(self, username: str) -> Look | None:
        """The person's last preview, or the one under way."""
        with self._lock:
            return self._looks.get(username)

    def _claim(self, username: str, look: Look) -> Look | None:
        with self._lock:
            last = self._looks.get(username)
            if last is not None and last.under_way:
                if last.source.row == look.source.row:
                    return None
                raise Refused(f"上一次试采（{last.source.name}）还没有结束，请稍候；最长 {SECONDS:.0f} 秒")
            self._looks[username] = look
            return look

    def _read(self, username: str, look: Look) -> None:
        try:
            (came,) = preview(
                [look.source], self._settings, self._now, PAGES, self._crawl, self._queries, self._retention
            )
            self._put(username, replace(look, came=came))
        except Exception as fault:  # noqa: BLE001 (shown to the person; nothing else waits for it)
            said = f"试采时程序出错（{type(fault).__name__}），请联系技术人员"
            self._put(username, replace(look, fault=said))

    def _put(self, username: str, look: Look) -> None:
        with self._lock:
            self._looks[username] = look


def _readable(row: Mapping[str, Any]) -> Source:
    try:
        source = source_from(dict(row))
    except BadSources as error:
        raise Refused("；".join(str(error).splitlines())) from None
    if source.via is Via.PUSH:
        raise Refused("推送源不能试采：它的帖子由对方推送过来")
    return source
