"""Reads outside JSON values into typed ones at the edge; every refusal says in Chinese which key is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

Row = Mapping[str, Any]


class BadRecord(ValueError):
    """An outside row that cannot become a record. The message is Chinese, names the key, and holds none of its text."""


def required_text(row: Row, key: str) -> str:
    """The non-empty string under `key`. Raises BadRecord."""
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadRecord(f"缺少“{key}”或不是文字：请填写非空的文字")
    return value


def optional_text(row: Row, key: str) -> str | None:
    """The string under `key`, or None where it is absent, null or blank. Raises BadRecord."""
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadRecord(f"“{key}”应为文字或空（null）")
    return value if value.strip() else None


def identifier(row: Row, key: str) -> str | None:
    """An id: text, or a whole number read as text; None where absent. Raises BadRecord."""
    value = row.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str):
        raise BadRecord(f"“{key}”应为文字或整数")
    return value.strip()


def moment(value: object, key: str) -> datetime:
    """An ISO 8601 time with an offset. Raises BadRecord for any other value."""
    if not isinstance(value, str):
        raise BadRecord(f"缺少“{key}”或不是时间：请写成 2026-03-05T10:00:00+08:00")
    try:
        read = datetime.fromisoformat(value.strip())
    except ValueError:
        raise BadRecord(f"“{key}”不是可读的时间：请写成 2026-03-05T10:00:00+08:00") from None
    if read.tzinfo is None:
        raise BadRecord(f"“{key}”没有时区：请在末尾写上时差，如 +08:00")
    return read


def text_list(row: Row, key: str) -> tuple[str, ...]:
    """A list of strings, empty where absent. Raises BadRecord."""
    value = row.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadRecord(f"“{key}”应为文字列表")
    return tuple(item.strip() for item in value if item.strip())
