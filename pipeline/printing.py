"""Puts a paper into the reports folder in every format: the first must succeed, a further one that fails is left for later."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from casework.reports.document import Document, NotPrinted, Paper
from casework.reports.formats import docx
from pipeline.refusals import Refused
from records.os_errors import reason
from storage.report_files import write_whole
from storage.store import Transaction

_log = logging.getLogger(__name__)


class Format(Protocol):
    """A way to print a report: one module of casework/reports/formats."""

    @property
    def EXTENSION(self) -> str:
        """How its files' names end, without the dot."""
        ...

    def render(self, document: Document) -> bytes:
        """The file's bytes, the same for the same document. Raises NotPrinted, the first format never."""
        ...

    def printed(self, document: Paper) -> bytes:
        """Any other paper's bytes, the same for the same paper. Raises NotPrinted, the first format never."""
        ...


FORMATS: tuple[Format, ...] = (docx,)
"""What a report is printed as where the settings name nothing further."""


def write_formats(
    t: Transaction, folder: Path, stem: str, formats: Sequence[Format], print_: Callable[[Format], bytes]
) -> None:
    """Write `stem`.docx now, the further formats when the transaction has committed: one may take seconds, and every other
    writer would wait.

    A further format never keeps a paper from being filed: a log line names it, and `huiying reports pdf` makes it later.
    Raises Refused where the disk does not take the first.
    """
    first, *further = formats
    # What lies there under this name is of words that were never filed.
    for one in further:
        (folder / f"{stem}.{one.EXTENSION}").unlink(missing_ok=True)
    paper = print_(first)
    try:
        write_whole(folder, f"{stem}.{first.EXTENSION}", paper)
    except OSError as error:
        raise Refused(f"文稿写不进 {folder}：{reason(error)}，这一步没有执行。请管理员腾出空间后再试") from None
    t.when_committed(lambda: _write_further(folder, stem, further, print_))


def _write_further(folder: Path, stem: str, further: Sequence[Format], print_: Callable[[Format], bytes]) -> None:
    for one in further:
        try:
            write_whole(folder, f"{stem}.{one.EXTENSION}", print_(one))
        except (NotPrinted, OSError) as fault:
            _log.warning("%s.%s is left for later: %s", stem, one.EXTENSION, fault)
