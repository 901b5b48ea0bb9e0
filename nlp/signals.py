"""Reads faces drawn with signs, and the names that sites give their faces ("[怒]"), as emoji."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from records.shipped_files import content_of

WORDS = Path(__file__).parent / "words"
# One of these stands in every face that is drawn.
_DRAWN = re.compile("[_﹏^TtQzZ<╯╰皿益╬凸┻╥ಥπ〒≧◕∩´ˊ눈ಠ¬→←囧]")
_NAMED = re.compile(r"\[([A-Za-z0-9一-龥]{1,6})\]")


class _Signal(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    emoji: str
    names: str
    faces: tuple[str, ...]


def with_emoji(text: str) -> str:
    """The text with every known face as an emoji."""
    names, faces, emoji = _signals()
    if "[" in text:
        text = _NAMED.sub(lambda found: names.get(found[1].lower(), found[0]), text)
    if _DRAWN.search(text):
        text = faces.sub(lambda found: emoji[(found.lastindex or 1) - 1], text)
    return text


@lru_cache(maxsize=1)
def _signals() -> tuple[dict[str, str], re.Pattern[str], list[str]]:
    rows = TypeAdapter(list[_Signal]).validate_python(content_of(WORDS / "signals.yaml"))
    names = {name.lower(): row.emoji for row in rows for name in row.names.split()}
    drawn = [row for row in rows if row.faces]
    faces = re.compile("|".join(f"({'|'.join(f'(?:{face})' for face in row.faces)})" for row in drawn))
    return names, faces, [row.emoji for row in drawn]
