"""Reads meanings.yaml: what each figure on the pages means, in the same words on every page, beside tables and in the manual."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from records.shipped_files import content_of

_FILE = Path(__file__).with_name("meanings.yaml")
_KEYS = {"name", "labels", "pages", "means"}


class BadMeanings(ValueError):
    """A row of meanings.yaml that cannot be used."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one figure means; `labels` stand beside it on the pages with these addresses."""

    name: str
    labels: tuple[str, ...]
    pages: frozenset[str]
    means: str


@cache
def meanings() -> tuple[Meaning, ...]:
    """Every row, in the order of the file. Raises BadMeanings."""
    return tuple(_rows(content_of(_FILE)))


def _rows(rows: Iterable[dict[str, Any]]) -> Iterator[Meaning]:
    known: set[str] = set()
    for number, row in enumerate(rows, 1):
        if set(row) != _KEYS or not all(row.values()):
            raise BadMeanings(f"meanings.yaml 第 {number} 行：须有 {'、'.join(sorted(_KEYS))}，都不能空")
        if row["name"] in known:
            raise BadMeanings(f"meanings.yaml 第 {number} 行：“{row['name']}”写了两次")
        known.add(row["name"])
        yield Meaning(row["name"], tuple(map(str, row["labels"])), frozenset(row["pages"]), row["means"])


def meaning(name: str) -> str:
    """What the figure of that name means. Raises BadMeanings where there is no such row."""
    for one in meanings():
        if one.name == name:
            return one.means
    raise BadMeanings(f"meanings.yaml 里没有“{name}”")


def on_page(address: str) -> list[Meaning]:
    """The figures of a page, in the order of the file."""
    return [one for one in meanings() if address in one.pages]


def of_heads(heads: Sequence[str], address: str) -> list[Meaning]:
    """The figures that stand in columns with these heads on a page."""
    return [one for one in on_page(address) if set(one.labels) & set(heads)]


def manual() -> str:
    """The page of the manual: every figure by its name, with the words beside which it stands."""
    rows = [f"| {one.name} | {'、'.join(one.labels)} | {one.means} |" for one in meanings()]
    lines = [
        "# 各项数字的意思",
        "",
        "每页右上角“数字的意思”列出这一页上的数字，与下表相同。",
        "",
        "| 名称 | 页面上写作 | 意思 |",
        "|---|---|---|",
        *rows,
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(manual())
