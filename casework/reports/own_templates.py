"""Finds the office's own template for a paper, and prints into it; a damaged one never keeps a paper from being printed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from casework.reports.document import Document, Paper
from casework.reports.package_check import BadTemplate, checked_package
from casework.reports.shipped_templates import INCIDENT, KINDS, OFFICE

_log = logging.getLogger(__name__)


class Templated(Protocol):
    """A format that prints into a template: docx, and pdf after it."""

    @property
    def EXTENSION(self) -> str:
        """How its files' names end."""
        ...

    def render(self, document: Document, template: bytes | None = None) -> bytes:
        """A report on an incident."""
        ...

    def printed(self, document: Paper, template: bytes | None = None) -> bytes:
        """Any other paper."""
        ...


@dataclass(frozen=True, slots=True)
class OwnTemplates:
    """The folder with `<kind>.docx` for each kind that the office has a template of its own for."""

    folder: Path

    def file(self, kind: str) -> Path:
        """Where the template of a kind lies, or would lie."""
        if kind not in KINDS:
            raise KeyError(kind)
        return self.folder / f"{kind}.docx"

    def there(self) -> list[str]:
        """The kinds that have a template of the office's own."""
        return [kind for kind in KINDS if self.file(kind).is_file()]

    def first(self, *kinds: str) -> tuple[str, bytes] | None:
        """The template of the first of these kinds that has one; one that may not be opened is left alone."""
        for kind in kinds:
            try:
                content = self.file(kind).read_bytes()
                checked_package(content)
            except FileNotFoundError:
                continue
            except (OSError, BadTemplate) as fault:
                _log.error("template %s is not used, the shipped one is: %s", kind, fault)
            else:
                return kind, content
        return None


@dataclass(frozen=True, slots=True)
class InOwnTemplate:
    """A format that prints into the office's own template where there is one."""

    format: Templated
    templates: OwnTemplates

    @property
    def EXTENSION(self) -> str:
        """How its files' names end, without the dot."""
        return self.format.EXTENSION

    def render(self, document: Document) -> bytes:
        """The report in the template for incidents."""
        return self._in_template(lambda template: self.format.render(document, template), INCIDENT)

    def printed(self, document: Paper) -> bytes:
        """The paper in the template of its kind, or in the one for every kind."""
        kinds = (OFFICE,) if document.kind is None else (document.kind.value, OFFICE)
        return self._in_template(lambda template: self.format.printed(document, template), *kinds)

    def _in_template(self, print_: Callable[[bytes | None], bytes], *kinds: str) -> bytes:
        found = self.templates.first(*kinds)
        if found is not None:
            try:
                return print_(found[1])
            except (KeyError, ValueError, AttributeError, IndexError, TypeError) as fault:
                _log.error("template %s could not be printed into (%r), the shipped one is used", found[0], fault)
        return print_(None)
