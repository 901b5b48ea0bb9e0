"""The checks on public sets run through on a tiny made-up one, and count as they say."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks._public_sets import Text, letters, posts, replies
from benchmarks.techniques import TARGETS, WEIBO, macro_f1, main, paired, places

KINDS = {
    "calm": ("今天路过公园，花开得不错", "公园的花开了，走走看看"),
    "cross": ("公园又停水，气死人了", "停水三天，气死人，没人管"),
    "afraid": ("夜里路灯全黑，有点害怕", "路灯不亮，孩子害怕走这条路"),
}


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    lines = io.StringIO()
    table = csv.DictWriter(lines, rows[0])
    table.writeheader()
    table.writerows(rows)
    written = lines.getvalue().encode("utf-8")
    path.write_bytes(gzip.compress(written) if path.suffix == ".gz" else written)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder like the shared one, with a handful of invented texts."""
    labelled = [{"text": text, "label": kind} for kind, texts in KINDS.items() for text in texts * 2]
    for name in WEIBO:
        _write(tmp_path / f"{name}.train.csv.gz", labelled)
        _write(tmp_path / f"{name}.dev.csv", labelled)
    _write(tmp_path / "taidi_topic.train.csv.gz", [row | {"text": " ".join(row["text"])} for row in labelled])
    _write(tmp_path / "taidi_topic.dev.csv.gz", [row | {"title": row["text"]} for row in labelled])
    answered = [("公园的花谁管", "公园的花由园林处管护"), ("停水什么时候来", "停水因管道抢修，今晚恢复供水")]
    _write(
        tmp_path / "taidi_reply_link.dev.csv.gz",
        [
            {"title": message, "text": message, "reply": reply, "reply_id": str(n)}
            for n, (message, reply) in enumerate(answered * 2)
        ],
    )
    return tmp_path


def test_every_check_stands_next_to_its_target_and_a_plain_tool(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(folder)]) == 0
    found = json.loads(capsys.readouterr().out)["public"]
    for name, (target, plain_of_target) in TARGETS.items():
        assert found[name]["macro_f1"] == 1.0
        assert 0 <= found[name]["plain"] <= 1
        assert (found[name]["target"], found[name]["plain_of_target"]) == (target, plain_of_target)
    assert found["taidi_reply_link"]["at_1"]["one_by_one"] == 1.0


def test_the_quick_run_leaves_out_what_takes_minutes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--quick", "--data", str(folder)])
    assert set(json.loads(capsys.readouterr().out)["public"]) == {"taidi_reply_link"}


def test_a_post_that_says_na_or_null_is_a_post(tmp_path: Path) -> None:
    _write(tmp_path / "smp_usual.dev.csv", [{"text": "NA", "label": "calm"}, {"text": "null", "label": "calm"}])
    assert [post.text for post in posts(tmp_path, "smp_usual.dev")] == ["na", "null"]


def test_the_quoted_words_of_a_repost_count(tmp_path: Path) -> None:
    _write(tmp_path / "smp_virus.dev.csv", [{"text": "我也是//@路人甲:气死人了", "label": "cross"}])
    assert "气死人了" in posts(tmp_path, "smp_virus.dev")[0].text


def test_letters_cut_into_words_are_put_together_again(tmp_path: Path) -> None:
    _write(tmp_path / "taidi_topic.train.csv", [{"text": "公园 停水 _x000D_ 没人 管", "label": "cross"}])
    assert letters(tmp_path, "taidi_topic.train")[0].text == "公园停水没人管"


def test_a_message_begins_with_its_title(tmp_path: Path) -> None:
    _write(tmp_path / "taidi_reply_link.dev.csv", [{"title": "停水", "text": "谁管", "reply": "已修", "reply_id": "a"}])
    assert replies(tmp_path, "taidi_reply_link.dev")[0].message == "停水。谁管"


def test_macro_f1_is_the_mean_over_the_classes_asked_for() -> None:
    asked = [Text("甲", "calm"), Text("乙", "calm"), Text("丙", "cross")]
    assert macro_f1(asked, ["calm", "calm", "calm"]) == pytest.approx(0.4)


def test_a_reply_stands_behind_all_that_are_likelier() -> None:
    likeness = np.array([[0.1, 0.5, 0.9], [0.1, 0.5, 0.9]])
    assert places(likeness, np.array([2, 0])).tolist() == [0, 2]


def test_a_reply_that_is_like_every_message_goes_to_the_one_that_has_no_other() -> None:
    likeness = np.array([[0.9, 0.8], [0.9, 0.1]])
    assert paired(likeness).argmax(axis=1).tolist() == [1, 0]
