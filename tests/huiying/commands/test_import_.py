"""`huiying import disclosures`: what it says and what its exit code is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from huiying.cli import run
from storage.store import Store

GOOD = {
    "id": "d1",
    "title": "供热方案",
    "published_at": "2026-03-05T10:00:00+08:00",
    "unit": "住建局",
    "scope": "public",
}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def lines(path: Path, *rows: object) -> str:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return str(path)


def test_good_rows_are_imported_and_bad_ones_are_named_on_stderr(data: Path, capsys: pytest.CaptureFixture[str]):
    file = lines(data / "d.jsonl", GOOD, {"id": "d2"}, {**GOOD, "id": "d3"})
    assert run(["import", "disclosures", file]) == 0
    said = capsys.readouterr()
    assert said.out == "新增 2 条，更正 0 条，未变 0 条，未导入 1 行\n"
    assert said.err.startswith("第2行未导入：缺少“title”")
    lines(data / "d.jsonl", {**GOOD, "title": "供热新方案"})
    assert run(["import", "disclosures", file, "--explanation", "标题漏字"]) == 0
    assert capsys.readouterr().out == "新增 0 条，更正 1 条，未变 0 条，未导入 0 行\n"
    (database,) = (data / "data").glob("*.db")
    store = Store(f"sqlite:///{database}")
    with store.reading() as t:
        assert [version.disclosure.explanation for version in t.disclosures.versions("d1")] == [None, "标题漏字"]
    store.close()


def test_a_file_of_bad_rows_alone_fails_and_an_unreadable_one_is_bad_input(
    data: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["import", "disclosures", lines(data / "d.jsonl", {"id": "d2"})]) == 1
    assert "没有一行可以导入" in capsys.readouterr().err
    (data / "x.pdf").write_bytes(b"%PDF")
    assert run(["import", "disclosures", str(data / "x.pdf")]) == 2
    assert "只能导入 .jsonl、.csv 或 .xlsx 文件" in capsys.readouterr().err
    assert run(["import", "disclosures", str(data / "none.jsonl")]) == 2
    assert "没有这个文件" in capsys.readouterr().err


def test_a_spreadsheet_is_imported_with_a_mapping_of_its_own(data: Path, capsys: pytest.CaptureFixture[str]):
    (data / "m.yaml").write_text("号: id\n名: title\n时: published_at\n单位: unit\n范围: scope\n", "utf-8")
    (data / "t.csv").write_text("号,名,时,单位,范围\n1,停水,2026-03-05,水务局,党内\n", "utf-8")
    assert run(["import", "disclosures", str(data / "t.csv")]) == 2
    assert "--mapping" in capsys.readouterr().err
    assert run(["import", "disclosures", str(data / "t.csv"), "--mapping", str(data / "m.yaml")]) == 0
    assert capsys.readouterr().out.startswith("新增 1 条")
