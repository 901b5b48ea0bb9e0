"""Finds posts by their words: a full-text index in an SQLite file of its own, which can always be rebuilt."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from records.posts import Post
from storage.search.files import opened, writing
from storage.search.words import expression, words_of

_SCHEMA = """
CREATE VIRTUAL TABLE IF NOT EXISTS word USING fts5(words, tokenize = "unicode61 remove_diacritics 0");
CREATE TABLE IF NOT EXISTS place (place INTEGER PRIMARY KEY, post_id TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The row number is the time with 20 bits to tell posts of one second apart: filtering and sorting by time need no join.
_BITS = 20
_PROBE = "SELECT count(*) FROM word WHERE word MATCH 'a'"
_CHUNK = 500


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
                connection.execute("INSERT INTO place VALUES (?, ?)", (place, post.id))
                connection.execute(
                    "INSERT INTO word (rowid, words) VALUES (?, ?)", (place, " ".join(words_of(_full(post))))
                )
            if watermark is not None:
                connection.execute("INSERT OR REPLACE INTO state VALUES ('watermark', ?)", (watermark,))

    def remove(self, post_ids: Sequence[str]) -> None:
        """Forget these posts; ids that are not here are passed over."""
        with writing(self._connection) as connection:
            self._remove(connection, post_ids)

    def clear(self) -> None:
        """Forget everything, the watermark too."""
        with writing(self._connection) as connection:
            for table in ("word", "place", "state"):
                connection.execute(f"DELETE FROM {table}")

    def count(self) -> int:
        """How many posts are here."""
        return int(self._connection.execute("SELECT count(*) FROM place").fetchone()[0])

    def some_ids(self, number: int) -> list[str]:
        """The next `number` ids in a walk through the index that begins again after the end: to check them one by one."""
        with writing(self._connection) as connection:
            rows = connection.execute(
                "SELECT place, post_id FROM place WHERE place > ? ORDER BY place LIMIT ?",
                (self._state("walked"), number),
            ).fetchall()
            at = rows[-1][0] if len(rows) == number else -(1 << 62)
            connection.execute("INSERT OR REPLACE INTO state VALUES ('walked', ?)", (at,))
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
        low = -(1 << 62) if since is None else _second(since) << _BITS
        high = 1 << 62 if until is None else (_second(until) + 1 << _BITS) - 1
        rows = self._connection.execute(
            "SELECT place.post_id FROM word JOIN place ON place.place = word.rowid "
            "WHERE word MATCH ? AND word.rowid BETWEEN ? AND ? ORDER BY word.rowid DESC LIMIT ?",
            (wanted, low, high, limit),
        )
        return [row[0] for row in rows]

    def _state(self, name: str) -> int:
        row = self._connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else (0 if name == "watermark" else -(1 << 62))

    @staticmethod
    def _remove(connection: sqlite3.Connection, post_ids: Sequence[str]) -> None:
        for start in range(0, len(post_ids), _CHUNK):
            part = post_ids[start : start + _CHUNK]
            marks = ",".join("?" * len(part))
            places = connection.execute(f"SELECT place FROM place WHERE post_id IN ({marks})", list(part)).fetchall()
            connection.executemany("DELETE FROM word WHERE rowid = ?", places)
            connection.executemany("DELETE FROM place WHERE place = ?", places)


def _second(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds() // 1)


def _free_place(connection: sqlite3.Connection, post: Post) -> int:
    first = _second(post.seen_at) << _BITS
    offset = zlib.crc32(post.id.encode("utf-8", "surrogatepass")) & ((1 << _BITS) - 1)
    while connection.execute("SELECT 1 FROM place WHERE place = ?", (first | offset,)).fetchone():
        offset = (offset + 1) & ((1 << _BITS) - 1)
    return first | offset


def _full(post: Post) -> str:
    return f"{post.title}\n{post.text}" if post.title else post.text
