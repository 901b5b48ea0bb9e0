"""Puts rows into the two forms that an archive package has of everything: text for people and JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from casework.disclosures.archive import Piece
from records.zone import CHINA
from regulation.archive_contents import PartName

Keys = Mapping[str, str]
"""What is named of a row, with its Chinese label."""

Row = Mapping[str, Any]


def name_of(name: str) -> str:
    """A name as one step of a path."""
    return "".join("_" if char in '\\/:*?"<>|' or not char.isprintable() else char for char in name).strip(". ") or "_"


def both(part: PartName, stem: str, title: str, keys: Keys, rows: Sequence[Row]) -> Iterator[Piece]:
    """The same rows as text and as JSON; nothing where there are no rows."""
    if rows:
        yield Piece(part, f"{stem}.txt", as_text(title, keys, rows).encode())
        yield Piece(part, f"{stem}.json", as_json([chosen(keys, row) for row in rows]))


def row_of(one: object, keys: Keys) -> dict[str, Any]:
    """What stands in `one` under these keys; None where it has no such field."""
    return {key: getattr(one, key, None) for key in keys}


def chosen(keys: Keys, row: Row) -> dict[str, Any]:
    """What is named of a row, in the order of the keys."""
    return {key: row[key] for key in keys}


def as_text(title: str, keys: Keys, rows: Sequence[Row]) -> str:
    blocks = [
        "\n".join(_line(label, row[key]) for key, label in keys.items() if row[key] not in (None, (), ""))
        for row in rows
    ]
    return f"{title}\n\n" + "\n\n".join(blocks) + "\n"


def _line(label: str, value: object) -> str:
    words = said(value)
    return f"{label}：\n{words}" if "\n" in words else f"{label}：{words}"


def said(value: object) -> str:
    """A value in Chinese."""
    if value is None:
        return "未分类"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, tuple):
        return "、".join(said(one) for one in value)
    return str(getattr(value, "label", value))


def as_json(value: object) -> bytes:
    """The rows for machines."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain).encode()


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a package")
