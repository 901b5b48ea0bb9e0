"""Reads look.yaml: page, types and widths of a catalogue that is printed for filing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from casework.paper import Type
from records.shipped_files import content_of

_FILE = Path(__file__).with_name("look.yaml")


@dataclass(frozen=True, slots=True)
class Look:
    """The page and its types; `widths` are the parts of the page's width that the columns get, `left` those not centred,
    `stacked` those in which words that stand apart each begin a line; `paging` says how high what is printed becomes."""

    page: Mapping[str, float]
    title: Type
    heading: Type
    body: Type
    page_number: Type
    widths: Mapping[str, float]
    left: frozenset[str]
    stacked: frozenset[str]
    paging: Mapping[str, float]

    def shares(self, columns: Sequence[str]) -> list[float]:
        """The width of each column in mm, together that of the page."""
        whole = self.page["width"] - self.page["left"] - self.page["right"]
        parts = [self.widths[key] for key in columns]
        return [whole * part / sum(parts) for part in parts]


@cache
def look() -> Look:
    """The look in force."""
    rows = content_of(_FILE)
    types = {name: Type(rows[name]["font"], rows[name]["size"]) for name in ("title", "heading", "body", "page_number")}
    return Look(
        page=rows["page"],
        widths=rows["widths"],
        left=frozenset(rows["left"]),
        stacked=frozenset(rows["stacked"]),
        paging=rows["paging"],
        **types,
    )
