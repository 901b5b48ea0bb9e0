"""Opens a template and fills its fields in; a value is never read for fields again, so whatever it holds is printed literally."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from casework.paper import MM_TO_PT, printable
from casework.reports.fields import FIELD, paragraphs, put, stories, texts, words
from casework.reports.title_lines import characters


class Pattern:
    """A paragraph that others are made after."""

    def __init__(self, paragraph: Any) -> None:
        """Keep one run of the paragraph, the one in which its text begins."""
        self._paragraph = deepcopy(paragraph)
        kept = next(texts(self._paragraph)[0].iterancestors(qn("w:r")))
        for one in list(self._paragraph):
            if one.tag != qn("w:pPr"):
                self._paragraph.remove(one)
        for one in list(kept):
            if one.tag != qn("w:rPr"):
                kept.remove(one)
        self._paragraph.append(kept)

    def with_text(self, text: str) -> Any:
        """A new paragraph as XML."""
        made = deepcopy(self._paragraph)
        Paragraph(made, None).runs[0].add_text(printable(text))  # type: ignore[arg-type]
        return made

    @property
    def size(self) -> float:
        """The size of its type in points."""
        found = self._paragraph.find(f".//{qn('w:rPr')}/{qn('w:sz')}")
        return 16.0 if found is None else int(found.get(qn("w:val"))) / 2


class Form:
    """An opened template."""

    def __init__(self, template: bytes) -> None:
        self.document: Any = docx.Document(BytesIO(template))

    @property
    def width(self) -> float:
        """How wide the block of text is, in mm."""
        section = self.document.sections[0]
        return float((section.page_width - section.left_margin - section.right_margin) / 36000)

    def alone(self, name: str) -> Any | None:
        """The paragraph of the text in which a field stands alone, as XML."""
        for paragraph in paragraphs(self.document.element.body):
            found = FIELD.fullmatch(words(paragraph).strip())
            if found and found[1] == name:
                return paragraph
        return None

    def fill(self, values: Mapping[str, str | None]) -> None:
        """Put the values in place of the fields of a line. A field without a value takes a paragraph of its own with it."""
        for story in stories(self.document):
            for paragraph in paragraphs(story):
                whole = words(paragraph)
                found = [one for one in FIELD.finditer(whole) if one[1] in values]
                if len(found) == 1 and values[found[0][1]] is None and found[0][0] == whole.strip():
                    paragraph.getparent().remove(paragraph)
                    continue
                for one in reversed(found):
                    put(paragraph, one.start(), one.end(), printable(values[one[1]] or ""))

    def repeat(self, name: str, lines: Sequence[str]) -> None:
        """Repeat the paragraph of a field for each line."""
        place = self.alone(name)
        if place is None:
            return
        pattern = Pattern(place)
        for line in lines:
            place.addprevious(pattern.with_text(line))
        place.getparent().remove(place)

    def place(self, name: str) -> Any:
        """The paragraph of a field that the template must have, as XML."""
        found = self.alone(name)
        if found is None:
            raise KeyError(name)
        return found

    def drop(self, *names: str) -> None:
        """Take the paragraphs of these fields out of the text."""
        for name in names:
            place = self.place(name)
            place.getparent().remove(place)

    def paragraph_of(self, name: str) -> Paragraph | None:
        """The paragraph of the text that holds a field, before it is filled in."""
        for paragraph in paragraphs(self.document.element.body):
            if any(one[1] == name for one in FIELD.finditer(words(paragraph))):
                return Paragraph(paragraph, self.document._body)
        return None

    def fit(self, paragraph: Paragraph, text: str) -> None:
        """Make the type of a paragraph smaller until its text stands on one line."""
        width = self.width * MM_TO_PT
        for run in paragraph.runs:
            if run.font.size is not None and run.font.size.pt * characters(text) > width:
                run.font.size = Pt(int(width / characters(text) * 2) / 2)
