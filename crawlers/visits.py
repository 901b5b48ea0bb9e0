"""Keeps account of one visit to a watched folder: which files are new, what stood in them, and what came of it all."""

from __future__ import annotations

import hashlib
import json
import os
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO

from crawlers.exports import Entry, Note
from crawlers.folders import Listed, folder_of, listing, opened, stamp_of
from crawlers.jobs import Begun, Done, Event, Job, KnownPage, PageRead, found_from
from crawlers.outcomes import Outcome
from crawlers.reading import Unreadable
from crawlers.sources import Source
from crawlers.spiders.file import FileOptions, read

MARK = 2_000
"""Rows after which it is remembered how far a file was read."""

_BLOCK = 1024 * 1024
_MOST_ROWS = 3_000_000
_REMEMBER_AGAIN = timedelta(days=1)
_SHOWN_NUMBERS = 10
_SHOWN_LINES = 8


@dataclass(frozen=True, slots=True)
class _Progress:
    """How far the bytes with the hash `of` were read, and what made the rest unreadable (None where nothing did)."""

    of: str
    rows: int
    fault: tuple[Outcome, str] | None = None

    def as_text(self) -> str:
        """As it is remembered."""
        return json.dumps({"of": self.of, "rows": self.rows, "fault": self.fault}, ensure_ascii=False)


def _progress_from(text: str | None) -> _Progress | None:
    if text is None:
        return None
    row = json.loads(text)
    fault = row["fault"]
    return _Progress(row["of"], row["rows"], None if fault is None else (Outcome(fault[0]), fault[1]))


@dataclass(slots=True)
class Visit:
    """One visit to a source's folder. Everything it learns goes to `report` as it happens; `late` says when to stop."""

    source: Source
    known: dict[str, KnownPage]
    report: Callable[[Event], None]
    now: Callable[[], datetime]
    late: Callable[[], bool]
    data_dir: str | None
    files: int = 0
    found: int = 0
    unchanged: int = 0
    over: bool = False
    dropped: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[Outcome, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lost: dict[tuple[str, str, str], array[int]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        source: Source,
        job: Job,
        report: Callable[[Event], None],
        now: Callable[[], datetime],
        late: Callable[[], bool],
    ) -> Visit:
        """The visit to a source's folder within a job."""
        known = {page.page: page for page in job.known.get(source.id, ())}
        return cls(source, known, report, now, late, job.settings.data_dir)

    @property
    def options(self) -> FileOptions:
        """What the row says."""
        options = self.source.options
        assert isinstance(options, FileOptions)
        return options

    def run(self) -> None:
        """Read what is new in the folder."""
        try:
            there = listing(folder_of(self.options, self.data_dir), self.options, self.now())
        except Unreadable as fault:
            self.faults.append((fault.outcome, str(fault)))
            self.finish()
            return
        if there.unsettled:
            self.notes.append(f"{there.unsettled} 个文件还在写入，下次再读")
        if there.passed_over:
            self.notes.append(f"另有 {there.passed_over} 个文件不是要读的类别，没有读")
        for file in there.files:
            if self.late():
                self.finish(cut_off=True)
                return
            if self.files >= self.source.max_pages:
                self.flags["max_pages"] += 1
                self.notes.append(f"已到一次最多 {self.source.max_pages} 个文件的上限，其余下次再读")
                break
            self._look_at(file)
        self.finish(cut_off=self.late())

    def finish(self, cut_off: bool = False) -> None:
        """Report what came of it, once."""
        if self.over:
            return
        self.over = True
        self.report(
            Done(
                source=self.source.id,
                outcome=Outcome.CUT_OFF if cut_off else self._outcome(),
                pages=self.files,
                found=self.found,
                dropped=dict(self.dropped),
                flags=dict(self.flags),
                detail=self._detail(),
                retry_after=None,
            )
        )

    def _look_at(self, file: Listed) -> None:
        page = self._name(file.name)
        known = self.known.get(page)
        before = _progress_from(known.resume) if known else None
        if known and known.etag == file.stamp:
            self._still(file, known, before)
            return
        try:
            with opened(file) as stream:
                self._read(file, page, stream, known, before)
        except FileNotFoundError:
            return  # moved away meanwhile
        except Unreadable as fault:
            self._fault(file, fault.outcome, str(fault))
        except Exception as bug:  # noqa: BLE001 (told in the patrol log; the other files go on)
            # Loaded only here: whoever visits folders alone does without all that reads the web.
            from crawlers.reader import place_of

            self._fault(file, Outcome.CRASHED, f"读取时程序出错（{place_of(bug)}）")

    def _still(self, file: Listed, known: KnownPage, before: _Progress | None) -> None:
        """The file is as it was when it was read, or found unreadable."""
        if before and before.fault:
            self._fault(file, *before.fault)
        else:
            self.unchanged += 1
        if self.now() - known.fetched_at >= _REMEMBER_AGAIN:
            self._remember(known.page, known.etag, known.fingerprint, before)

    def _read(
        self, file: Listed, page: str, stream: IO[bytes], known: KnownPage | None, before: _Progress | None
    ) -> None:
        content = _hash_of(stream)
        read_before = before.rows if before and before.of == content else 0
        if known and known.fingerprint == content and not (before and before.fault):
            self.unchanged += 1
            self._remember(page, file.stamp, content)
            return
        self.files += 1
        self.report(Begun(self.source.id))
        rows, fault = self._rows(file, page, stream, _Progress(content, read_before))
        if self.late():
            self._remember(page, None, None, _Progress(content, rows))
        elif stamp_of(os.fstat(stream.fileno())) != file.stamp:
            self.notes.append(f"“{file.shown}”读的时候还在变，下次再读一遍")
        else:
            self.unchanged += bool(read_before)
            self._remember(page, file.stamp, content, _Progress(content, rows, fault) if fault else None)
        if fault:
            self._fault(file, *fault)

    def _rows(
        self, file: Listed, page: str, stream: IO[bytes], before: _Progress
    ) -> tuple[int, tuple[Outcome, str] | None]:
        """Read the rows after those read before; how many there are so far, and what made the rest unreadable."""
        rows = 0
        stream.seek(0)
        try:
            with closing(read(stream, file.name, self.source, self.now())) as entries:
                for entry in entries:
                    if isinstance(entry, Note):
                        self.notes.append(f"“{file.shown}”{entry.said}")
                        continue
                    rows += 1
                    if rows > before.rows:
                        self._take(file, entry)
                        if rows % MARK == 0:
                            self._remember(page, None, None, _Progress(before.of, rows))
                    if self.late():
                        break
                    if rows == _MOST_ROWS:
                        raise Unreadable(Outcome.TOO_LARGE, f"超过 {_MOST_ROWS} 行：其余没有读，请分成几个文件导出")
        except Unreadable as fault:
            return max(rows, before.rows), (fault.outcome, str(fault))
        return max(rows, before.rows), None

    def _take(self, file: Listed, entry: Entry) -> None:
        if isinstance(entry.post, str):
            self.dropped[entry.post] += 1
            self.lost.setdefault((f"“{file.shown}”{entry.place}", entry.unit, entry.post), array("L")).append(
                entry.number
            )
            return
        self.flags.update(entry.post.flags)
        self.found += 1
        self.report(found_from(self.source, entry.post))

    def _name(self, name: str) -> str:
        # How a file is read is part of its name: after a change of columns, unchanged files are read again.
        return _hash(f"{self.source.kind}\n{self.source.channel}\n{self.options.model_dump_json()}\n{name}")

    def _remember(self, page: str, stamp: str | None, content: str | None, how_far: _Progress | None = None) -> None:
        resume = how_far.as_text() if how_far else None
        self.report(PageRead(self.source.id, KnownPage(page, stamp, None, content, self.now(), resume)))

    def _fault(self, file: Listed, outcome: Outcome, detail: str) -> None:
        self.faults.append((outcome, f"“{file.shown}”{detail}"))

    def _outcome(self) -> Outcome:
        if self.found:
            return Outcome.OK
        # A file that cannot be read was not collected, however many others are known already.
        if self.faults:
            return self.faults[0][0]
        if self.dropped:
            return Outcome.NOTHING_EXTRACTED
        return Outcome.UNCHANGED if self.unchanged else Outcome.EMPTY

    def _detail(self) -> str | None:
        lines = [said for _, said in self.faults]
        lines += [f"{where}{_numbers(numbers, unit)}：{reason}" for (where, unit, reason), numbers in self.lost.items()]
        lines += self.notes
        more = len(lines) - _SHOWN_LINES
        return "；".join([*lines[:_SHOWN_LINES], *([f"另有 {more} 项"] if more > 0 else [])]) or None


def _numbers(numbers: Sequence[int], unit: str) -> str:
    shown = "、".join(map(str, numbers[:_SHOWN_NUMBERS]))
    more = f"等 {len(numbers)} {unit}" if len(numbers) > _SHOWN_NUMBERS else ""
    return f"第 {shown} {unit}{more}"


def _hash_of(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
