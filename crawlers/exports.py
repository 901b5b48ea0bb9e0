"""Turns the rows of an exported table into posts; only the columns that are named or recognised are ever looked into."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice
from typing import Any

from crawlers.addresses import permalink, resolved
from crawlers.cells import first, is_blank, is_rounded, name_of, text_of, time_of
from crawlers.counts import count
from crawlers.dates import MISSING, Dated
from crawlers.encoding import BROKEN
from crawlers.headings import Asked, Columns, channel_of, columns_of
from crawlers.json_rows import at
from crawlers.outcomes import Outcome
from crawlers.reading import Item, Unreadable, post_id
from crawlers.tabular import Flaw, Row, Table
from records.posts import Reactions
from records.words import Channel

NO_TEXT = "缺少正文"
NO_TIME = "时间无法辨认"
TOO_FEW = "单元格比表头少，对不上列"
TOO_MANY = "单元格比表头多，对不上列（多半是正文里的分隔符没有加引号）"
MISALIGNED = "引号没有成对，对不上列"

_HEAD_ROWS = 30
_MOST_REMEMBERED = 500

Picked = Mapping[str, Sequence[Any]]
"""The cells of one row that are looked into, by field."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What is known of the exports of a source before one is opened. `channels` are its own words for channels.

    With `guess_channel` other words are recognised too.
    """

    source: str
    asked: Asked
    channels: Mapping[str, Channel] = field(default_factory=dict)
    guess_channel: bool = True
    header_row: int | None = None

    def fit(self, cells: Sequence[Any]) -> int:
        """How well a row serves as the heading."""
        return columns_of(cells, self.asked).fit


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a file: where it stands, and the post that it holds, or in Chinese why it holds none."""

    place: str
    number: int
    unit: str
    post: Item | str


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know of a file, in Chinese, without anything that stands in its rows."""

    said: str


def entries(tables: Iterator[Table], layout: Layout, now: datetime) -> Generator[Entry | Note]:
    """The rows of all tables of a file, in order. Raises Unreadable where none has a heading that is known."""
    headless, read = [], 0
    for table in tables:
        reader = _Reader(table, layout, now)
        if table.objects:
            read += 1
            yield from reader.objects()
        elif (heading := _heading(table, layout)) is None:
            headless.append(table.place.strip())
        else:
            read += 1
            yield from reader.rows(heading)
    if headless and not read:
        raise Unreadable(Outcome.NOT_EXPECTED, _no_heading(layout))
    if headless:
        yield Note(f"{'、'.join(headless)}没有认得的表头，没有读")


@dataclass(frozen=True, slots=True)
class _Heading:
    """The row of a table that names its columns, and what stands below it."""

    cells: Sequence[Any]
    columns: Columns
    below: Iterator[Row | Flaw]


def _heading(table: Table, layout: Layout) -> _Heading | None:
    head = list(islice(table.rows, layout.header_row or _HEAD_ROWS))
    best: tuple[int, int] = (0, 0)
    for place, row in enumerate(head):
        if isinstance(row, Flaw) or layout.header_row not in (None, row.number):
            continue
        fit = columns_of(row.cells, layout.asked).fit  # type: ignore[arg-type]
        best = max(best, (fit, -place))
    if not best[0]:
        return None
    named = head[-best[1]]
    assert isinstance(named, Row)
    assert isinstance(named.cells, Sequence)
    columns = columns_of(named.cells, layout.asked)
    if columns.missing:
        raise Unreadable(Outcome.NOT_EXPECTED, f"{table.place}没有“{'”“'.join(columns.missing)}”这一列")
    return _Heading(named.cells, columns, chain(head[1 - best[1] :], table.rows))


def _no_heading(layout: Layout) -> str:
    named = layout.asked.get("text")
    where = f"第 {layout.header_row} 行" if layout.header_row else f"前 {_HEAD_ROWS} 行"
    if named:
        return f"{where}里没有“{'”“'.join(named)}”这一列：请检查 columns，或用 header_row 写明表头在第几行"
    return f"{where}里没有认得的表头：请在 columns 的 text 写明正文是哪一列"


class _Reader:
    """Reads the rows of one table."""

    def __init__(self, table: Table, layout: Layout, now: datetime) -> None:
        self._table, self._layout, self._now = table, layout, now
        self._channels: dict[str, Channel | None] = {}

    def objects(self) -> Iterator[Entry]:
        """The posts of objects, whose keys are their headings."""
        known: dict[tuple[str, ...], Mapping[str, Sequence[str]]] = {}
        for row in self._table.rows:
            if isinstance(row, Flaw):
                yield self._entry(row.number, row.reason)
                continue
            keys = tuple(row.cells)
            if keys not in known:
                if len(known) >= _MOST_REMEMBERED:
                    known.clear()
                known[keys] = _paths(keys, self._layout.asked)
            picked = {name: [at(row.cells, path) for path in paths] for name, paths in known[keys].items()}
            yield self._entry(row.number, self._post(picked))

    def rows(self, heading: _Heading) -> Iterator[Entry | Note]:
        """The posts of the rows below a heading."""
        columns = heading.columns
        for name in columns.doubled:
            yield Note(f"{self._table.place}有几列都叫“{name}”，只读第一列")
        first_row, rounded = True, False
        for row in heading.below:
            if isinstance(row, Flaw):
                yield self._entry(row.number, row.reason)
                continue
            cells = row.cells
            assert isinstance(cells, Sequence)
            if all(map(is_blank, cells)) or _repeats(heading, cells):
                continue
            if first_row and _counts_rows(columns, cells):
                columns = replace(columns, places={**columns.places, "id": ()})
                yield Note(
                    f"{self._table.place}编号列从 1 数起，当作行号，没有用作编号（确是编号，请在 columns 的 id 写明）"
                )
            first_row = False
            picked = {name: [cells[at] for at in places if at < len(cells)] for name, places in columns.places.items()}
            if not rounded and is_rounded(first(picked.get("id", ()))):
                rounded = True
                yield Note(f"{self._table.place}编号列有被 Excel 改成科学计数的数字，这些行改按内容认定是否同一条")
            yield self._entry(row.number, self._misalignment(heading, row, picked) or self._post(picked))

    def _entry(self, number: int, post: Item | str) -> Entry:
        return Entry(self._table.place, number, self._table.unit, post)

    def _misalignment(self, heading: _Heading, row: Row, picked: Picked) -> str | None:
        """Why the cells of a row cannot be told to stand under their headings: another's name might be read as a text."""
        if not self._table.delimited:
            return None
        assert isinstance(row.cells, Sequence)
        width, own = len(heading.cells), len(row.cells)
        if row.whole and own != width:
            return MISALIGNED
        if own > width and not all(is_blank(row.cells[place]) for place in range(width, own)):
            return TOO_MANY
        # Excel leaves out empty cells at the end of rows; so does a text broken off by a line break without quotation
        # marks. A readable time where one should stand tells the two apart.
        if own < width and (
            first(picked.get("published", ())) is None or time_of(picked["published"], self._now) is None
        ):
            return TOO_FEW
        return None

    def _post(self, picked: Picked) -> Item | str:
        text = "\n".join(part for cell in picked.get("text", ()) if (part := text_of(cell)))
        if not text:
            return NO_TEXT
        when = self._when(picked)
        if when is None:
            return NO_TIME
        title = text_of(first(picked.get("title", ()))) or None
        address = resolved("", text_of(first(picked.get("url", ()))))
        url = permalink(address) if address else None
        name = name_of(first(picked.get("id", ())))
        answered = name_of(first(picked.get("in_reply_to", ())))
        return Item(
            key=name or _content_key(url, when, text),
            url=url,
            title=title,
            text=text,
            published_at=when.at,
            reactions=Reactions(
                **{name: count(first(picked.get(name, ()))) for name in ("comments", "reposts", "likes", "views")}
            ),
            reply_to=post_id(self._layout.source, answered) if answered and answered != "0" else None,
            channel=self._channel(first(picked.get("channel", ()))),
            flags=_flags(when, title, text),
        )

    def _when(self, picked: Picked) -> Dated | None:
        for name in ("published", "seen"):
            if first(picked.get(name, ())) is not None:
                return time_of(picked[name], self._now)
        return Dated(self._now, MISSING)

    def _channel(self, cell: Any) -> Channel | None:
        word = text_of(cell)[:100]
        if word not in self._channels:
            if len(self._channels) >= _MOST_REMEMBERED:
                self._channels.clear()
            self._channels[word] = channel_of(word, self._layout.channels, self._layout.guess_channel)
        return self._channels[word]


def _paths(keys: Sequence[str], asked: Asked) -> Mapping[str, Sequence[str]]:
    """Where the fields stand in an object with these keys."""
    columns = columns_of(keys, asked)
    found: dict[str, Sequence[str]] = {}
    for name, named in asked.items():
        if named is not None:
            found[name] = named
        elif name in columns.places:
            found[name] = (keys[columns.places[name][0]],)
        elif name in Reactions.__slots__:
            found[name] = (f"reactions.{name}",)
    return found


def _repeats(heading: _Heading, cells: Sequence[Any]) -> bool:
    """Whether the row is the heading once more, as it stands on every page of some exports."""
    places = [place for found in heading.columns.places.values() for place in found]
    return all(place < len(cells) and cells[place] == heading.cells[place] for place in places)


def _counts_rows(columns: Columns, cells: Sequence[Any]) -> bool:
    """Whether the column taken for the id numbers the rows of this one export: the next export would begin at 1 again."""
    places = columns.places.get("id", ())
    return "id" in columns.guessed and any(place < len(cells) and text_of(cells[place]) == "1" for place in places)


def _content_key(url: str | None, when: Dated, text: str) -> str:
    at = "" if when.flag else when.at.isoformat()
    return "#" + hashlib.sha256(f"{url or ''}\n{at}\n{text}".encode("utf-8", "replace")).hexdigest()


def _flags(when: Dated, title: str | None, text: str) -> tuple[str, ...]:
    broken = BROKEN if "\ufffd" in text or "\ufffd" in (title or "") else None
    return tuple(flag for flag in (when.flag, broken) if flag)
