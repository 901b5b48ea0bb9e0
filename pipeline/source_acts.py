"""Carries out what an administrator does to a source: save, switch off and on, remove; each act is audited.

A row is never changed in the sources file: what the desk changes stands in the store, over the file's row.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from crawlers.reading import Via
from crawlers.sources import BadSources, Source, short_row, source_from
from pipeline import changes
from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.refusals import Refused
from pipeline.sources import Listed, LiveSources, Origin
from records.addresses import inner_address
from regulation.permissions import allowed
from storage.store import Transaction

RESOLVE_SECONDS = 5.0
"""How long the names in a row may take to be looked up. What is slower is let pass: a crawl looks at every connection."""

SAVED, DISABLED, ENABLED, REMOVED = "source_saved", "source_disabled", "source_enabled", "source_removed"

INBOX = "inbox"
"""The folder below the data directory whose folders may be read without access to the server's files."""

Inner = Callable[[str, tuple[str, ...]], str | None]
"""Why nothing may be sent to an address: records.addresses.inner_address."""


@dataclass(frozen=True, slots=True)
class Managing:
    """What the acts need: the sources there are, and the inner hosts that may be read."""

    sources: LiveSources
    allow_private_hosts: tuple[str, ...]
    inner: Inner = inner_address


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes a source, and when. `revision` is the one they saw, None for a source that is new.

    A change with a `request` that has been carried out before changes nothing.
    """

    actor: Actor
    at: datetime
    revision: int | None = None
    request: str | None = None


def save_source(deps: Managing, row: Mapping[str, Any], change: Change) -> str:
    """Keep a row, new or changed, to be read from now on as it says; its id. Raises Refused."""
    subject = str(row.get("id") or "")
    # Before the transaction: looking up a name may take seconds. Not at all for somebody who may not save.
    source, fault = _checked(deps, row) if _may(change.actor) else (None, None)
    with attempting(deps.sources.store, change.actor, SAVED, subject, change.at) as t:
        require_permission(change.actor)
        if _repeated(t, change):
            return subject
        if source is None:
            raise Refused(fault or "")
        standing = _seen(deps, t, source.id, change)
        if fault := foreign_folder(source, change.actor, standing):
            raise Refused(fault)
        before = standing or t.source_rows.get(source.id)
        if before is not None and before.row.get("kind") != source.kind:
            raise Refused(
                f"“{source.id}”的类别不能由 {before.row.get('kind')} 改成 {source.kind}：帖文的编号由采集源编号得来，"
                "编号定了就不要改作他用。请用新的编号另建一个"
            )
        _put(t, source.id, short_row(source), change, SAVED)
    return subject


def enable_source(deps: Managing, source: str, change: Change) -> None:
    """Read a source again. Raises Refused."""
    _switch(deps, source, change, True)


def disable_source(deps: Managing, source: str, change: Change) -> None:
    """Read a source no more, and keep its row and what came from it. Raises Refused."""
    _switch(deps, source, change, False)


def remove_source(deps: Managing, source: str, change: Change) -> None:
    """Take away what the desk added or changed; a row of the file holds again as it stands there. Raises Refused."""
    with attempting(deps.sources.store, change.actor, REMOVED, source, change.at) as t:
        require_permission(change.actor)
        if _repeated(t, change):
            return
        found = _known(deps, t, source, change)
        if found.origin is Origin.FILE:
            raise Refused(f"“{source}”写在采集源文件 {deps.sources.file} 里：可以在这里停用，或从文件里删去")
        _put(t, source, found.row, change, REMOVED, removed=True)


def _switch(deps: Managing, source: str, change: Change, enabled: bool) -> None:
    act = ENABLED if enabled else DISABLED
    with attempting(deps.sources.store, change.actor, act, source, change.at) as t:
        require_permission(change.actor)
        if _repeated(t, change):
            return
        found = _known(deps, t, source, change)
        row = {key: value for key, value in found.row.items() if key != "enabled"}
        if enabled and found.source is None:
            raise Refused(f"“{source}”的设置有误，改好才能启用：{found.faults[0]}")
        _put(t, source, row if enabled else {**row, "enabled": False}, change, act)


def foreign_folder(source: Source, actor: Actor, standing: Listed | None) -> str | None:
    """Why a person may not have this folder read, in Chinese: the desk's administrator need not be the server's."""
    if source.via is not Via.FOLDER or actor.role is None:
        return None
    folder = str(source.row["read"].get("folder", ""))
    # The kind itself refuses paths that lead up again.
    if PurePath(folder).parts[:1] == (INBOX,):
        return None
    if standing is not None and standing.row.get("read", {}).get("folder") == folder:
        return None
    return (
        f"在值班台上只能读数据目录下 {INBOX} 里的文件夹，如 {INBOX}/12345；"
        "别处的文件夹请由服务器管理员写进采集源文件，或用 huiying sources add 添加"
    )


def _may(actor: Actor) -> bool:
    return actor.role is None or allowed(actor.role, "manage_sources")


def require_permission(actor: Actor) -> None:
    """Raises Refused for somebody who may not manage sources."""
    if not _may(actor):
        raise Refused("您没有权限管理采集源：请联系管理员")


def _repeated(t: Transaction, change: Change) -> bool:
    t.source_rows.take_turn()
    return change.request is not None and done_before(t, change.request) is not None


def _known(deps: Managing, t: Transaction, source: str, change: Change) -> Listed:
    found = _seen(deps, t, source, change)
    if found is None:
        raise Refused(f"没有编号为“{source[:80]}”的采集源")
    return found


def _seen(deps: Managing, t: Transaction, source: str, change: Change) -> Listed | None:
    """The source as it stands, None where there is none. Raises Refused where the person saw something else."""
    found = deps.sources.within(t).find(source)
    if found is None:
        stored = t.source_rows.get(source)
        if change.revision is None and (stored is None or stored.removed):
            return None
        raise Refused(f"采集源“{source[:80]}”已被他人移除，请刷新后再试")
    if change.revision is None:
        raise Refused(f"已有编号为“{source}”的采集源（{found.name}）：请换一个编号，或打开它来修改")
    if change.revision != found.revision:
        raise Refused(f"采集源“{found.name}”刚被他人改动，请刷新后再试")
    return found


def _put(t: Transaction, source: str, row: Mapping[str, Any], change: Change, act: str, removed: bool = False) -> None:
    before = changes.source_of(t, source)
    revision = t.source_rows.put(source, row, change.at, change.actor.name, removed)
    if t.sources.states([source]):
        # Whatever pause it was in belonged to the row as it was.
        t.sources.postponed(source, change.at)
    if change.request is not None:
        note_done(t, change.request, source)
    facts = {"revision": revision, "row": dict(row)}
    seq = t.audit.append(change.at, change.actor.name, change.actor.role, act, source, True, facts)
    changes.note(t, seq, changes.SOURCE, source, before, changes.source_of(t, source), change.at)


def _checked(deps: Managing, row: Mapping[str, Any]) -> tuple[Source | None, str | None]:
    """The row as a source, or why it is none, in Chinese."""
    try:
        # As it will be read back: YAML has values that do not survive being kept, such as a number that is none.
        source = source_from(short_row(source_from(dict(row))))
    except BadSources as error:
        return None, "；".join(str(error).splitlines())
    except ValueError:
        return None, "采集源里有不能保存的值"
    fault = _inner(deps, source)
    return (None, fault) if fault else (source, None)


def _inner(deps: Managing, source: Source) -> str | None:
    """Why an address in the row may not be read; None where all may, or the answer takes too long."""
    said: list[str | None] = []

    def look() -> None:
        faults = (deps.inner(url, deps.allow_private_hosts) for url in dict.fromkeys(_addresses(source.row)))
        said.append(next((fault for fault in faults if fault), None))

    looking = threading.Thread(target=look, daemon=True, name="resolve")
    looking.start()
    looking.join(RESOLVE_SECONDS)
    if not said and not looking.is_alive():
        return "网址检查不了，请核对写法"
    return said[0] if said else None


def _addresses(value: object) -> Iterator[str]:
    if isinstance(value, str) and value.lower().lstrip().startswith(("http:", "https:")):
        yield value.strip()
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _addresses(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _addresses(part)
