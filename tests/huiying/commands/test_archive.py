"""`huiying archive`: puts packages away, names what is wrong with one, lists them for handing over."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.cli import run

RECORD = '{"id": "d1", "title": "供热方案", "published_at": "2026-04-10T08:00:00+08:00", "unit": "住建局", "scope": "public"}\n'


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """The data directory of a desk with one record."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "records.jsonl").write_text(RECORD, encoding="utf-8")
    assert run(["import", "disclosures", "records.jsonl"]) == 0
    capsys.readouterr()
    return tmp_path / "data"


@pytest.mark.clause("H-37")
def test_a_record_is_put_away_checked_and_listed(data: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["archive", "make", "d1"]) == 0
    assert "archive/2026/d1-1.zip" in capsys.readouterr().out
    assert run(["archive", "verify", "--all"]) == 0
    assert capsys.readouterr().out == "查验 1 个，全部相符\n"
    assert run(["archive", "verify", str(data / "archive/2026/d1-1.zip")]) == 0
    capsys.readouterr()
    assert run(["archive", "list", "--year", "2026"]) == 0
    heading, row = capsys.readouterr().out.splitlines()
    assert row.startswith("2026\td1\t1\t供热方案\t住建局\t")
    assert len(row.split("\t")) == len(heading.split("\t"))
    assert run(["archive", "list", "--year", "2025"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_what_is_wrong_is_named_and_ends_with_one(data: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["archive", "make", "d1"]) == 0
    assert run(["archive", "make", "d1"]) == 0
    first, second = data / "archive/2026/d1-1.zip", data / "archive/2026/d1-2.zip"
    first.write_bytes(first.read_bytes().replace("供热方案".encode(), "供暖方案".encode()))
    second.rename(data / "archive/2026/d1-9.zip")
    capsys.readouterr()
    assert run(["archive", "verify", "--all"]) == 1
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "2026/d1-1.zip：目录.txt：已损坏",
        "2026/d1-1.zip：公开事项/第1版.txt：已损坏",
        "2026/d1-1.zip：公开事项/第1版.json：已损坏",
        "2026/d1-2.zip：归档包缺失",
        "2026/d1-9.zip：没有登记：不是本台归档的，或归档时中断，不能作为归档包",
    ]
    assert said.err == "错误：查验 3 个，3 个不符\n"


def test_a_package_that_was_carried_elsewhere_is_checked_there(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["archive", "make", "d1"]) == 0
    content = (data / "archive/2026/d1-1.zip").read_bytes()
    (tmp_path / "移交.zip").write_bytes(content)
    (tmp_path / "d1-1.zip").write_bytes(content[:-1])
    (tmp_path / "别的.zip").write_bytes(b"PK")
    capsys.readouterr()
    assert run(["archive", "verify", "移交.zip"]) == 0
    assert run(["archive", "verify", "d1-1.zip", "别的.zip"]) == 1
    assert "别的.zip：没有登记" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["make", "d9"], 1, "没有编号为“d9”的公开事项"),
        (["verify"], 2, "--all"),
        (["verify", "--all", "x.zip"], 2, "--all"),
        (["verify", "x.zip"], 1, "1 个不符"),
    ],
)
def test_what_cannot_be_done_is_said(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
):
    assert run(["archive", *arguments]) == code
    assert said in capsys.readouterr().err
