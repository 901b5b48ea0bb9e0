"""Lays a catalogue out as its annex has it: heading rows, columns in order, and the cells that are joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from regulation.catalogue import LEVELS, NUMBER, Catalogue, Column, Item


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands from a row and column on, both from 0, over so many rows and columns."""

    text: str | int
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A laid-out catalogue; `head` are its heading cells, over `head_rows` rows, above the `body`."""

    title: str
    columns: tuple[str, ...]
    head: tuple[Cell, ...]
    head_rows: int
    body: tuple[Cell, ...]
    rows: int

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell."""
        return self.head + self.body


def laid_out(catalogue: Catalogue) -> Sheet:
    """The sheet of a catalogue."""
    columns = catalogue.form.columns
    head_rows = 2 if any(column.over for column in columns) else 1
    body = [
        cell for place, column in enumerate(columns) for cell in _joined(catalogue.items, column.key, place, head_rows)
    ]
    return Sheet(
        title=catalogue.form.title,
        columns=tuple(column.key for column in columns),
        head=tuple(_heading(columns, head_rows)),
        head_rows=head_rows,
        body=tuple(sorted(body, key=lambda cell: (cell.row, cell.column))),
        rows=head_rows + len(catalogue.items),
    )


def _heading(columns: Sequence[Column], head_rows: int) -> Iterator[Cell]:
    for place, column in enumerate(columns):
        if column.over is None:
            yield Cell(column.heading, 0, place, rows=head_rows)
            continue
        if place == 0 or columns[place - 1].over != column.over:
            width = sum(other.over == column.over for other in columns)
            yield Cell(column.over, 0, place, columns=width)
        yield Cell(column.heading, 1, place)


def _joined(items: Sequence[Item], key: str, column: int, first_row: int) -> Iterator[Cell]:
    """The cells of one column, each over the rows that share it."""
    begin = 0
    for place in range(1, len(items) + 1):
        if place == len(items) or not _shared(items[place - 1], items[place], key):
            text = begin + 1 if key == NUMBER else items[begin].cell(key)
            yield Cell(text, first_row + begin, column, rows=place - begin)
            begin = place


def _shared(above: Item, item: Item, key: str) -> bool:
    """Whether two rows that follow one another share the cell: a level where all levels down to it are the same, another
    cell where the annex joins it and it still says the same."""
    if key == NUMBER:
        return False
    if key in LEVELS:
        depth = LEVELS.index(key) + 1
        return above.levels[:depth] == item.levels[:depth]
    return key in item.joined and above.cell(key) == item.cell(key)
