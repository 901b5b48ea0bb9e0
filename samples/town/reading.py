"""The texts folder → the town's items, records and names, each checked once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

TEXTS = Path(__file__).parent / "texts"
SITES = ("official", "forum", "news", "comments")
KINDS = ("notice", "thread", "reply", "article", "comment", "word")

SENTIMENTS = ("negative", "neutral", "positive")
CATEGORIES = ("misreading", "public_interest", "moral_bottom_line", "claim_to_verify", "emergency")

_SPAN = re.compile(r"(-?)((?:\d+[dhms])+)")
_UNIT = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}


class BadTexts(ValueError):
    """A texts file that cannot be served. The message names the file and the item."""


@dataclass(frozen=True, slots=True)
class Label:
    """The truth about an item, for tests alone: `category` only where negative, `record` None where it is about none."""

    sentiment: str
    category: str | None
    record: str | None
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that somebody in the town says. `at` is in seconds after the start; `group` is the id of its thread,
    article or topic; `number` its place in there, 0 for the head itself; `channel` the kind of place."""

    id: str
    site: str
    kind: str
    channel: str
    group: str
    number: int
    at: float
    text: str
    label: Label
    title: str | None = None
    board: str | None = None
    likes: int = 0
    views: int = 0
    reposts: int = 0
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One published disclosure record before it is dated; `time` is the Beijing time of day, as HH:MM."""

    id: str
    title: str
    doc_number: str | None
    days_before: int
    time: str
    unit: str
    catalogue_item: str | None
    scope: str
    body: str
    watch_terms: tuple[str, ...]
    risk: str | None


@dataclass(frozen=True, slots=True)
class Texts:
    """All that the town says and is called. `topics` maps a topic's id to its title, in order."""

    county: str
    names: Mapping[str, str]
    boards: Mapping[str, str]
    page_size: Mapping[str, int]
    unfolds_over: timedelta
    grow: timedelta
    nicknames: tuple[str, ...]
    places: tuple[str, ...]
    topics: Mapping[str, str]
    records: tuple[Record, ...]
    items: tuple[Item, ...]
    by_id: Mapping[str, Item] = field(default_factory=dict)

    def of(self, kind: str) -> list[Item]:
        """Every item of that kind, in the order of the file."""
        return [item for item in self.items if item.kind == kind]

    def within(self, group: str) -> list[Item]:
        """What stands below one thread, article or topic, in the order of the file."""
        return [item for item in self.items if item.group == group and item.number > 0]


def read_texts(folder: Path = TEXTS) -> Texts:
    """Read a texts folder. Raises BadTexts for anything that the README of the shipped folder does not allow."""
    town = _mapping(folder / "town.yaml")
    comments = _mapping(folder / "comments.yaml")
    items = tuple(
        [
            *_plain(_rows(folder / "official.yaml", "notices")),
            *_headed(
                _rows(folder / "forum.yaml", "threads"), "forum", ("thread", "reply"), ("forum", "forum"), "replies"
            ),
            *_headed(
                _rows(folder / "news.yaml", "articles"), "news", ("article", "comment"), ("news", "comment"), "comments"
            ),
            *_words(comments["topics"]),
        ]
    )
    texts = Texts(
        county=town["county"],
        names=town["sites"],
        boards=town["boards"],
        page_size=town["page_size"],
        unfolds_over=timedelta(seconds=seconds(town["unfolds_over"], "town.yaml")),
        grow=timedelta(seconds=seconds(town["grow"], "town.yaml")),
        nicknames=tuple(town["nicknames"]),
        places=tuple(town["places"]),
        topics={topic["id"]: topic["title"] for topic in comments["topics"]},
        records=tuple(_record(row) for row in _list(folder / "disclosures.yaml")),
        items=items,
        by_id={item.id: item for item in items},
    )
    _check(texts)
    return texts


def seconds(value: object, where: str) -> float:
    """`45s`, `-3h`, `-1d4h` → seconds; a bare number is seconds. Raises BadTexts."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise BadTexts(f"{where}：“{value}”不是时间，请写成 45s、-3h 或 -1d4h")
    total = sum(int(number) * _UNIT[unit] for number, unit in re.findall(r"(\d+)([dhms])", found[2]))
    return -total if found[1] else total


def label(text: object, where: str) -> Label:
    """`negative emergency s01 copy of f03-2` → Label. Raises BadTexts."""
    words = text.split() if isinstance(text, str) else []
    duplicate_of = None
    if words[-3:-1] == ["copy", "of"]:
        duplicate_of = words[-1]
        words = words[:-3]
    sentiment, *rest = words or [""]
    category = rest.pop(0) if sentiment == "negative" and rest else None
    if sentiment not in SENTIMENTS or len(rest) != 1 or (sentiment == "negative" and category not in CATEGORIES):
        raise BadTexts(f"{where}：看不懂标注“{text}”")
    return Label(sentiment, category, None if rest[0] == "none" else rest[0], duplicate_of)


def _plain(rows: Sequence[Mapping[str, Any]]) -> Iterator[Item]:
    for row in rows:
        yield _item(row, row["id"], site="official", kind="notice", channel="other", group=row["id"], number=0)


def _headed(
    rows: Sequence[Mapping[str, Any]], site: str, kinds: tuple[str, str], channels: tuple[str, str], below: str
) -> Iterator[Item]:
    for row in rows:
        yield _item(row, row["id"], site=site, kind=kinds[0], channel=channels[0], group=row["id"], number=0)
        for number, child in enumerate(row.get(below, []), start=1):
            own = child.get("id", f"{row['id']}-{number}")
            yield _item(child, own, site=site, kind=kinds[1], channel=channels[1], group=row["id"], number=number)


def _words(topics: Sequence[Mapping[str, Any]]) -> Iterator[Item]:
    for topic in topics:
        for number, child in enumerate(topic["comments"], start=1):
            own = child.get("id", f"{topic['id']}-{number}")
            yield _item(child, own, site="comments", kind="word", channel="comment", group=topic["id"], number=number)


_ITEM_KEYS = frozenset(
    {"id", "at", "text", "is", "title", "board", "likes", "views", "reposts", "to", "replies", "comments"}
)


def _item(row: Mapping[str, Any], own: str, *, site: str, kind: str, channel: str, group: str, number: int) -> Item:
    if unknown := set(row) - _ITEM_KEYS:
        raise BadTexts(f"{own}：没有“{'、'.join(sorted(unknown))}”这一项")
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise BadTexts(f"{own}：没有正文")
    return Item(
        id=own,
        site=site,
        kind=kind,
        channel=channel,
        group=group,
        number=number,
        at=seconds(row.get("at"), own),
        text=text.strip(),
        label=label(row.get("is"), own),
        title=row.get("title"),
        board=row.get("board"),
        likes=row.get("likes", 0),
        views=row.get("views", 0),
        reposts=row.get("reposts", 0),
        reply_to=row.get("to"),
    )


def _record(row: Mapping[str, Any]) -> Record:
    return Record(**{**row, "watch_terms": tuple(row["watch_terms"]), "body": row["body"].replace(" ", "").strip()})


def _check(texts: Texts) -> None:
    """Ids are unique; what an item answers or copies exists and came before it; records and boards are known."""
    if len(texts.by_id) != len(texts.items):
        raise BadTexts("有两条用了同一个编号")
    records = {record.id for record in texts.records}
    for item in texts.items:
        for other in (item.reply_to, item.label.duplicate_of):
            if other is not None and (other not in texts.by_id or texts.by_id[other].at > item.at):
                raise BadTexts(f"{item.id}：“{other}”不存在，或比它还晚")
        if item.label.record is not None and item.label.record not in records:
            raise BadTexts(f"{item.id}：没有“{item.label.record}”这条公开事项")
        if item.kind == "thread" and item.board not in texts.boards:
            raise BadTexts(f"{item.id}：没有“{item.board}”这个版块")


def _load(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadTexts(f"{file.name} 读不出来：{error}") from error


def _mapping(file: Path) -> Mapping[str, Any]:
    read = _load(file)
    if not isinstance(read, dict):
        raise BadTexts(f"{file.name} 应为“键: 值”")
    return read


def _list(file: Path) -> list[Mapping[str, Any]]:
    read = _load(file)
    if not isinstance(read, list):
        raise BadTexts(f"{file.name} 应为列表")
    return read


def _rows(file: Path, key: str) -> list[Mapping[str, Any]]:
    rows = _mapping(file).get(key)
    if not isinstance(rows, list):
        raise BadTexts(f"{file.name} 缺少“{key}”列表")
    return rows
