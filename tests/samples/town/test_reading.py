"""What the texts folder may say, and what it holds."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from samples.town.reading import TEXTS, BadTexts, Label, Texts, label, read_texts, seconds


def test_there_are_over_three_hundred_posts_on_six_records_none_said_twice(texts: Texts) -> None:
    assert len(texts.items) >= 320
    assert len({item.text for item in texts.items}) == len(texts.items)
    assert len(texts.records) == 6
    assert {item.label.record for item in texts.items} == {None, *(record.id for record in texts.records)}


def test_every_kind_of_place_speaks_before_and_after_the_start(texts: Texts) -> None:
    before = Counter(item.kind for item in texts.items if item.at < 0)
    after = Counter(item.kind for item in texts.items if item.at >= 0)
    assert set(before) == set(after) == {"notice", "thread", "reply", "article", "comment", "word"}
    assert sum(before.values()) >= 90


def test_nothing_appears_after_the_last_minute(texts: Texts) -> None:
    assert max(item.at for item in texts.items) <= texts.unfolds_over.total_seconds()


def test_no_text_uses_a_nickname_or_place_except_as_the_name_that_a_repost_carries(texts: Texts) -> None:
    named = [(item.id, name) for item in texts.items for name in (*texts.nicknames, *texts.places) if name in item.text]
    assert all(f"@{name}" in texts.by_id[item].text for item, name in named)


def test_a_time_may_have_two_units_and_a_sign() -> None:
    assert seconds("45s", "x") == 45
    assert seconds("-3h", "x") == -10800
    assert seconds("-1d4h", "x") == -100800
    assert seconds(12, "x") == 12


@pytest.mark.parametrize("wrong", ["soon", "3 h", "", None, True, "-"])
def test_anything_else_is_no_time(wrong: object) -> None:
    with pytest.raises(BadTexts, match="f01"):
        seconds(wrong, "f01")


def test_a_label_says_sentiment_category_record_and_what_it_copies() -> None:
    assert label("negative emergency s01 copy of f21", "x") == Label("negative", "emergency", "s01", "f21")
    assert label("neutral none", "x") == Label("neutral", None, None)


@pytest.mark.parametrize("wrong", ["negative s01", "neutral emergency s01", "angry s01", "", None, "positive"])
def test_a_label_that_is_half_said_is_an_error(wrong: object) -> None:
    with pytest.raises(BadTexts, match="标注"):
        label(wrong, "f01")


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("forum.yaml", "id: f02", "id: f01", "同一个编号"),
        ("forum.yaml", "to: f01-2,", "to: f99-2,", "f99-2"),
        ("forum.yaml", "is: positive s04", "is: positive s09", "s09"),
        ("forum.yaml", "board: jiaoyu", "board: meiyou", "meiyou"),
        ("news.yaml", "articles:", "article:", "articles"),
        ("official.yaml", "views: 320", "viewers: 320", "viewers"),
        ("comments.yaml", "topics:", "topics: [", "comments.yaml"),
    ],
)
def test_a_mistake_in_a_file_is_told(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    folder = tmp_path / "texts"
    shutil.copytree(TEXTS, folder)
    whole = (folder / file).read_text(encoding="utf-8")
    assert old in whole
    (folder / file).write_text(whole.replace(old, new), encoding="utf-8")
    with pytest.raises(BadTexts, match=told):
        read_texts(folder)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadTexts, match=r"town\.yaml"):
        read_texts(tmp_path)
