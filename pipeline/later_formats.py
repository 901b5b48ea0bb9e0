"""Prints the .pdf files that could not be made when their papers were filed, many in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from casework.reports.document import NotPrinted
from storage.report_files import write_whole

BATCH = 20
"""So many papers go into one call."""


def without_pdf(reports_dir: Path) -> list[Path]:
    """The filed .docx beside which no .pdf lies, the oldest name first."""
    return [file for file in sorted(reports_dir.rglob("*.docx")) if not file.with_suffix(".pdf").exists()]


def print_later(files: Sequence[Path], converted: Callable[[Sequence[bytes]], list[bytes]]) -> Iterator[Path]:
    """Put a .pdf beside each; yields it when it lies there.

    One that cannot be printed keeps no other from it. Raises NotPrinted at the end, with the first reason.
    """
    reasons: list[NotPrinted] = []
    for begin in range(0, len(files), BATCH):
        batch = files[begin : begin + BATCH]
        for file, content in _converted(batch, converted, reasons):
            yield write_whole(file.parent, file.with_suffix(".pdf").name, content)
    if reasons:
        raise reasons[0]


def _converted(
    batch: Sequence[Path], converted: Callable[[Sequence[bytes]], list[bytes]], reasons: list[NotPrinted]
) -> Iterator[tuple[Path, bytes]]:
    """All in one call; where that fails, each alone, and why one fails is noted."""
    try:
        yield from zip(batch, converted([one.read_bytes() for one in batch]), strict=True)
    except NotPrinted as reason:
        if len(batch) == 1:
            reasons.append(reason)
            return
        for one in batch:
            yield from _converted([one], converted, reasons)
