"""`huiying publish`: writes the site, the same bytes each time, takes withdrawn entries away, never half."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from huiying.cli import run
from huiying.clock import SystemClock
from huiying.settings import load
from huiying.wiring import Desk
from pipeline import public_entries
from pipeline.acts import Actor
from pipeline.meant import Meant
from records.answers import AnswerNoted, Exchange, PublicWords
from records.words import Role

RECORD = '{"id": "d1", "title": "供热方案", "published_at": "2026-04-10T08:00:00+08:00", "unit": "住建局", "scope": "public"}\n'
ADDRESS = ["--address", "https://www.huichuan.example/huiying"]
ONE, OTHER = Actor("王芳", Role.OFFICE), Actor("钱副主任", Role.OFFICE)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A desk with one record and one public entry."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "records.jsonl").write_text(RECORD, encoding="utf-8")
    assert run(["import", "disclosures", "records.jsonl"]) == 0
    capsys.readouterr()
    return Desk(load(None, {"HUIYING_DATA_DIR": str(tmp_path / "data")}), SystemClock())


def entry(desk: Desk, title: str) -> str:
    words, at = PublicWords(title, (Exchange("几时修好？", "12时30分。"),)), desk.clock.now()
    made = public_entries.begin(desk.store, "d1", words, ONE, at)
    for noted, actor in ((AnswerNoted.SUBMITTED, ONE), (AnswerNoted.APPROVED, OTHER), (AnswerNoted.PUBLISHED, ONE)):
        public_entries.note(desk.store, Meant(made, actor, at), noted, 1, None, desk.answering)
    return made


def withdraw(desk: Desk, made: str) -> None:
    meant = Meant(made, OTHER, desk.clock.now())
    public_entries.note(desk.store, meant, AnswerNoted.WITHDRAWN, 1, "过时", desk.answering)


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_site_is_written_told_and_the_same_every_time(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    made = entry(desk, "供热什么时候恢复")
    assert run(["publish", "site", *ADDRESS]) == 0
    out = capsys.readouterr().out
    assert f"新增 {made}.html" in out
    assert "共 1 条，6 个文件，在 site" in out
    first = held(tmp_path / "site")
    assert b"https://www.huichuan.example/huiying/" in first["feed.xml"]
    assert run(["publish", "site", *ADDRESS]) == 0
    assert capsys.readouterr().out == "共 1 条，6 个文件，在 site\n"
    assert held(tmp_path / "site") == first
    with desk.store.reading() as t:
        assert t.audit.newest(1)[0].act == "site_written"


def test_a_withdrawn_entry_is_taken_away(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    stays, goes = entry(desk, "供热"), entry(desk, "收费")
    assert run(["publish", "site", *ADDRESS]) == 0
    withdraw(desk, goes)
    capsys.readouterr()
    assert run(["publish", "site", *ADDRESS]) == 0
    assert f"撤下 {goes}.html" in capsys.readouterr().out
    site = held(tmp_path / "site")
    assert f"{stays}.html" in site
    assert "收费".encode() not in b"".join(site.values())


def test_an_entry_whose_record_has_got_marks_since_is_left_out_and_told(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    made = entry(desk, "供热什么时候恢复")
    with desk.store.transaction() as t:
        record = t.disclosures.get("d1")
        assert record is not None
        t.disclosures.add(replace(record, body="请打 13912345678", explanation="更正"), desk.clock.now(), "测试")
    assert run(["publish", "site", *ADDRESS]) == 0
    told = capsys.readouterr()
    assert f"未列入 {made}“供热什么时候恢复”：审定后这件事项更正过" in told.err
    assert "共 0 条" in told.out
    assert f"{made}.html" not in held(tmp_path / "site")


def test_a_folder_of_somebody_else_or_an_address_that_is_none_is_refused(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "账目.txt").write_text("x", encoding="utf-8")
    assert run(["publish", "mine", *ADDRESS]) == 2
    assert "别的文件" in capsys.readouterr().err
    for address in ("huichuan.example", "ftp://h.example/", "https://h.example/?a=1"):
        assert run(["publish", "site", "--address", address]) == 2
        assert "完整的网址" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()
