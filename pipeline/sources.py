"""Which sources there are now: the rows of the sources file, with the store's rows over them or beside them, by id.

A file that somebody is in the middle of breaking stops nothing: what it said when it was last read whole goes on, and the
fault is told. A row that holds no longer (after an upgrade, say) is told and leaves the others alone.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from crawlers.sources import BadSources, Source, load_sources, short_row, source_from
from storage.source_rows import SourceRow
from storage.store import Store, Transaction

_KEPT = "sources_file"
"""Under this name the store keeps the rows that the sources file held when it was last read whole."""

_Stamp = tuple[int, int, int] | None


class Origin(StrEnum):
    """Where the row of a source stands."""

    FILE = "file"
    CHANGED = "changed"
    STORE = "store"

    @property
    def label(self) -> str:
        """What people read for it."""
        return _LABELS[self.value]


_LABELS = {"file": "采集源文件", "changed": "采集源文件，后在值班台改过", "store": "值班台添加"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One source as it stands. `source` is None where the row cannot be used; `faults` then say why.

    `revision` counts the changes made on the desk, 0 where there was none; `at` and `by` tell of the last one.
    """

    id: str
    row: Mapping[str, Any]
    origin: Origin
    source: Source | None
    faults: tuple[str, ...] = ()
    revision: int = 0
    at: datetime | None = None
    by: str | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.source.name if self.source is not None else str(self.row.get("name") or self.id)


@dataclass(frozen=True, slots=True)
class SourceList:
    """Every source there is, the file's first. `faults` tell what is wrong with the file itself."""

    listed: tuple[Listed, ...]
    faults: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that are to be read."""
        return tuple(one.source for one in self.listed if one.source is not None and one.source.enabled)

    def find(self, source: str) -> Listed | None:
        """The source of that id."""
        return next((one for one in self.listed if one.id == source), None)

    @property
    def all_faults(self) -> tuple[str, ...]:
        """What is wrong with the file, and with rows of the store."""
        rows = [f"采集源“{one.id}”：{fault}" for one in self.listed for fault in one.faults]
        return (*self.faults, *rows)


@dataclass(frozen=True, slots=True)
class _Written:
    """What stands in the file: its rows, or None and what is wrong with it."""

    rows: list[dict[str, Any]] | None
    faults: tuple[str, ...] = ()


class LiveSources:
    """Looks again at every question, and reads anew only where the file or a row in the store has changed.

    `last` is what the last look found.
    """

    def __init__(self, store: Store, file: Path) -> None:
        self.store = store
        self.file = file
        self._lock = threading.Lock()
        self._read: tuple[_Stamp, _Written] | None = None
        self._seen: tuple[_Stamp, int, bool] | None = None
        self.last = SourceList(())

    def current(self, *, keep: bool = False) -> SourceList:
        """The sources now. With `keep`, what the file says is kept for the time when it cannot be read."""
        # First the connection, then the lock: whoever reads already and waits for the lock holds a connection all the while.
        with self.store.reading() as t, self._lock:
            stamp, version = _stamp(self.file), t.source_rows.version()
            if self._seen == (stamp, version, keep):
                return self.last
            rows, kept = t.source_rows.all(), t.meta.get(_KEPT)
            found = self._in_file(stamp)
            to_keep = found.rows if keep and found.rows != kept else None
            self.last = current = _together(found, kept, rows)
            self._seen = (stamp, version, keep) if to_keep is None else None
        if to_keep is not None:
            self._keep(to_keep)
        return current

    def within(self, t: Transaction) -> SourceList:
        """The sources as this transaction sees them."""
        with self._lock:
            found = self._in_file(_stamp(self.file))
        return _together(found, t.meta.get(_KEPT), t.source_rows.all())

    def _in_file(self, stamp: _Stamp) -> _Written:
        if self._read is None or self._read[0] != stamp:
            self._read = stamp, _written(self.file)
        return self._read[1]

    def _keep(self, written: Sequence[Mapping[str, Any]]) -> None:
        with self.store.transaction() as t:
            t.source_rows.take_turn()
            t.meta.put(_KEPT, list(written))


def file_sources(file: Path) -> SourceList:
    """The sources of the file alone: all there is before there is a store."""
    return _together(_written(file), None, [])


def _stamp(file: Path) -> _Stamp:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _written(file: Path) -> _Written:
    try:
        return _Written([short_row(source) for source in load_sources(file)])
    except BadSources as error:
        return _Written(None, tuple(str(error).splitlines()))


def _together(found: _Written, kept: list[dict[str, Any]] | None, rows: Sequence[SourceRow]) -> SourceList:
    """The file's rows, or those that were kept of it, with the store's rows over them."""
    stored = {row.id: row for row in rows}
    listed: list[Listed] = []
    for row in (kept or []) if found.rows is None else found.rows:
        change = stored.pop(row["id"], None)
        if change is None or change.removed:
            listed.append(_listed(row["id"], row, Origin.FILE, change))
        else:
            listed.append(_listed(change.id, change.row, Origin.CHANGED, change))
    added = [_listed(row.id, row.row, Origin.STORE, row) for row in stored.values() if not row.removed]
    return SourceList((*listed, *added), found.faults)


def _listed(source: str, row: Mapping[str, Any], origin: Origin, change: SourceRow | None) -> Listed:
    faults: tuple[str, ...] = ()
    try:
        read = source_from(dict(row))
    except BadSources as error:
        read, faults = None, tuple(str(error).splitlines())
    if change is None:
        return Listed(source, row, origin, read, faults)
    return Listed(source, row, origin, read, faults, change.revision, change.at, change.by)
