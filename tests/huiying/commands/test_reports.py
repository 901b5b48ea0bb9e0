"""`huiying reports` from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.cli import run


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk of its own in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "data"))


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


def test_a_desk_that_owes_nothing_says_so(capsys: pytest.CaptureFixture[str]):
    assert run(["reports", "due"]) == 0
    assert capsys.readouterr().out == "没有待签发的定期文稿\n"
