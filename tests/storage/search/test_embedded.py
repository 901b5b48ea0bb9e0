"""What the index in a file has of its own: a file that is no index any more, or not yet, is filled anew."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from storage.search.embedded import EmbeddedIndex
from tests.nlp.making import post

POSTS = [post("老旧小区改造", "a", 0), post("改造工程挖断水管", "b", 10), post("改造完再说", "c", 20)]


@pytest.mark.parametrize("damage", [b"not a database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_replaced_by_an_empty_index(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "search.db"
    path.write_bytes(damage)
    index = EmbeddedIndex(path)
    assert index.watermark == 0
    index.add(POSTS, 4)
    assert index.find("改造") == ["c", "b", "a"]
    index.close()


def test_a_file_whose_words_were_cut_otherwise_is_filled_anew(tmp_path: Path) -> None:
    path = tmp_path / "search.db"
    with sqlite3.connect(path) as older:
        older.executescript(
            """CREATE VIRTUAL TABLE word USING fts5(words, tokenize = "unicode61 remove_diacritics 0");
            CREATE TABLE place (place INTEGER PRIMARY KEY, post_id TEXT NOT NULL UNIQUE);
            CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
            INSERT INTO word (rowid, words) VALUES (7, '改造'); INSERT INTO place VALUES (7, 'old');
            INSERT INTO state VALUES ('watermark', 900);"""
        )
    index = EmbeddedIndex(path)
    assert (index.watermark, index.count(), index.find("改造")) == (0, 0, [])
    index.close()
    tables = sqlite3.connect(path).execute("SELECT name FROM sqlite_master").fetchall()
    assert not {"word", "word_content", "place", "state"}.intersection(name for (name,) in tables)
