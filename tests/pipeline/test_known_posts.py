"""Which posts a file has held so far is kept on disk, as hashes."""

from __future__ import annotations

from dataclasses import replace

from pipeline.known_posts import KnownPosts, Met, marks_of
from tests.nlp.making import post

FIRST = post("船晚点了", "a")
EDITED = replace(FIRST, text="船没晚点")
OTHER = post("轮渡停航", "b")


def test_a_new_id_a_known_one_and_one_with_another_text_are_told_apart() -> None:
    with KnownPosts() as known:
        assert known.met([marks_of(FIRST)]) == [Met.NEW]
        known.keep([(marks_of(FIRST), "ferry")])
        assert known.met([marks_of(each) for each in (FIRST, EDITED, OTHER)]) == [Met.SAME, Met.CHANGED, Met.NEW]


def test_posts_of_one_call_are_known_to_those_after_them() -> None:
    with KnownPosts() as known:
        found = known.met([marks_of(each) for each in (FIRST, OTHER, FIRST, EDITED)])
    assert found == [Met.NEW, Met.NEW, Met.SAME, Met.CHANGED]


def test_the_record_of_a_kept_post_is_found_again() -> None:
    with KnownPosts() as known:
        known.keep([(marks_of(FIRST), "ferry"), (marks_of(OTHER), None)])
        assert known.disclosures(["a", "b", "c", None]) == {"a": "ferry", "b": None}
        assert known.disclosures([None]) == {}
        assert known.met([]) == []
