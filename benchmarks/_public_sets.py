"""Reads the shared public sets, which stay outside the project."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nlp.cleaning import analysed, cleaned


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the models read it, with the label that a reader gave it."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A message to government beside the official reply; equal replies have the same id."""

    message: str
    reply: str
    reply_id: str


def posts(folder: Path, name: str) -> list[Text]:
    """Weibo posts. Their labels speak of the whole post, so the quoted words of a repost count here."""
    return [Text(analysed(None, cleaned(row["text"].replace("//@", " @"))), row["label"]) for row in rows(folder, name)]


def letters(folder: Path, name: str) -> list[Text]:
    """Messages to government; those cut into words already are put together again."""
    return [Text(_letter(row), row["label"]) for row in rows(folder, name)]


def replies(folder: Path, name: str) -> list[Answered]:
    """Messages to government with what was answered."""
    return [Answered(_letter(row), cleaned(row["reply"]), row["reply_id"]) for row in rows(folder, name)]


def _letter(row: dict[str, str]) -> str:
    if "title" in row:
        return analysed(cleaned(row["title"]), cleaned(row["text"]))
    return analysed(None, cleaned(row["text"].replace("_x000D_", "").replace(" ", "")))


def rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of `<name>.csv.gz`, or of `<name>.csv`; every field is text."""
    packed = folder / f"{name}.csv.gz"
    if packed.exists():
        with gzip.open(packed, "rt", encoding="utf-8-sig", newline="") as lines:
            yield from csv.DictReader(lines)
    else:
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
            yield from csv.DictReader(lines)
