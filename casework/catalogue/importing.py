"""Reads a catalogue of disclosure items from a spreadsheet, row by row: a bad row is reported and the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from records.shipped_files import content_of
from records.spreadsheets import BadRow, Table, Unreadable, cells_of, columns_of, is_empty, plain_text
from regulation.catalogue import LEVELS, BadItem, Form, Item, checked

_FILE = Path(__file__).with_name("columns.yaml")
_MOST_HEAD = 10
_ADVICE = "请用导出的目录作模板"


@dataclass(frozen=True, slots=True)
class GoodItem:
    """A row that can be taken in: its cells by column, its id where it has one, and the cells that go with the ones above."""

    number: int
    id: str | None
    cells: Mapping[str, str]
    joined: frozenset[str]


ReadItem = GoodItem | BadRow


def read_items(rows: Table, form: Form) -> Iterator[ReadItem]:
    """The items of a table in the form of an annex. Raises Unreadable, at once or while reading."""
    numbered = iter(enumerate(rows, 1))
    places = columns_of(_head(numbered), _known(form), [key for key in form.cells if key != "note"], _ADVICE)
    above: Mapping[str, str] = {}
    for number, values in cells_of(numbered, places):
        written = {key: "" if is_empty(value) else " ".join(plain_text(value).split()) for key, value in values.items()}
        cells, joined = _filled(written, above, form)
        above = cells
        yield _checked(number, written.get("id") or None, cells, joined, form)


def _head(numbered: Iterator[tuple[int, Sequence[object]]]) -> list[object]:
    """The headings, from one row or two. Raises Unreadable."""
    content = {heading for heading, key in _shipped()["columns"].items() if key == "content"}
    before: Sequence[object] = ()
    for _, row in islice(numbered, _MOST_HEAD):
        texts = [None if is_empty(cell) else plain_text(cell) for cell in row]
        if content & set(texts):
            over = [*before, *[None] * len(texts)]
            return [text if text is not None else over[place] for place, text in enumerate(texts)]
        before = texts
    raise Unreadable(f"前 {_MOST_HEAD} 行里找不到表头“公开内容”。{_ADVICE}")


def _known(form: Form) -> dict[str, str]:
    wanted = {"id", *form.cells}
    return {heading: key for heading, key in _shipped()["columns"].items() if key in wanted}


def _filled(written: Mapping[str, str], above: Mapping[str, str], form: Form) -> tuple[dict[str, str], frozenset[str]]:
    """The cells with what goes with the row above: levels down to the first that is written, and joined cells."""
    levels = [key for key in form.cells if key in LEVELS]
    first = next((place for place, key in enumerate(levels) if written[key]), len(levels))
    joined = frozenset(key for key in _shipped()["joinable"] if key in form.cells and not written[key] and above)
    shared = {*levels[:first], *joined}
    return {key: above.get(key, "") if key in shared else written.get(key, "") for key in form.cells}, joined


def _checked(
    number: int, item_id: str | None, cells: Mapping[str, str], joined: frozenset[str], form: Form
) -> ReadItem:
    try:
        checked(form, Item(id=f"{form.letter}1", joined=joined, **cells))
    except BadItem as fault:
        heading = next((column.heading for column in form.columns if f"“{column.heading}”" in str(fault)), None)
        return BadRow(number, heading, str(fault))
    return GoodItem(number, item_id, cells, joined)


@cache
def _shipped() -> dict[str, Any]:
    content: dict[str, Any] = content_of(_FILE)
    return content
