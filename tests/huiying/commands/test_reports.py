"""`huiying reports` from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.reports.formats import docx
from casework.reports.shipped_templates import shipped
from huiying.cli import run
from regulation.papers import paper_rule
from regulation.periodic import periodic_rules
from tests.casework.reports.packages import with_text
from tests.casework.reports.papers import report


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory of a desk of its own in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("kind", "period", "title"),
    [
        ("daily", "2026-04-10", "2026年4月10日舆情日报"),
        ("周报", "2026-04-10", "2026年4月6日至12日舆情周报"),
        ("monthly", "2026-04", "2026年4月舆情工作月报"),
        ("scheduling", "2026-04-30", "2026年4月党务公开工作调度通报"),
        ("yearly", "2025", "2025年党务公开工作报告"),
    ],
)
def test_a_period_that_is_over_is_drafted_once(kind: str, period: str, title: str, capsys: pytest.CaptureFixture[str]):
    assert run(["reports", "draft", kind, period]) == 0
    first = capsys.readouterr().out
    assert first == f"草稿第 1 号：{title}，请到“报告文稿”核对、补充和签发\n"
    assert run(["reports", "draft", kind, period]) == 0
    assert capsys.readouterr().out == first


@pytest.mark.parametrize(
    ("kind", "period", "code", "said"),
    [
        ("hourly", "2026-04", 2, "没有“hourly”这种定期文稿，可写 daily（日报）"),
        ("monthly", "四月", 2, "看不懂时期“四月”"),
        ("yearly", "2999", 1, "2999年还没有结束"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_line(
    kind: str, period: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
):
    assert run(["reports", "draft", kind, period]) == code
    assert said in capsys.readouterr().err


def test_the_command_names_the_papers_as_the_pages_do(capsys: pytest.CaptureFixture[str]):
    assert run(["reports", "--help"]) == 0
    said = "".join(capsys.readouterr().out.split())
    assert "、".join(paper_rule(kind).label for kind in periodic_rules().rules) in said


def test_a_desk_that_owes_nothing_says_so(capsys: pytest.CaptureFixture[str]):
    assert run(["reports", "due"]) == 0
    assert capsys.readouterr().out == "没有待签发的定期文稿\n"


def test_a_template_is_written_out_changed_taken_in_and_removed(data: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["reports", "template", "incident", "--export", "mine.docx"]) == 0
    assert Path("mine.docx").read_bytes() == shipped("incident")
    Path("mine.docx").write_bytes(with_text("incident", "{{主送}}：", "本区主送"))
    assert run(["reports", "template", "incident", "mine.docx"]) == 0
    assert "incident 从现在起用 mine.docx" in capsys.readouterr().out
    assert (data / "templates/incident.docx").read_bytes() == Path("mine.docx").read_bytes()
    assert run(["reports", "template", "incident", "--remove"]) == 0
    assert not (data / "templates/incident.docx").exists()


def test_a_bad_template_is_refused_in_one_line(data: Path, capsys: pytest.CaptureFixture[str]):
    Path("bad.docx").write_bytes(with_text("incident", "{{主送}}", "{{7*7}}"))
    assert run(["reports", "template", "incident", "bad.docx"]) == 1
    said = capsys.readouterr().err
    assert "不认得的字段“7*7”" in said
    assert len(said.strip().splitlines()) == 1
    assert not (data / "templates").exists()


@pytest.mark.parametrize(
    "words", [[], ["a.docx", "--remove"], ["--export"], ["missing.docx"], ["--export", "/nowhere/at/all.docx"]]
)
def test_what_was_not_said_well_is_refused(words: list[str]):
    assert run(["reports", "template", "incident", *words]) == 2


def test_export_overwrites_nothing():
    Path("mine.docx").write_text("mine", encoding="utf-8")
    assert run(["reports", "template", "incident", "--export", "mine.docx"]) == 2
    assert Path("mine.docx").read_text("utf-8") == "mine"


def test_missing_pdf_files_are_made(data: Path, capsys: pytest.CaptureFixture[str]):
    (data / "reports").mkdir(parents=True)
    (data / "reports/a.docx").write_bytes(docx.render(report()))
    (data / "reports/b.docx").write_bytes(docx.render(report()))
    (data / "reports/b.pdf").write_bytes(b"there")
    assert run(["reports", "pdf"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "转好 1 份"
    assert (data / "reports/a.pdf").read_bytes().startswith(b"%PDF")
    assert (data / "reports/b.pdf").read_bytes() == b"there"
    assert run(["reports", "pdf"]) == 0
    assert capsys.readouterr().out == "没有要补转的\n"


def test_without_the_program_it_says_what_to_install(
    data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (data / "reports").mkdir(parents=True)
    (data / "reports/a.docx").write_bytes(docx.render(report()))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run(["reports", "pdf"]) == 1
    assert "libreoffice-writer-nogui" in capsys.readouterr().err
