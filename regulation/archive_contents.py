"""What an archive package holds, and by which article: reads archive_contents.yaml; an unknown word is an error."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from records.shipped_files import content_of
from regulation.clauses import UnknownClause, citation
from regulation.rule_rows import BadRules, fault_in

_FILE = Path(__file__).with_name("archive_contents.yaml")

PartName = Literal[
    "forms",
    "risk",
    "signatures",
    "flags",
    "versions",
    "interpretation",
    "publications",
    "releases",
    "incidents",
    "verifications",
    "measures",
    "answers",
    "responses",
    "reports",
    "evaluation",
    "upward",
    "suggestions",
    "reactions",
    "catalogue",
]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ContentPart(_Row):
    """One part, and what is said where a record has nothing of it."""

    part: PartName
    label: str
    absent: str


class Section(_Row):
    """What one article asks for; `elsewhere` is what the desk does not keep of it."""

    clause: str
    label: str
    elsewhere: str | None = None
    parts: tuple[ContentPart, ...]


def archive_contents() -> tuple[Section, ...]:
    """Every section, in the file's order."""
    return _read()


def sections_from(rows: Any, file: str) -> tuple[Section, ...]:
    """Read and check the rows. Raises BadRules naming the file and the fault."""
    try:
        sections = TypeAdapter(tuple[Section, ...]).validate_python(rows)
    except ValidationError as error:
        raise BadRules(f"{file}：{fault_in(error, {}, '不对')}") from None
    named = [part.part for section in sections for part in section.parts]
    if sorted(named) != sorted(get_args(PartName)):
        raise BadRules(f"{file}：每一部分应正好写一次")
    for section in sections:
        try:
            citation(section.clause)
        except UnknownClause:
            raise BadRules(f"{file}：没有条款“{section.clause}”") from None
    return sections


@cache
def _read() -> tuple[Section, ...]:
    return sections_from(content_of(_FILE), _FILE.name)
