"""Papers printed into templates of the office's own."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.shared import Mm, Pt, RGBColor

from casework.reports.formats import docx as docx_format
from casework.reports.own_templates import InOwnTemplate, OwnTemplates
from tests.casework.reports.packages import edited, with_parts, with_text
from tests.casework.reports.papers import office, report


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def lines(content: bytes) -> list[str]:
    return [one.text for one in opened(content).paragraphs]


@pytest.fixture
def own(tmp_path: Path) -> InOwnTemplate:
    """The .docx format with an empty folder of templates."""
    return InOwnTemplate(docx_format, OwnTemplates(tmp_path))  # type: ignore[arg-type]


def test_without_one_of_its_own_the_shipped_one_is_printed_into(own: InOwnTemplate) -> None:
    assert own.render(report()) == docx_format.render(report())
    assert own.printed(office()) == docx_format.printed(office())
    assert own.templates.there() == []


def test_words_type_and_page_are_those_of_the_template(own: InOwnTemplate) -> None:
    def change(document: Any) -> None:
        document.sections[0].left_margin = Mm(30)
        for paragraph in document.paragraphs:
            if paragraph.text == "{{网民观点}}":
                paragraph.runs[0].font.size = Pt(14)
                paragraph.runs[0].font.color.rgb = RGBColor(0, 0, 128)
            if paragraph.text == "二、网民观点":
                paragraph.runs[0].text = "二、群众怎么说"

    own.templates.file("incident").write_bytes(edited("incident", change))
    paper = opened(own.render(report(2)))
    texts = [one.text for one in paper.paragraphs]
    at = texts.index("二、群众怎么说")
    assert [run.font.size.pt for one in paper.paragraphs[at + 1 : at + 3] for run in one.runs] == [14, 14]
    assert str(paper.paragraphs[at + 1].runs[0].font.color.rgb) == "000080"
    assert round(paper.sections[0].left_margin.mm) == 30


def test_a_field_beside_other_words_keeps_them(own: InOwnTemplate) -> None:
    own.templates.file("incident").write_bytes(with_text("incident", "{{文号}}", "编号 {{文号}}（内部）"))
    assert "编号 惠舆情报〔2026〕12号（内部）" in lines(own.render(report()))


def test_a_kind_of_paper_may_have_one_and_the_others_share_another(own: InOwnTemplate) -> None:
    own.templates.file("office").write_bytes(with_text("office", "{{主送}}：", "各文稿主送"))
    assert "各文稿主送" in lines(own.printed(office()))
    own.templates.file("monthly").write_bytes(with_text("office", "{{主送}}：", "月报主送"))
    assert "月报主送" in lines(own.printed(office()))
    assert own.templates.there() == ["office", "monthly"]
    assert "月报主送" not in lines(own.render(report()))


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", with_parts("office", {"word/vbaProject.bin": b"x"}), edited("incident", lambda _: None)],
)
def test_a_damaged_or_hostile_file_in_the_folder_keeps_no_paper_from_being_printed(
    own: InOwnTemplate, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    own.templates.file("office").write_bytes(content)
    assert own.printed(office()) == docx_format.printed(office())
    assert "template office" in caplog.text


def test_what_a_value_holds_is_never_read_as_a_field(own: InOwnTemplate) -> None:
    own.templates.file("incident").write_bytes(with_text("incident", "{{文号}}", "{{文号}} {{题目}}"))
    paper = report()
    hostile = own.render(
        type(paper)(**{name: getattr(paper, name) for name in paper.__slots__} | {"title": "{{文号}}{{7*7}}"})
    )
    assert "惠舆情报〔2026〕12号 {{文号}}{{7*7}}" in lines(hostile)


def test_the_same_paper_in_the_same_template_gives_the_same_bytes(own: InOwnTemplate) -> None:
    own.templates.file("office").write_bytes(with_text("office", "{{主送}}：", "主送"))
    assert own.printed(office()) == own.printed(office())


def test_an_unknown_kind_has_no_file(own: InOwnTemplate) -> None:
    with pytest.raises(KeyError):
        own.templates.file("../../evil")
