"""Reads exports with the kind `file`, as a visit to a folder would."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from crawlers.exports import Note
from crawlers.reading import Item, Unreadable
from crawlers.sources import Source, source_from
from crawlers.spiders.file import read
from tests.crawlers.spiders.reading import NOW, PAGES


def folder(identifier: str = "here", path: str = "exports", channel: str = "other", **options: Any) -> Source:
    """A source of the kind; `options` is the rest of its `read`."""
    more = {key: options.pop(key) for key in ("interval_seconds", "max_pages", "enabled") if key in options}
    row = {"id": identifier, "name": f"文件夹 {identifier}", "channel": channel, "kind": "file", **more}
    return source_from({**row, "read": {"folder": path, **options}})


@dataclass
class Export:
    """What a file gave: posts by row, lost rows by row, and what was said of it."""

    posts: dict[int, Item] = field(default_factory=dict)
    lost: dict[int, str] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fault: str | None = None

    @property
    def items(self) -> list[Item]:
        return list(self.posts.values())

    @property
    def texts(self) -> list[str]:
        return [item.text for item in self.items]


def export(content: bytes | str, name: str = "a.csv", source: Source | None = None, **options: Any) -> Export:
    """What the kind makes of a file with that content."""
    given = Export()
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    try:
        for entry in read(stream, name, source or folder(**options), NOW):
            if isinstance(entry, Note):
                given.notes.append(entry.said)
            else:
                given.places.append(f"{entry.place}{entry.number}")
                kept: dict[int, Any] = given.posts if isinstance(entry.post, Item) else given.lost
                kept[len(given.places) if entry.number in kept else entry.number] = entry.post
    except Unreadable as fault:
        given.fault = str(fault)
    return given


def saved_export(name: str, **options: Any) -> Export:
    """What the kind makes of an export saved beside these tests."""
    return export((PAGES / name).read_bytes(), name, **options)
