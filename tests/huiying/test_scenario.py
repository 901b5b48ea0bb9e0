"""A scenario folder is read whole, or refused with the file, the line and the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from huiying.scenario import BadScenario, read_scenario

POST: dict[str, Any] = {
    "id": "p1",
    "source": "bbs",
    "channel": "forum",
    "url": None,
    "title": None,
    "text": "停水三天了，没有人通知",
    "published_at": "2026-04-10T07:00:00+08:00",
}
RECORD: dict[str, Any] = {
    "id": "d1",
    "title": "供水改造方案",
    "doc_number": None,
    "published_at": "2026-04-01T09:00:00+08:00",
    "unit": "区水务局",
    "catalogue_item": None,
    "scope": "public",
    "url": None,
    "body": "分三批切换供水。",
    "watch_terms": [],
    "risk": None,
}
ACTION: dict[str, Any] = {
    "at": "2026-04-10T08:00:00+08:00",
    "actor": "值班员甲",
    "action": "start_plan",
    "args": {"disclosure": "d1"},
}


def folder(path: Path, **files: list[Any]) -> Path:
    contents = {"posts": [POST], "disclosures": [RECORD], "actions": [ACTION], **files}
    for name, rows in contents.items():
        lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        (path / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_posts_and_actions_come_in_order_of_time_and_then_of_the_file(tmp_path: Path):
    late = {**POST, "id": "late", "seen_at": "2026-04-10T09:00:00+08:00"}
    same = {**POST, "id": "same"}
    read = read_scenario(folder(tmp_path, posts=[late, POST, same]))
    assert [one.post.id for one in read.posts] == ["p1", "same", "late"]
    assert read.end == read.posts[-1].post.seen_at


def test_a_byte_order_mark_and_blank_lines_do_no_harm(tmp_path: Path):
    path = folder(tmp_path)
    posts = path / "posts.jsonl"
    posts.write_text("\ufeff" + posts.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")
    assert [one.post.id for one in read_scenario(path).posts] == ["p1"]


def test_posts_are_masked_as_they_are_read(tmp_path: Path):
    read = read_scenario(
        folder(tmp_path, posts=[{**POST, "text": "打我电话 13812345678，停水三天了", "author": "张三"}])
    )
    assert "13812345678" not in repr(read)
    assert "张三" not in repr(read)


def test_bad_posts_and_actions_are_set_aside_with_their_line_and_reason(tmp_path: Path):
    path = folder(
        tmp_path, posts=["{", {**POST, "text": " "}, POST], actions=[{**ACTION, "action": "resign"}, "[]", ACTION]
    )
    read = read_scenario(path)
    assert [rejected.line for rejected in read.rejected_posts] == [1, 2]
    assert [rejected.line for rejected in read.rejected_actions] == [1, 2]
    assert "resign" in read.rejected_actions[0].reason
    assert (len(read.posts), len(read.actions)) == (1, 1)


@pytest.mark.parametrize("missing", ["posts", "disclosures", "actions"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str):
    path = folder(tmp_path)
    (path / f"{missing}.jsonl").unlink()
    with pytest.raises(BadScenario, match=f"缺少 {missing}.jsonl"):
        read_scenario(path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(BadScenario, match="nowhere"):
        read_scenario(tmp_path / "nowhere")


def test_a_bad_or_repeated_record_names_its_line(tmp_path: Path):
    with pytest.raises(BadScenario, match=r"disclosures\.jsonl 第 2 行：.*scope"):
        read_scenario(folder(tmp_path, disclosures=[RECORD, {**RECORD, "id": "d2", "scope": "secret"}]))
    with pytest.raises(BadScenario, match="第 2 行：编号“d1”重复"):
        read_scenario(folder(tmp_path, disclosures=[RECORD, RECORD]))


def test_a_file_that_is_not_text_is_named(tmp_path: Path):
    path = folder(tmp_path)
    (path / "posts.jsonl").write_bytes(b"PK\x03\x04\x00\x00")
    with pytest.raises(BadScenario, match=r"posts\.jsonl 不是文本文件"):
        read_scenario(path)


def test_the_scenarios_own_settings_hold_and_an_unknown_one_is_named(tmp_path: Path):
    path = folder(tmp_path)
    (path / "settings.yml").write_text("rules: {severity: {voices_3: {voices: 5}}}\n", encoding="utf-8")
    assert read_scenario(path).settings.rules.severity["voices_3"]["voices"] == 5
    (path / "settings.yml").write_text("ruels: {}\n", encoding="utf-8")
    with pytest.raises(BadScenario, match=r"settings\.yml.*ruels"):
        read_scenario(path)
