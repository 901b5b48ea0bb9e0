"""What a catalogue of disclosure items (公开目录) is: finds the item that a record names, says in Chinese where the record
does not fit it, and which item cannot stand in a catalogue."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from records.words import Period, Scope, TimeKind
from regulation.catalogue_words import UnknownWords, platforms_in, scopes_in, timing_in

LEVELS = ("level1", "level2", "level3")
NUMBER = "number"
"""The column that counts the rows; it is no cell of an item."""

_ID = re.compile(r"(?P<letter>[A-Z])(?P<number>[1-9]\d{0,4})")
_NAMED = re.compile(r"(?:目录)?第?([A-Za-z]?)[-目]?(\d{1,5})[项号]?")
_STEPS = re.compile(r"\s*[/／>→]\s*")
_LONGEST = 2_000


class BadItem(ValueError):
    """An item that cannot stand in a catalogue. The message is Chinese and names the column."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an annex; `over` is a heading that stands above several."""

    key: str
    heading: str
    over: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """How an annex is printed; `scope` and `platforms` are the columns that tell to whom and where."""

    letter: str
    document: str
    title: str
    clause: str
    columns: tuple[Column, ...]
    scope: str
    platforms: str

    @property
    def cells(self) -> tuple[str, ...]:
        """What an item has in it, in the annex's order."""
        return tuple(column.key for column in self.columns if column.key != NUMBER)

    def heading(self, key: str) -> str:
        """What the column is called."""
        return next(column.heading for column in self.columns if column.key == key)


@dataclass(frozen=True, slots=True)
class Item:
    """One item, each cell as the annex has it; None for a column that its annex lacks.

    `joined` are the cells that the annex joins with the ones above; here they are filled in.
    """

    id: str
    level1: str
    level2: str
    content: str
    way: str
    time_limit: str
    unit: str
    level3: str | None = None
    scope: str | None = None
    platform: str | None = None
    note: str | None = None
    joined: frozenset[str] = frozenset()

    @property
    def levels(self) -> tuple[str, str, str | None]:
        """The three levels; None for one that the annex lacks."""
        return self.level1, self.level2, self.level3

    @property
    def path(self) -> tuple[str, ...]:
        """The levels that there are, and the content."""
        return (*(level for level in self.levels if level is not None), self.content)

    @property
    def units(self) -> tuple[str, ...]:
        """The responsible units one by one. Where some stand apart by commas, 、 belongs to their names (办公室相关科室、中心)."""
        between = r"[，,]" if re.search(r"[，,]", self.unit) else r"[、；;\s]+"
        return tuple(unit.strip() for unit in re.split(between, self.unit) if unit.strip())

    def cell(self, key: str) -> str:
        """What stands in a column."""
        value = getattr(self, key)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen for a record; None (or nothing) for what is not said."""

    scope: Scope
    platforms: tuple[str, ...] = ()
    time_kind: TimeKind | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Items in the form of an annex, in order."""

    form: Form
    items: tuple[Item, ...]

    def item(self, item_id: str) -> Item | None:
        """The item of that id."""
        return next((item for item in self.items if item.id == item_id), None)

    def matching(self, named: str) -> tuple[Item, ...]:
        """The items that a record's own words name: an id or its number, or levels in order with / between them."""
        wanted = unicodedata.normalize("NFKC", named).strip()
        number = _NAMED.fullmatch(wanted)
        if number is not None:
            letter = number[1].upper() or self.form.letter
            return tuple(item for item in self.items if item.id == f"{letter}{int(number[2])}")
        steps = [_bare(step) for step in _STEPS.split(wanted) if _bare(step)]
        return tuple(item for item in self.items if steps and _in_order(steps, [_bare(one) for one in item.path]))


def remarks(form: Form, item: Item, chosen: Chosen) -> tuple[str, ...]:
    """Where what is chosen does not fit the item, one Chinese sentence each (二（三）（四）; 附件2)."""
    said: list[str] = []
    told = item.cell(form.scope)
    if chosen.scope not in scopes_in(told):
        said.append(f"目录规定“{form.heading(form.scope)}”为“{told}”，这里是“{chosen.scope.label}”")
    where = platforms_in(item.cell(form.platforms))
    said += [
        f"目录规定“{form.heading(form.platforms)}”为“{item.cell(form.platforms)}”，没有“{platform}”"
        for platform in chosen.platforms
        if not where.fits(platform)
    ]
    timing = timing_in(item.time_limit)
    if chosen.time_kind is not None and timing.kind not in (None, chosen.time_kind):
        said.append(f"目录规定“{form.heading('time_limit')}”为“{item.time_limit}”，这里是“{chosen.time_kind.label}”")
    elif chosen.period is not None and timing.period not in (None, chosen.period):
        said.append(f"目录规定“{form.heading('time_limit')}”为“{item.time_limit}”，这里是“{chosen.period.label}”")
    return tuple(said)


def checked(form: Form, item: Item) -> Item:
    """The item, where it can stand in a catalogue of that form. Raises BadItem."""
    for key in form.cells:
        text = item.cell(key)
        if not text and key != "note":
            raise BadItem(f"“{form.heading(key)}”没有填写")
        if len(text) > _LONGEST:
            raise BadItem(f"“{form.heading(key)}”不能超过 {_LONGEST} 字")
    for key, reading in ((form.scope, scopes_in), ("time_limit", timing_in)):
        try:
            reading(item.cell(key))
        except UnknownWords as fault:
            raise BadItem(f"“{form.heading(key)}”是“{item.cell(key)[:40]}”：{fault}") from None
    return item


def is_id(value: object, letter: str) -> bool:
    """Whether it is the id of an item of that catalogue, such as H12."""
    found = _ID.fullmatch(value) if isinstance(value, str) else None
    return found is not None and found["letter"] == letter


def number_of(item_id: str) -> int:
    """The number in an id: 12 of H12."""
    found = _ID.fullmatch(item_id)
    if found is None:
        raise ValueError(f"{item_id!r} is no id of an item")
    return int(found["number"])


def row_of(item: Item) -> dict[str, Any]:
    """The item as plain values, to be kept; `item_of` reads it."""
    return {**asdict(item), "joined": sorted(item.joined)}


def item_of(row: Mapping[str, Any]) -> Item:
    """The item that `row_of` wrote."""
    return Item(**{**row, "joined": frozenset(row["joined"])})


def _bare(text: str) -> str:
    """The text without what people leave out or write otherwise when they copy it."""
    return re.sub(r"[\s、，,。；;（）()“”\"]+", "", unicodedata.normalize("NFKC", text))


def _in_order(steps: Sequence[str], path: Sequence[str]) -> bool:
    rest = iter(path)
    return all(step in rest for step in steps)
