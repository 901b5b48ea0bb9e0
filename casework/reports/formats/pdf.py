"""Prints a report, or another paper, as .pdf: the .docx as LibreOffice sets it, with free fonts where the true ones are missing."""

from __future__ import annotations

from casework.reports.document import Document, Paper
from casework.reports.formats import docx
from casework.reports.office_program import converted

EXTENSION = "pdf"
TAKES_TEMPLATE = True


def render(document: Document, template: bytes | None = None) -> bytes:
    """The report as the bytes of a .pdf file. Raises NotPrinted."""
    return converted([docx.render(document, template)])[0]


def printed(document: Paper, template: bytes | None = None) -> bytes:
    """Any paper of the office as the bytes of a .pdf file. Raises NotPrinted."""
    return converted([docx.printed(document, template)])[0]
