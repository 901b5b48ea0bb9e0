"""The printed report, opened again."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import docx
import pytest
from docx.oxml.ns import qn

from casework.reports.document import Document, Letterhead, office_paper
from casework.reports.formats.docx import printed, render
from records.papers import Basis, Content, Ledger, PaperSection, Paragraph, Statement, Table
from records.reports import ConfirmedPart, Part
from records.words import ReportKind
from tests.casework.reports.papers import CHART, office

AT = datetime(2026, 4, 10, 1, 20, tzinfo=UTC)
REPORT = Document(
    letterhead=Letterhead("中共惠川区委办公室舆情专报", "惠舆情报", "区委、区政府", "中共惠川区委办公室"),
    serial="惠舆情报〔2026〕12号",
    title="关于《供热管网改造公告》负面舆情情况的报告（首报）",
    kind=ReportKind.INITIAL,
    filed_at=AT,
    filed_by="李静",
    parts=tuple(ConfirmedPart(part, f"{part.label}的正文。\n第二段。", "王芳", AT) for part in Part),
)


def opened(report: Document):  # type: ignore[no-untyped-def]
    return docx.Document(io.BytesIO(render(report)))


def lines(report: Document) -> list[str]:
    return [paragraph.text for paragraph in opened(report).paragraphs]


def with_text(text: str) -> Document:
    return replace(REPORT, parts=tuple(replace(part, text=text) for part in REPORT.parts))


@pytest.mark.clause("H-42(3)")
def test_the_four_parts_are_headings_in_order_with_text_and_who_confirmed_them() -> None:
    said = lines(REPORT)
    headings = [line for line in said if line[:2] in {"一、", "二、", "三、", "四、"}]
    assert headings == [
        "一、网上舆情基本情况",
        "二、网民观点",
        "三、已采取的应急处置措施",
        "四、线下事件的基本情况及其处置措施",
    ]
    start = said.index("一、网上舆情基本情况")
    assert said[start + 1 : start + 4] == [
        "网上舆情基本情况的正文。",
        "第二段。",
        "（本部分由王芳于2026年4月10日09时20分确认）",
    ]


def test_the_head_and_the_signature_say_whose_report_it_is() -> None:
    said = lines(REPORT)
    assert said[0] == "中共惠川区委办公室舆情专报"
    assert said[1] == "惠舆情报〔2026〕12号"
    assert "关于《供热管网改造公告》\n负面舆情情况的报告（首报）" in said
    assert "区委、区政府：" in said
    assert said[-3:] == [
        "中共惠川区委办公室",
        "2026年4月10日",
        "（报送人：李静，报送时间：2026年4月10日09时20分）",
    ]


def test_the_page_leaves_a_text_block_of_156_by_225_mm_with_22_lines() -> None:
    section = opened(REPORT).sections[0]
    assert round(section.page_width.mm) == 210
    assert round(section.page_height.mm) == 297
    assert [
        round(side.mm)
        for side in (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    ] == [37, 35, 28, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "lines"
    assert grid.get(qn("w:linePitch")) == "579"


@pytest.mark.parametrize(
    ("line", "font", "points"),
    [
        ("关于《供热管网改造公告》\n负面舆情情况的报告（首报）", "方正小标宋简体", 22),
        ("一、网上舆情基本情况", "黑体", 16),
        ("第二段。", "仿宋", 16),
    ],
)
def test_title_headings_and_text_stand_in_their_type(line: str, font: str, points: int) -> None:
    run = next(one for one in opened(REPORT).paragraphs if one.text == line).runs[0]
    fonts = run._r.rPr.rFonts
    assert {fonts.get(qn(f"w:{slot}")) for slot in ("ascii", "hAnsi", "eastAsia")} == {font}
    assert run.font.size.pt == points


def test_text_begins_two_characters_in() -> None:
    paragraph = next(one for one in opened(REPORT).paragraphs if one.text == "第二段。")
    assert paragraph._p.pPr.ind.get(qn("w:firstLineChars")) == "200"


def test_a_long_letterhead_shrinks_to_one_line() -> None:
    long = replace(REPORT, letterhead=replace(REPORT.letterhead, heading="某某" * 12))
    run = opened(long).paragraphs[0].runs[0]
    assert run.font.size.mm * 24 <= 156.5


def test_pages_are_numbered_outside_odd_right_even_left() -> None:
    paper = opened(REPORT)
    assert paper.settings.odd_and_even_pages_header_footer
    section = paper.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert paragraph.text.replace("PAGE", "1") in {"— 1 —", "—  —"}
        assert [instruction.text for instruction in paragraph._p.iter(qn("w:instrText"))] == ["PAGE"]
        assert paragraph._p.pPr.jc.get(qn("w:val")) == side


@pytest.mark.parametrize(
    "hostile",
    [
        "{{7*7}}{% for x in y %}",
        '甲 & 乙 < 丙 > 丁 "引号"',
        "<w:p><w:r><w:t>注入</w:t></w:r></w:p>",
        "]]><script>alert(1)</script>",
        '=HYPERLINK("http://x")',
        "&lt;已转义&gt;",
    ],
)
def test_hostile_text_is_printed_literally_and_nothing_after_it_is_lost(hostile: str) -> None:
    said = lines(with_text(f"{hostile}\n末段仍在。"))
    assert said.count(hostile) == 4
    assert said.count("末段仍在。") == 4


def test_control_characters_and_direction_marks_do_not_reach_the_page() -> None:
    said = lines(with_text("甲\x00乙\x1b丙\u202e丁\ud800戊\ufffe己"))
    assert said.count("甲乙丙丁戊己") == 4


def test_hostile_names_and_titles_are_printed_too() -> None:
    report = replace(REPORT, title="标题\x07<w:b/>", filed_by="李\x00静", serial="号\x0b")
    assert "标题<w:b/>" in lines(report)
    assert any("报送人：李静" in line for line in lines(report))


def test_a_replay_says_on_the_page_that_it_is_no_filed_report() -> None:
    notice = "（回放演练，非正式报送）"
    assert notice in lines(replace(REPORT, replay=True))
    assert notice not in lines(REPORT)
    assert (
        lines(replace(REPORT, replay=True)).count("（本部分由王芳于2026年4月10日09时20分在回放中提交，未经核对）") == 4
    )


def test_the_same_report_gives_the_same_bytes_and_another_gives_others() -> None:
    assert render(REPORT) == render(REPORT)
    assert render(REPORT) != render(with_text("别的正文"))


def test_no_time_but_that_of_filing_and_no_machine_is_in_the_file() -> None:
    with zipfile.ZipFile(io.BytesIO(render(REPORT))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in package.namelist() if "thumbnail" in name]
        core = package.read("docProps/core.xml").decode()
    assert core.count("2026-04-10T01:20:00Z") == 2
    assert "python" not in core


def test_a_paper_has_its_tables_inside_the_text_block_with_headers_on_every_page_and_whole_rows() -> None:
    paper = docx.Document(io.BytesIO(printed(office())))
    table = paper.tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["责任单位", "事件", "按时报送", "平均用时", "说明"]
    assert table.rows[6].cells[0].text == "区城市管理局"
    assert sum(round(column.width.mm, 1) for column in table.columns) == pytest.approx(156, abs=0.5)
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_the_last_row_before_a_signature_stays_with_it() -> None:
    whole = office(1)
    ending = replace(whole, sections=(replace(whole.sections[0], blocks=whole.sections[0].blocks[:2], note=None),))
    paper = docx.Document(io.BytesIO(printed(ending)))
    table = paper.tables[0]
    kept = [
        [one.paragraph_format.keep_with_next for cell in row.cells for one in cell.paragraphs] for row in table.rows
    ]
    assert all(kept[-1])
    assert not any(any(row) for row in kept[:-1])


def test_a_title_is_broken_between_words_whatever_the_type() -> None:
    title = next(one for one in opened(REPORT).paragraphs if "供热管网" in one.text)
    assert title.text.split("\n") == ["关于《供热管网改造公告》", "负面舆情情况的报告（首报）"]


def test_the_appendix_names_the_ledger_of_every_sentence_with_a_ground() -> None:
    paper = docx.Document(io.BytesIO(printed(office())))
    texts = [one.text for one in paper.paragraphs]
    assert texts.index("附件") > texts.index("（签发人：李静）")
    assert texts[texts.index("附件") + 1] == "数据依据"
    appendix = paper.tables[-1]
    assert [cell.text for cell in appendix.rows[0].cells] == ["序号", "部分", "正文内容", "依据"]
    assert len(appendix.rows) == 1 + len(office().grounds)
    assert appendix.rows[1].cells[3].text == "逐日统计：2026年3月1日至31日各责任单位逐日帖文数合计"


def test_what_a_paper_takes_the_place_of_stands_below_the_title() -> None:
    texts = [one.text for one in docx.Document(io.BytesIO(printed(office()))).paragraphs]
    title = texts.index("2026年3月舆情回应工作月报")
    assert texts[title + 1].startswith("（本件替代惠舆情报〔2026〕12号，原件作废。")


def test_a_paper_of_twelve_parts_numbers_them_all() -> None:
    texts = [one.text for one in docx.Document(io.BytesIO(printed(office(12)))).paragraphs]
    assert "十、第10部分的情况" in texts
    assert "十二、第12部分的情况" in texts


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert printed(office()) == printed(office())


def test_hostile_texts_of_a_paper_are_printed_literally() -> None:
    hostile = "{{7*7}} & <w:b/> ]]>"
    basis = Basis(Ledger.POST, hostile)
    blocks = (Paragraph((Statement(hostile, (basis,)),)), Table(hostile, (hostile, "乙"), ((hostile, "\x00"),)))
    paper = office_paper(Content(hostile, (PaperSection(hostile, blocks),)), REPORT.letterhead, "号", AT, "（完）")
    opened = docx.Document(io.BytesIO(printed(paper)))
    assert [one.text for one in opened.paragraphs].count(hostile) == 3
    assert opened.tables[0].rows[1].cells[0].text == hostile
    assert opened.tables[-1].rows[1].cells[3].text == f"帖文：{hostile}"


def test_charts_are_pictures_with_their_figures_in_words() -> None:
    paper = docx.Document(io.BytesIO(printed(office())))
    assert len(paper.inline_shapes) == 2
    for shape, words in zip(paper.inline_shapes, ("柱状图“本月每周帖文数”", "折线图“本月每周预警数”"), strict=True):
        assert shape.width.mm <= 156
        assert shape._inline.docPr.get("descr").startswith(words)


def test_a_chart_that_cannot_be_drawn_is_a_table_and_says_so() -> None:
    many = replace(CHART, series=CHART.series[:1] * 7)
    content = Content("题目", (PaperSection("部分", (many,)),))
    paper = docx.Document(io.BytesIO(printed(office_paper(content, REPORT.letterhead, "号", AT, "（完）"))))
    assert len(paper.inline_shapes) == 0
    assert [cell.text for cell in paper.tables[0].rows[2].cells] == ["第二周", *["310条"] * 7]
    assert "（图上画不下，图以表格代替）" in [one.text for one in paper.paragraphs]
