"""The templates that come with the desk, and which kinds there are."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from records.papers import PaperKind

INCIDENT, OFFICE = "incident", "office"
KINDS = (INCIDENT, OFFICE, *(one.value for one in PaperKind))
"""The kinds that an office may have a template of its own for; one for `office` serves every kind of paper without one."""

_FOLDER = Path(__file__).with_name("shipped")


def fields_kind(kind: str) -> str:
    """Whose fields a kind of template has: those of a report on an incident, or of any other paper."""
    return INCIDENT if kind == INCIDENT else OFFICE


@cache
def shipped(kind: str) -> bytes:
    """The shipped template of a kind."""
    return (_FOLDER / f"{fields_kind(kind)}.docx").read_bytes()
