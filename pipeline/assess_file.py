"""Assesses a file of posts line by line, whatever its size: rows out in the order of the input, bad lines aside."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any, Protocol

from pydantic_core import from_json, to_json

from nlp.admission import admit
from nlp.judge import parts_of
from nlp.prepared import Prepared
from pipeline.in_order import in_order, workers
from pipeline.known_posts import KnownPosts, Met, marks_of
from records.assessments import Assessment
from records.disclosures import Disclosure, disclosure_from
from records.posts import Post, raw_post_from
from records.reading import BadRecord

BATCH = 320
BATCH_BYTES = 400_000
LINE_BYTES = 64 * 1024 * 1024
PROGRESS_LINES = 20_000

_CHANGED = "“id”已经用于另一段正文：同一编号只能对应同一条帖子"


class UnreadableFile(Exception):
    """A file that cannot be read as lines of text at all. The message is one Chinese line."""


class Reader(Protocol):
    """What reads posts: first each for itself, in any process, then in order; see nlp.judge.Judge."""

    def prepare(self, posts: Sequence[Post]) -> Prepared:
        """Read each post for itself."""
        ...

    def settle(self, prepared: Prepared, disclosures_of: Mapping[str, str | None]) -> list[Assessment]:
        """Set the next posts in order beside what came before."""
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


RawLine = tuple[int, bytes | None]
"""Number and bytes of a line; None for one that is too long."""


@dataclass(frozen=True, slots=True)
class Part:
    """Accepted posts with the numbers of their lines, as they are known later, as they are shown, and as read.

    `shown` holds what a row begins with, and the reasons, with which it ends.
    """

    lines: list[int]
    marks: list[tuple[bytes, bytes]]
    shown: list[tuple[bytes, bytes]]
    prepared: Prepared

    def of(self, rows: Sequence[int]) -> Part:
        """The part of these rows, in their order."""
        if len(rows) == len(self.lines):
            return self
        lines, marks, shown = ([column[n] for n in rows] for column in (self.lines, self.marks, self.shown))
        return Part(lines, marks, shown, self.prepared.of(rows))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines of a file as read: how many, which are bad and why, and the posts of the others."""

    lines: int
    bad: list[tuple[int, str]]
    parts: list[Part]


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


def assess_file(
    posts: Path,
    out: Path,
    judge: Reader,
    progress: Callable[[int], None] = lambda lines: None,
    processes: int | None = None,
) -> Counts:
    """Write one row for each accepted new post to `out` and one for each bad line to `<out>.rejected.jsonl`.

    The outputs appear whole at the end, or not at all; they are the same whatever the number of processes that read
    beside this one (None: what the machine has). `progress` hears the number of lines read now and then.
    Raises UnreadableFile, WorkerLost, OSError.
    """
    counts = Counts()
    read = in_order(partial(_read, judge), _chunks(posts), workers() if processes is None else processes)
    with KnownPosts() as known, _written(out) as rows, _written(rejections(out)) as rejected, closing(read):
        for chunk in read:
            bad = list(chunk.bad)
            for part in chunk.parts:
                new = _new(part, known, bad, counts)
                _settle(new, judge, known, rows)
                counts.assessed += len(new.lines)
            counts.rejected += len(bad)
            rejected.writelines(to_json({"line": line, "reason": reason}) + b"\n" for line, reason in sorted(bad))
            before, counts.lines = counts.lines, counts.lines + chunk.lines
            if counts.lines // PROGRESS_LINES > before // PROGRESS_LINES:
                progress(counts.lines)
    progress(counts.lines)
    return counts


def _read(judge: Reader, lines: Sequence[RawLine]) -> Chunk:
    """Everything about some lines that needs no others."""
    accepted: list[tuple[int, Post]] = []
    bad: list[tuple[int, str]] = []
    for number, raw in lines:
        line = _line(number, raw)
        try:
            if line.row is None:
                raise BadRecord(line.reason)
            accepted.append((number, admit(raw_post_from(line.row))))
        except BadRecord as problem:
            bad.append((number, str(problem)))
    parts: list[Part] = []
    numbers = iter([number for number, _ in accepted])
    for posts in parts_of([post for _, post in accepted]):
        prepared = judge.prepare(posts)
        shown = [
            (to_json({"id": post.id, "text": post.text})[:-1], to_json(why))
            for post, why in zip(posts, prepared.why, strict=True)
        ]
        marks = [marks_of(post) for post in posts]
        # The reasons are written down here: they need not travel once more.
        prepared = replace(prepared, why=[[] for _ in posts])
        parts.append(Part(list(islice(numbers, len(posts))), marks, shown, prepared))
    return Chunk(len(lines), bad, parts)


def _new(part: Part, known: KnownPosts, bad: list[tuple[int, str]], counts: Counts) -> Part:
    """The posts of the part whose ids are new. Counts updates, adds lines whose id has another text to `bad`."""
    met = known.met(part.marks)
    counts.updates += met.count(Met.SAME)
    bad += ((line, _CHANGED) for line, each in zip(part.lines, met, strict=True) if each is Met.CHANGED)
    return part.of([n for n, each in enumerate(met) if each is Met.NEW])


def _settle(part: Part, judge: Reader, known: KnownPosts, rows: IO[bytes]) -> None:
    assessed = judge.settle(part.prepared, known.disclosures(part.prepared.parents))
    known.keep((marks, each.disclosure) for marks, each in zip(part.marks, assessed, strict=True))
    rows.writelines(
        b'%b,%b,"why":%b}\n' % (begin, to_json(_verdict(each))[1:-1], why)
        for (begin, why), each in zip(part.shown, assessed, strict=True)
    )


def rejections(out: Path) -> Path:
    """Where the bad lines of an assessment go."""
    return out.with_name(out.name + ".rejected.jsonl")


def assessment_row(post: Post, assessment: Assessment) -> dict[str, Any]:
    """One row of assessments.jsonl."""
    why = [[term, weight] for term, weight in assessment.why]
    return {"id": post.id, "text": post.text, **_verdict(assessment), "why": why}


def _verdict(assessment: Assessment) -> dict[str, Any]:
    return {
        "sentiment": assessment.sentiment.value,
        "negative": assessment.negative,
        "disclosure": assessment.disclosure,
        "link": assessment.link,
        "category": None if assessment.category is None else assessment.category.value,
        "category_scores": {category.value: score for category, score in assessment.category_scores.items()},
        "duplicate_of": assessment.duplicate_of,
    }


def lines_of(path: Path) -> Iterator[Line]:
    """Every line that is not blank. A BOM is passed over. Raises UnreadableFile where the file is no text at all."""
    for number, raw in _raw_lines(path):
        yield _line(number, raw)


def _chunks(path: Path) -> Iterator[list[RawLine]]:
    """The lines that are not blank, a bounded number of lines and bytes at a time."""
    chunk: list[RawLine] = []
    size = 0
    for number, raw in _raw_lines(path):
        chunk.append((number, raw))
        size += len(raw or b"")
        if len(chunk) >= BATCH or size >= BATCH_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _raw_lines(path: Path) -> Iterator[RawLine]:
    try:
        with path.open("rb") as file:
            head = file.read(4096)
            if b"\x00" in head and not head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{"):
                raise UnreadableFile(f"{path.name} 不是文本文件：请给出 UTF-8 的 JSON Lines 文件（每行一个对象）")
            file.seek(0)
            yield from _raw(file)
    except OSError as problem:
        raise UnreadableFile(f"读不了 {path.name}：{_why(problem)}") from None


def _raw(file: IO[bytes]) -> Iterator[RawLine]:
    number = 0
    while raw := file.readline(LINE_BYTES + 1):
        number += 1
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if len(raw) > LINE_BYTES and not raw.endswith(b"\n"):
            while (rest := file.readline(LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        elif raw.strip():
            yield number, raw


def _line(number: int, raw: bytes | None) -> Line:
    if raw is None:
        return Line(number, None, f"这一行超过 {LINE_BYTES // 1024 // 1024} MB")
    try:
        row = _row(raw)
    except UnicodeDecodeError:
        return Line(number, None, "不是 UTF-8 文字")
    except (ValueError, RecursionError):
        return Line(number, None, "不是完整的 JSON")
    if not isinstance(row, dict):
        return Line(number, None, "应为一个 JSON 对象")
    return Line(number, row)


def _row(raw: bytes) -> Any:
    try:
        return from_json(raw)
    except ValueError:
        # What the quick reader refuses, such as half a character, may be read all the same, or refused for a reason.
        return json.loads(raw.decode("utf-8"))


class _written:
    """A file that appears under its name only when the block ends well."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.{os.getpid()}.part")

    def __enter__(self) -> IO[bytes]:
        self._file = self._part.open("wb")
        return self._file

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._file.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)


def _why(problem: OSError) -> str:
    if isinstance(problem, FileNotFoundError):
        return "没有这个文件"
    if isinstance(problem, PermissionError):
        return "没有读取权限"
    if isinstance(problem, IsADirectoryError):
        return "这是一个目录"
    return "磁盘或系统出错"
