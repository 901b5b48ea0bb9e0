"""Changes the shipped templates for the tests: their text, their parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import docx

from casework.reports.shipped_templates import shipped


def edited(kind: str, change: Callable[[Any], None]) -> bytes:
    """The shipped template after somebody has worked on it."""
    document = docx.Document(io.BytesIO(shipped(kind)))
    change(document)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def with_text(kind: str, before: str, after: str) -> bytes:
    """The shipped template with other words in place of some of it."""

    def change(document: Any) -> None:
        for paragraph in document.paragraphs:
            if before in paragraph.text:
                paragraph.runs[0].text = paragraph.text.replace(before, after)

    return edited(kind, change)


def with_parts(kind: str, parts: Mapping[str, bytes], replaced: Mapping[str, tuple[str, str]] | None = None) -> bytes:
    """The shipped template with further entries in its package, and other words in some of its entries."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(shipped(kind))) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if replaced and name in replaced:
                before, after = replaced[name]
                assert before.encode() in content
                content = content.replace(before.encode(), after.encode(), 1)
            target.writestr(name, content)
        for name, content in parts.items():
            target.writestr(name, content)
    return written.getvalue()
