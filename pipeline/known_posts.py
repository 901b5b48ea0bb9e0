"""Remembers on disk which posts a file has held so far, so that memory does not grow with it."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from enum import Enum
from pathlib import Path

from records.posts import Post


class Met(Enum):
    """How a post stands to those before it: a new id, a known one with its own text, or one with another text."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"


def marks_of(post: Post) -> tuple[bytes, bytes]:
    """The hashes that stand for a post's id and for its text."""
    return _hash(post.id), _hash(f"{post.title or ''}\n{post.text}")


class KnownPosts:
    """The ids met so far, on disk and as hashes only: their texts' fingerprints and linked records.

    Used as a context; the file goes with it.
    """

    def __enter__(self) -> KnownPosts:
        self._folder = tempfile.TemporaryDirectory(prefix="huiying-assess-")
        self._connection = sqlite3.connect(Path(self._folder.name) / "known.db", isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-8000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("CREATE TABLE known (id BLOB PRIMARY KEY, text BLOB, record TEXT) WITHOUT ROWID")
        self._connection.execute("BEGIN")
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._folder.cleanup()

    def met(self, posts: Sequence[tuple[bytes, bytes]]) -> list[Met]:
        """How each post stands to those kept and to those before it in `posts`; see `marks_of`."""
        ids = [post_id for post_id, _ in posts]
        rows = self._connection.execute(f"SELECT id, text FROM known WHERE id IN ({','.join('?' * len(ids))})", ids)
        texts: dict[bytes, bytes] = dict(rows)
        found = []
        for post_id, text in posts:
            new = post_id not in texts
            stored = texts.setdefault(post_id, text)
            found.append(Met.NEW if new else Met.SAME if stored == text else Met.CHANGED)
        return found

    def keep(self, posts: Iterable[tuple[tuple[bytes, bytes], str | None]]) -> None:
        """Keep new posts, each with the record that it was linked to."""
        self._connection.executemany(
            "INSERT INTO known (id, text, record) VALUES (?, ?, ?)",
            ((post_id, text, record or "") for (post_id, text), record in posts),
        )

    def disclosures(self, post_ids: Iterable[str | None]) -> dict[str, str | None]:
        """The linked record of each of these posts that was kept earlier."""
        wanted = {_hash(post_id): post_id for post_id in post_ids if post_id is not None}
        rows = self._connection.execute(
            f"SELECT id, record FROM known WHERE id IN ({','.join('?' * len(wanted))})", list(wanted)
        )
        return {wanted[post_id]: record or None for post_id, record in rows}


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
