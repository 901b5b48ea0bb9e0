"""Reads the arguments of an act at the door; one that is missing, of the wrong kind or unknown is refused in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from pipeline.refusals import Refused
from records import reading
from records.reading import BadRecord
from records.reports import Part
from records.words import Word

W = TypeVar("W", bound=Word)

Arguments = Mapping[str, Any]


def name_in(args: Arguments, key: str) -> str | None:
    """An id (text, or a whole number read as text), or None. Raises Refused."""
    try:
        return reading.identifier(args, key)
    except BadRecord as fault:
        raise Refused(f"参数{fault}") from None


def text_in(args: Arguments, key: str) -> str | None:
    """A text that is not blank, or None. Raises Refused."""
    try:
        return reading.optional_text(args, key)
    except BadRecord as fault:
        raise Refused(f"参数{fault}") from None


def needed_text(args: Arguments, key: str, what: str) -> str:
    """A text that is not blank; `what` names it in the refusal. Raises Refused."""
    text = text_in(args, key)
    if text is None:
        raise Refused(f"请填写{what}（参数“{key}”）")
    return text


def word_in(args: Arguments, key: str, vocabulary: type[W]) -> W:
    """A word of that vocabulary. Raises Refused naming the words there are."""
    value = args.get(key)
    if isinstance(value, str) and value in set(vocabulary):
        return vocabulary(value)
    known = "、".join(f"{word.value}（{word.label}）" for word in vocabulary)
    raise Refused(f"参数“{key}”应为以下之一：{known}")


def moment_in(args: Arguments, key: str) -> datetime | None:
    """A time with its zone, or None. Raises Refused."""
    if args.get(key) is None:
        return None
    try:
        return reading.moment(args[key], key)
    except BadRecord as fault:
        raise Refused(f"参数{fault}") from None


def revision_in(args: Arguments) -> int | None:
    """The revision of the incident that the person saw, or None. Raises Refused."""
    value = args.get("revision")
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise Refused("参数“revision”应为整数")


def parts_in(args: Arguments) -> dict[Part, str] | None:
    """The texts of a report's parts, or None where none are given. Raises Refused."""
    value = args.get("parts")
    if value is None:
        return None
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise Refused("参数“parts”应为对象：每一部分一段文字")
    unknown = [key for key in value if key not in set(Part)]
    if unknown:
        raise Refused(f"报告只有这些部分：{'、'.join(Part)}")
    return {Part(key): text for key, text in value.items()}
