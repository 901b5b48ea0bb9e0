"""Finds posts by their words: a full-text index in an SQLite file of its own, which can always be rebuilt."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from records.posts import Post
from storage.search.files import opened, writing
from storage.search.text_index import TIE_BITS, Span, full_text, second_of, tie_of
from storage.search.words import expression, terms_of

# Terms are whole already: this tokenizer cuts at blanks alone, as every character beyond ASCII belongs to a term for it.
# The tables of a file whose terms were cut otherwise go; its posts come again.
_SCHEMA = """
DROP TABLE IF EXISTS word;
DROP TABLE IF EXISTS place;
DROP TABLE IF EXISTS state;
CREATE VIRTUAL TABLE IF NOT EXISTS term USING fts5(terms, tokenize = "ascii");
CREATE TABLE IF NOT EXISTS held (place INTEGER PRIMARY KEY, post_id TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""
# The row number is the time with 20 bits to tell posts of one second apart: filtering and sorting by time need no join.
_PROBE = "SELECT count(*) FROM term WHERE term MATCH 'a'"
_CHUNK = 500
_BEIJING_SECONDS = 8 * 3600
_FIRST_DAY = date(1970, 1, 1)
# SQLite divides towards zero: days before 1970 are moved above it first.
_DAYS_UP = 1_000_000


class EmbeddedIndex:
    """The words of posts as stored (masked), by time of `seen_at`. One writer; readers see what was last committed.

    A file that is damaged or not an index is replaced by an empty one: its watermark is then 0, and the posts come again.
    """

    def __init__(self, path: Path) -> None:
        self._connection = opened(path, _SCHEMA, _PROBE)

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    @property
    def watermark(self) -> int:
        """Number of the newest post taken in, 0 before the first."""
        return self._state("watermark")

    def add(self, posts: Iterable[Post], watermark: int | None = None) -> None:
        """Take in posts, and the watermark with them; a known id is replaced. Taking in twice gives the same as once."""
        with writing(self._connection) as connection:
            for post in posts:
                self._remove(connection, [post.id])
                place = _free_place(connection, post)
                connection.execute("INSERT INTO held VALUES (?, ?)", (place, post.id))
                connection.execute(
                    "INSERT INTO term (rowid, terms) VALUES (?, ?)", (place, " ".join(terms_of(full_text(post))))
                )
            if watermark is not None:
                connection.execute("INSERT OR REPLACE INTO mark VALUES ('watermark', ?)", (watermark,))

    def remove(self, post_ids: Sequence[str]) -> None:
        """Forget these posts; ids that are not here are passed over."""
        with writing(self._connection) as connection:
            self._remove(connection, post_ids)

    def clear(self) -> None:
        """Forget everything, the watermark too."""
        with writing(self._connection) as connection:
            for table in ("term", "held", "mark"):
                connection.execute(f"DELETE FROM {table}")

    def count(self) -> int:
        """How many posts are here."""
        return int(self._connection.execute("SELECT count(*) FROM held").fetchone()[0])

    def some_ids(self, number: int) -> list[str]:
        """The next `number` ids in a walk through the index that begins again after the end: to check them one by one."""
        with writing(self._connection) as connection:
            rows = connection.execute(
                "SELECT place, post_id FROM held WHERE place > ? ORDER BY place LIMIT ?",
                (self._state("walked"), number),
            ).fetchall()
            at = rows[-1][0] if len(rows) == number else -(1 << 62)
            connection.execute("INSERT OR REPLACE INTO mark VALUES ('walked', ?)", (at,))
        return [post_id for _, post_id in rows]

    def find(
        self, query: str, since: datetime | None = None, until: datetime | None = None, limit: int = 50
    ) -> list[str]:
        """Ids of posts seen from `since` up to and including `until` that hold every word of the query, newest first.

        Words in "quotes" must stand together. A query without any letter, digit or 汉字 finds nothing.
        """
        wanted = expression(query)
        if not wanted or limit < 1:
            return []
        rows = self._connection.execute(
            "SELECT held.post_id FROM term JOIN held ON held.place = term.rowid "
            "WHERE term MATCH ? AND term.rowid BETWEEN ? AND ? ORDER BY term.rowid DESC LIMIT ?",
            (wanted, *_bounds(since, until), limit),
        )
        return [row[0] for row in rows]

    def days(self, query: str, since: datetime | None = None, until: datetime | None = None) -> dict[date, int]:
        """How many posts `find` would find on each day in Beijing, the first day first; days without any are left out."""
        wanted = expression(query)
        if not wanted:
            return {}
        rows = self._connection.execute(
            f"SELECT ((rowid >> {TIE_BITS}) + {_BEIJING_SECONDS} + {_DAYS_UP} * 86400) / 86400 - {_DAYS_UP} AS day, "
            "count(*) FROM term WHERE term MATCH ? AND rowid BETWEEN ? AND ? GROUP BY day ORDER BY day",
            (wanted, *_bounds(since, until)),
        )
        return {_FIRST_DAY + timedelta(days=day): number for day, number in rows}

    def waiting(self) -> Mapping[str, str]:
        """Nothing: this index takes in every post."""
        return {}

    def spans(self) -> Sequence[Span]:
        """Nothing: this index lets go of posts one by one."""
        return ()

    def drop(self, span: Span) -> None:
        """There is no part to drop."""
        raise LookupError(span.name)

    def adjust(self) -> None:
        """Nothing: no setting says how this index keeps what it has."""

    def _state(self, name: str) -> int:
        row = self._connection.execute("SELECT value FROM mark WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else (0 if name == "watermark" else -(1 << 62))

    @staticmethod
    def _remove(connection: sqlite3.Connection, post_ids: Sequence[str]) -> None:
        for start in range(0, len(post_ids), _CHUNK):
            part = post_ids[start : start + _CHUNK]
            marks = ",".join("?" * len(part))
            places = connection.execute(f"SELECT place FROM held WHERE post_id IN ({marks})", list(part)).fetchall()
            connection.executemany("DELETE FROM term WHERE rowid = ?", places)
            connection.executemany("DELETE FROM held WHERE place = ?", places)


def _bounds(since: datetime | None, until: datetime | None) -> tuple[int, int]:
    low = -(1 << 62) if since is None else second_of(since) << TIE_BITS
    high = 1 << 62 if until is None else (second_of(until) + 1 << TIE_BITS) - 1
    return low, high


def _free_place(connection: sqlite3.Connection, post: Post) -> int:
    first, offset = second_of(post.seen_at) << TIE_BITS, tie_of(post.id)
    while connection.execute("SELECT 1 FROM held WHERE place = ?", (first | offset,)).fetchone():
        offset = (offset + 1) & ((1 << TIE_BITS) - 1)
    return first | offset
