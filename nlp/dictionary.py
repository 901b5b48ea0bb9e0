"""The words of a district: its places, units and projects and what people call them, and the names of other districts.

An office may keep them in a file. What the watched records themselves give is found by nlp.watch_terms and nlp.places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from records.disclosures import Disclosure

MOST_NAMES = 20_000
_LINE = re.compile(r"(?P<kind>[^:：]+)[:：](?P<names>.*)")
_NAME = re.compile(r"[一-龥A-Za-z0-9]{2,20}")
_BETWEEN = re.compile(r"[、，,\t]")
_LONGEST_WORD = 8
"""Characters of a name that is cut whole; longer ones are met by their parts."""


class Kind(StrEnum):
    """What a line of the file names."""

    PLACE = "地名"
    UNIT = "单位"
    PROJECT = "项目"
    ELSEWHERE = "外地"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing, with all its names."""

    kind: Kind
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The entries of a district. Without any, all comes from the records alone."""

    entries: tuple[Entry, ...] = ()

    def names(self, *kinds: Kind) -> frozenset[str]:
        """All names of these kinds."""
        return frozenset(name for entry in self.entries if entry.kind in kinds for name in entry.names)

    def words(self) -> frozenset[str]:
        """The names that are to be cut whole."""
        return frozenset(name for name in self.names(*Kind) if len(name) <= _LONGEST_WORD)

    def also_called(self, record: Disclosure) -> Iterator[str]:
        """The names of each project that the record speaks of by any of them."""
        text = f"{record.title}\n{record.body}"
        for entry in self.entries:
            if entry.kind is Kind.PROJECT and any(name in text for name in entry.names):
                yield from entry.names


NOTHING = Dictionary()


def read_dictionary(path: Path | None) -> tuple[Dictionary, list[str]]:
    """The dictionary of a file, if there is one, and in Chinese why lines of it, or all of it, are not used."""
    if path is None:
        return NOTHING, []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError:
        return NOTHING, [f"地方词典 {path.name} 不能读取：没有这个文件，或没有权限"]
    except UnicodeDecodeError:
        return NOTHING, [f"地方词典 {path.name} 不是 UTF-8 文本：请另存为 UTF-8"]
    entries: list[Entry] = []
    faults: list[str] = []
    kinds: dict[str, Kind] = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                entries.append(_entry(line, kinds))
            except ValueError as problem:
                faults.append(f"地方词典 {path.name} 第 {number} 行未用：{problem}")
    return Dictionary(tuple(entries)), faults


def _entry(line: str, kinds: dict[str, Kind]) -> Entry:
    """What a line says. Raises ValueError with the reason; `kinds` are the names met so far."""
    found = _LINE.fullmatch(line.strip())
    if found is None:
        raise ValueError("应写作“种类：名称、别名”")
    kind = next((kind for kind in Kind if kind == found["kind"].strip()), None)
    if kind is None:
        raise ValueError(f"种类只能是{'、'.join(Kind)}")
    names = tuple(dict.fromkeys(name.strip() for name in _BETWEEN.split(found["names"]) if name.strip()))
    if not names:
        raise ValueError("没有名称")
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError("名称只能是 2 到 20 个汉字、字母或数字")
        if kinds.get(name, kind) is not kind:
            raise ValueError(f"“{name}”已列为{kinds[name]}")
    if len(kinds) + len(names) > MOST_NAMES:
        raise ValueError(f"名称多于 {MOST_NAMES} 个")
    kinds.update((name, kind) for name in names)
    return Entry(kind, names)
