"""Assesses a file of posts line by line, whatever its size: rows out in the order of the input, bad lines aside."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

from nlp.admission import admit
from records.assessments import Assessment
from records.disclosures import Disclosure, disclosure_from
from records.posts import Post, raw_post_from
from records.reading import BadRecord

BATCH = 256
BATCH_CHARACTERS = 400_000
LINE_BYTES = 64 * 1024 * 1024
PROGRESS_LINES = 20_000


class UnreadableFile(Exception):
    """A file that cannot be read as lines of text at all. The message is one Chinese line."""


class Reader(Protocol):
    """What reads posts; see nlp.judge.Judge."""

    def assess(self, posts: list[Post], disclosures_of: Mapping[str, str | None]) -> list[Assessment]:
        """Read the posts in order."""
        ...


@dataclass
class Counts:
    """What became of the lines of a file."""

    lines: int = 0
    assessed: int = 0
    updates: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number from 1, and its JSON object or the Chinese reason why it is none."""

    number: int
    row: dict[str, Any] | None
    reason: str = ""


def read_disclosures(path: Path) -> tuple[list[Disclosure], list[str]]:
    """The records of a disclosures file, the last one where an id comes twice, and a Chinese line for each bad line.

    Raises UnreadableFile.
    """
    found: dict[str, Disclosure] = {}
    faults: list[str] = []
    for line in lines_of(path):
        try:
            if line.row is None:
                raise BadRecord(line.reason)
            record = disclosure_from(line.row)
            found[record.id] = record
        except BadRecord as problem:
            faults.append(f"{path.name} 第 {line.number} 行未用：{problem}")
    return list(found.values()), faults


def assess_file(posts: Path, out: Path, judge: Reader, progress: Callable[[int], None] = lambda lines: None) -> Counts:
    """Write one row for each accepted new post to `out` and one for each bad line to `<out>.rejected.jsonl`.

    The outputs appear whole at the end, or not at all. `progress` hears the number of lines read now and then.
    Raises UnreadableFile, OSError.
    """
    counts = Counts()
    with (
        Known() as known,
        _written(out) as rows,
        _written(rejections(out)) as bad,
    ):
        for batch in _batches(lines_of(posts), known, bad, counts, progress):
            linked = known.disclosures(post.in_reply_to for post in batch)
            assessed = judge.assess(batch, linked)
            known.link(assessed)
            for post, assessment in zip(batch, assessed, strict=True):
                rows.write(_json(assessment_row(post, assessment)))
            counts.assessed += len(batch)
    progress(counts.lines)
    return counts


def rejections(out: Path) -> Path:
    """Where the bad lines of an assessment go."""
    return out.with_name(out.name + ".rejected.jsonl")


def assessment_row(post: Post, assessment: Assessment) -> dict[str, Any]:
    """One row of assessments.jsonl."""
    return {
        "id": post.id,
        "text": post.text,
        "sentiment": assessment.sentiment.value,
        "negative": assessment.negative,
        "disclosure": assessment.disclosure,
        "link": assessment.link,
        "category": None if assessment.category is None else assessment.category.value,
        "category_scores": {category.value: score for category, score in assessment.category_scores.items()},
        "duplicate_of": assessment.duplicate_of,
        "why": [[term, weight] for term, weight in assessment.why],
    }


def lines_of(path: Path) -> Iterator[Line]:
    """Every line that is not blank. A BOM is passed over. Raises UnreadableFile where the file is no text at all."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
            if b"\x00" in head and not head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{"):
                raise UnreadableFile(f"{path.name} 不是文本文件：请给出 UTF-8 的 JSON Lines 文件（每行一个对象）")
            file.seek(0)
            yield from _lines(file)
    except OSError as problem:
        raise UnreadableFile(f"读不了 {path.name}：{_why(problem)}") from None


def _lines(file: IO[bytes]) -> Iterator[Line]:
    number = 0
    while raw := file.readline(LINE_BYTES + 1):
        number += 1
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if len(raw) > LINE_BYTES and not raw.endswith(b"\n"):
            while (rest := file.readline(LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield Line(number, None, f"这一行超过 {LINE_BYTES // 1024 // 1024} MB")
        elif raw.strip():
            yield _line(number, raw)


def _line(number: int, raw: bytes) -> Line:
    try:
        row = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return Line(number, None, "不是 UTF-8 文字")
    except (ValueError, RecursionError):
        return Line(number, None, "不是完整的 JSON")
    if not isinstance(row, dict):
        return Line(number, None, "应为一个 JSON 对象")
    return Line(number, row)


def _batches(
    lines: Iterable[Line], known: Known, bad: IO[str], counts: Counts, progress: Callable[[int], None]
) -> Iterator[list[Post]]:
    """New posts, a bounded number of posts and characters at a time."""
    batch: list[Post] = []
    characters = 0
    for line in lines:
        counts.lines += 1
        if counts.lines % PROGRESS_LINES == 0:
            progress(counts.lines)
        try:
            post = _accepted(line, known)
        except BadRecord as problem:
            counts.rejected += 1
            bad.write(_json({"line": line.number, "reason": str(problem)}))
            continue
        if post is None:
            counts.updates += 1
            continue
        batch.append(post)
        characters += len(post.text)
        if len(batch) >= BATCH or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _accepted(line: Line, known: Known) -> Post | None:
    """The post of a new id; None for an update of a known one. Raises BadRecord."""
    if line.row is None:
        raise BadRecord(line.reason)
    post = admit(raw_post_from(line.row))
    if known.add(post):
        return post
    return None


@dataclass
class Known:
    """The ids met so far, on disk and as hashes only: their texts' fingerprints and linked records.

    Used as a context; the file goes with it.
    """

    _folder: tempfile.TemporaryDirectory[str] | None = None
    _connection: sqlite3.Connection | None = None
    _texts: dict[bytes, bytes] = field(default_factory=dict)

    def __enter__(self) -> Known:
        self._folder = tempfile.TemporaryDirectory(prefix="huiying-assess-")
        self._connection = sqlite3.connect(Path(self._folder.name) / "known.db", isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("CREATE TABLE known (id BLOB PRIMARY KEY, text BLOB, record TEXT) WITHOUT ROWID")
        self._connection.execute("BEGIN")
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._folder is not None:
            self._folder.cleanup()

    def add(self, post: Post) -> bool:
        """Whether the id is new. Raises BadRecord for a known id with another text."""
        key, text = _hash(post.id), _hash(f"{post.title or ''}\n{post.text}")
        changed = self._execute("INSERT OR IGNORE INTO known (id, text) VALUES (?, ?)", (key, text)).rowcount
        if changed:
            return True
        (stored,) = self._execute("SELECT text FROM known WHERE id = ?", (key,)).fetchone()
        if stored != text:
            raise BadRecord("“id”已经用于另一段正文：同一编号只能对应同一条帖子")
        return False

    def link(self, assessed: Iterable[Assessment]) -> None:
        """Keep which record each post was linked to ("" for none)."""
        for assessment in assessed:
            self._execute(
                "UPDATE known SET record = ? WHERE id = ?", (assessment.disclosure or "", _hash(assessment.post_id))
            )

    def disclosures(self, post_ids: Iterable[str | None]) -> dict[str, str | None]:
        """The linked record of each of these posts that was assessed earlier."""
        found: dict[str, str | None] = {}
        for post_id in {each for each in post_ids if each is not None}:
            row = self._execute("SELECT record FROM known WHERE id = ?", (_hash(post_id),)).fetchone()
            if row is not None and row[0] is not None:
                found[post_id] = row[0] or None
        return found

    def _execute(self, statement: str, values: tuple[object, ...]) -> sqlite3.Cursor:
        assert self._connection is not None
        return self._connection.execute(statement, values)


class _written:
    """A text file that appears under its name only when the block ends well."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.{os.getpid()}.part")

    def __enter__(self) -> IO[str]:
        self._file = self._part.open("w", encoding="utf-8", newline="\n")
        return self._file

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._file.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)


def _json(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _why(problem: OSError) -> str:
    if isinstance(problem, FileNotFoundError):
        return "没有这个文件"
    if isinstance(problem, PermissionError):
        return "没有读取权限"
    if isinstance(problem, IsADirectoryError):
        return "这是一个目录"
    return "磁盘或系统出错"
