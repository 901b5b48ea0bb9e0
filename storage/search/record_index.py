"""Finds disclosure records by their words, best first: a full-text index in an SQLite file of its own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from records.disclosures import Disclosure
from storage.search.files import opened, writing
from storage.search.words import expression, words_of

_SCHEMA = """
CREATE VIRTUAL TABLE IF NOT EXISTS word
  USING fts5(title, number, unit, body, tokenize = "unicode61 remove_diacritics 0");
CREATE TABLE IF NOT EXISTS record (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS level (level TEXT NOT NULL);
"""
_PROBE = "SELECT count(*) FROM word WHERE word MATCH 'a'"
_WEIGHTS = "8.0, 8.0, 3.0, 1.0"
"""How much a hit in title, number and unit counts beside one in the body."""


class RecordIndex:
    """The words of the current version of every record. One file is replaced when damaged: the records come again."""

    def __init__(self, path: Path) -> None:
        self._connection = opened(path, _SCHEMA, _PROBE)

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    @property
    def level(self) -> str:
        """What the store's records were like when the index last held all of them; "" before that."""
        row = self._connection.execute("SELECT level FROM level").fetchone()
        return str(row[0]) if row else ""

    def versions(self) -> dict[str, int]:
        """Which version of each record is here."""
        return dict(self._connection.execute("SELECT id, version FROM record").fetchall())

    def put(self, records: Iterable[Disclosure], gone: Iterable[str] = (), level: str = "") -> None:
        """Take in records in place of their older versions, and forget those that are `gone`."""
        with writing(self._connection) as connection:
            taken = [(record, _columns(record)) for record in records]
            for record_id in [*gone, *(record.id for record, _ in taken)]:
                connection.execute(
                    "DELETE FROM word WHERE rowid IN (SELECT place FROM record WHERE id = ?)", (record_id,)
                )
                connection.execute("DELETE FROM record WHERE id = ?", (record_id,))
            for record, columns in taken:
                place = connection.execute(
                    "INSERT INTO record (id, version) VALUES (?, ?)", (record.id, record.version)
                ).lastrowid
                connection.execute(
                    "INSERT INTO word (rowid, title, number, unit, body) VALUES (?, ?, ?, ?, ?)", (place, *columns)
                )
            connection.execute("DELETE FROM level")
            connection.execute("INSERT INTO level VALUES (?)", (level,))

    def find(self, query: str, limit: int = 20_000) -> list[str]:
        """Ids of the records that hold every word of the query, best first.

        Words in "quotes" must stand together. A query without any letter, digit or 汉字 finds nothing.
        """
        wanted = expression(query)
        if not wanted:
            return []
        rows = self._connection.execute(
            "SELECT record.id FROM word JOIN record ON record.place = word.rowid "
            f"WHERE word MATCH ? ORDER BY bm25(word, {_WEIGHTS}), record.id LIMIT ?",
            (wanted, limit),
        )
        return [row[0] for row in rows]


def _columns(record: Disclosure) -> list[str]:
    number = f"{record.id}\n{record.doc_number or ''}"
    return [" ".join(words_of(text)) for text in (record.title, number, record.unit, record.body)]
