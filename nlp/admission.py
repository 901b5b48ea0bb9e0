"""Lets a raw post in: cleaned, masked, without account names, with an id of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from nlp.cleaning import MAX_CHARACTERS, cleaned
from nlp.masking import masked
from nlp.permalinks import neutral_permalink
from records.posts import Post, RawPost
from records.reading import BadRecord

MAX_NAME = 200
"""Longest id and source name, in characters: what the store's columns hold."""

CUT_SHORT = "truncated"


def admit(raw: RawPost) -> Post:
    """The post as it may be stored. Raises BadRecord (Chinese, without its text) where nothing is left of it."""
    long = len(raw.text) > MAX_CHARACTERS
    text = without_personal_data(raw.text)
    title = without_personal_data(raw.title) if raw.title else None
    if not text:
        raise BadRecord("“text”去掉标记和不可见字符后是空的：没有可判读的文字")
    if not text.strip("\ufffd"):
        raise BadRecord("“text”不是可读的文字：请检查编码")
    url = neutral_permalink(raw.url)
    return Post(
        id=_name(raw.id, "id") if raw.id is not None else _fingerprint(url, raw, text),
        source=_name(raw.source, "source"),
        channel=raw.channel,
        url=url,
        title=title or None,
        text=text,
        published_at=raw.published_at,
        seen_at=raw.seen_at,
        reactions=raw.reactions,
        in_reply_to=raw.in_reply_to,
        flags=(*raw.flags, CUT_SHORT) if long and CUT_SHORT not in raw.flags else raw.flags,
    )


def without_personal_data(text: str, colleagues: Collection[str] = ()) -> str:
    """What others wrote as it may be stored: cleaned, masked, no account in its addresses. Empty where nothing is left.

    Where `colleagues` write, their own names stay.
    """
    return masked(cleaned(_cut(text)), neutral_permalink, colleagues)


def _cut(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return text
    # Never cut inside a number or a word: half of a telephone number would escape the mask.
    return (
        text[:MAX_CHARACTERS].rstrip("0123456789０１２３４５６７８９零一二三四五六七八九幺 -.@_")
        or text[:MAX_CHARACTERS]
    )


def _name(value: str, key: str) -> str:
    if len(value) > MAX_NAME:
        raise BadRecord(f"“{key}”过长：最多 {MAX_NAME} 个字符")
    if not value.isprintable():
        raise BadRecord(f"“{key}”含有不可见字符")
    return value


def _fingerprint(url: str | None, raw: RawPost, text: str) -> str:
    return hashlib.sha256(f"{url or ''}\n{raw.published_at.isoformat()}\n{text}".encode()).hexdigest()
