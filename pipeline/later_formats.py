"""Prints the .pdf files that could not be made when their papers were filed, many in one call.

One that fails keeps no other from it. It is tried again after growing pauses, then no more; the store says which these are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from casework.reports.document import NoProgram, NotPrinted
from pipeline.papering import named
from records.os_errors import reason
from storage.report_files import write_whole
from storage.store import Store, Transaction

BATCH = 20
"""So many papers go into one call."""

PAUSES = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3))
"""How long a paper waits after each failure; after one more it is not tried again by itself."""

_KEPT = "unprinted"

Converted = Callable[[Sequence[bytes]], list[bytes]]
"""Each .docx as .pdf, all in one call. Raises NotPrinted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one paper: `fault` says why it was not printed. `tried` is False where no paper could be."""

    file: Path
    fault: str | None = None
    tried: bool = True


@dataclass(frozen=True, slots=True)
class Unprinted:
    """A paper that could not be printed: `name` is what people call it, `again_at` None where it is tried no more."""

    file: str
    name: str
    times: int
    again_at: datetime | None
    fault: str


def without_pdf(reports_dir: Path) -> list[Path]:
    """The filed .docx beside which no .pdf lies, the oldest name first."""
    return [file for file in sorted(reports_dir.rglob("*.docx")) if not file.with_suffix(".pdf").exists()]


def unprinted(t: Transaction) -> list[Unprinted]:
    """The papers that could not be printed later either, by their files' names."""
    kept = t.meta.get(_KEPT) or []
    return [Unprinted(**{**one, "again_at": _moment(one["again_at"])}) for one in kept]


def print_due(
    store: Store, files: Sequence[Path], converted: Converted, now: datetime, *, every: bool = False
) -> list[Outcome]:
    """Print those of the files without .pdf whose turn it is, or `every` one, and keep which of them failed."""
    with store.reading() as t:
        known = {one.file: one for one in unprinted(t)}
    due = [file for file in files if every or _is_due(known.get(file.name), now)]
    outcomes = list(print_later(due, converted))
    if outcomes or not known.keys() <= {file.name for file in files}:
        with store.transaction() as t:
            _keep(t, files, outcomes, now)
    return outcomes


def print_later(files: Sequence[Path], converted: Converted) -> Iterator[Outcome]:
    """Put a .pdf beside each; what became of each."""
    for begin in range(0, len(files), BATCH):
        yield from _printed(files[begin : begin + BATCH], converted)


def _printed(batch: Sequence[Path], converted: Converted) -> Iterator[Outcome]:
    """All in one call; where that fails, each alone."""
    try:
        made = converted([one.read_bytes() for one in batch])
    except NoProgram as fault:
        yield from (Outcome(one, str(fault), tried=False) for one in batch)
    except (NotPrinted, OSError) as fault:
        if len(batch) == 1:
            yield Outcome(batch[0], _said(fault))
        else:
            for one in batch:
                yield from _printed([one], converted)
    else:
        yield from map(_written, batch, made)


def _written(file: Path, content: bytes) -> Outcome:
    try:
        write_whole(file.parent, file.with_suffix(".pdf").name, content)
    except OSError as fault:
        return Outcome(file, _said(fault))
    return Outcome(file)


def _said(fault: NotPrinted | OSError) -> str:
    return f"文件读不出或写不进：{reason(fault)}" if isinstance(fault, OSError) else str(fault)


def _is_due(known: Unprinted | None, now: datetime) -> bool:
    return known is None or (known.again_at is not None and known.again_at <= now)


def _keep(t: Transaction, files: Sequence[Path], outcomes: Sequence[Outcome], now: datetime) -> None:
    t.meta.take_turn(_KEPT)
    missing = {file.name for file in files}
    kept = {one.file: one for one in unprinted(t) if one.file in missing}
    for one in outcomes:
        before = kept.pop(one.file.name, None)
        if one.fault is not None:
            kept[one.file.name] = _failed(t, one.file.name, one.fault, one.tried, before, now)
    rows = [asdict(kept[name]) for name in sorted(kept)]
    t.meta.put(_KEPT, [{**row, "again_at": row["again_at"] and row["again_at"].isoformat()} for row in rows])


def _failed(t: Transaction, file: str, fault: str, tried: bool, before: Unprinted | None, now: datetime) -> Unprinted:
    times = (before.times if before else 0) + tried
    again_at = now + PAUSES[max(times, 1) - 1] if times <= len(PAUSES) else None
    return Unprinted(file, _name(t, file), times, again_at, fault)


def _name(t: Transaction, file: str) -> str:
    """How people call the paper of that file."""
    if (paper := t.papers.of_file(file)) is not None:
        return named(paper)
    report = t.reports.of_file(file)
    return file if report is None else f"{report.kind.label}{report.serial}"


def _moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
