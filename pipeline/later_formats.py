"""Prints the .pdf files that could not be made when their papers were filed, many in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from storage.report_files import write_whole

BATCH = 20
"""So many papers go into one call."""


def without_pdf(reports_dir: Path) -> list[Path]:
    """The filed .docx beside which no .pdf lies, the oldest name first."""
    return [file for file in sorted(reports_dir.rglob("*.docx")) if not file.with_suffix(".pdf").exists()]


def print_later(files: Sequence[Path], converted: Callable[[Sequence[bytes]], list[bytes]]) -> Iterator[Path]:
    """Put a .pdf beside each; yields it when it lies there. Raises NotPrinted."""
    for begin in range(0, len(files), BATCH):
        batch = files[begin : begin + BATCH]
        for file, content in zip(batch, converted([one.read_bytes() for one in batch]), strict=True):
            yield write_whole(file.parent, file.with_suffix(".pdf").name, content)
