"""The fields that a template of reports may hold, as fields.yaml lists them, and where they stand in an opened template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn

from records.shipped_files import content_of

_FIELDS_FILE = Path(__file__).with_suffix(".yaml")

FIELD = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)


class Filling(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    PARAGRAPHS = "paragraphs"
    PATTERN = "pattern"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Field:
    """One row of fields.yaml."""

    name: str
    filling: Filling
    required: bool
    says: str

    @property
    def stands_alone(self) -> bool:
        """Whether it has a paragraph of the text to itself."""
        return self.filling is not Filling.LINE


@cache
def fields(kind: str) -> Sequence[Field]:
    """The fields of a kind of template: incident or office."""
    rows = content_of(_FIELDS_FILE)[kind]
    return tuple(Field(row["name"], Filling(row["kind"]), row["required"], row["says"]) for row in rows)


def stories(document: Any) -> Iterator[Any]:
    """The text of a paper, then its headers and footers, as XML."""
    yield document.element.body
    for relation in document.part.rels.values():
        if relation.reltype.rpartition("/")[2] in {"header", "footer"}:
            yield relation.target_part.element


def paragraphs(story: Any) -> list[Any]:
    """Every paragraph of a story as XML, those of tables and text boxes among them."""
    return list(story.iter(qn("w:p")))


def texts(paragraph: Any) -> list[Any]:
    """The pieces of text of a paragraph, without those of a text box that hangs on it."""
    return [one for one in paragraph.iter(qn("w:t")) if next(one.iterancestors(qn("w:p"))) is paragraph]


def words(paragraph: Any) -> str:
    """What a paragraph says."""
    return "".join(one.text or "" for one in texts(paragraph))


def put(paragraph: Any, start: int, end: int, value: str) -> None:
    """Put a value in place of the characters from `start` to `end`, in the type of the first of them."""
    at = 0
    for piece in texts(paragraph):
        text = piece.text or ""
        begin, finish = max(start - at, 0), min(end - at, len(text))
        if begin < len(text) and finish > 0 and begin < finish:
            first = start >= at
            piece.text = text[:begin] + (value if first else "") + text[finish:]
            piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        at += len(text)
