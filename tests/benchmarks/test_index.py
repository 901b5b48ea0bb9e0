"""The benchmark of the text index runs, finds what it asks for, and says which promise is broken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks import index
from tests.storage.search.clusters import CLUSTER


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few posts and queries that it takes a second."""
    for name, number in (("QUICK_POSTS", 1_500), ("QUICK_CLUSTER_POSTS", 600), ("MORE", 600), ("QUICK_QUERIES", 12)):
        monkeypatch.setattr(index, name, number)
    monkeypatch.setattr(index, "QUICK_ROUNDS", 1)
    monkeypatch.setattr(index, "QUICK_WEIGHED_POSTS", 600)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert index.main(["--quick", *arguments]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def test_it_fills_asks_and_weighs_each_index(few: None, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(capsys, *(("--elasticsearch", CLUSTER) if CLUSTER else ()))
    own = found["embedded"]
    assert own["posts_a_second"] > 0
    assert own["bytes_a_post_with_its_text"] > own["text_bytes_a_post"] > 100
    for when in ("found", "found_while_posts_come_in"):
        assert own[when]["two_words"]["asked"] == 12
        assert own[when]["two_words"]["p99_ms"] >= own[when]["two_words"]["p50_ms"] > 0
    assert ("elasticsearch" in found) is bool(CLUSTER)
    if cluster := found.get("elasticsearch"):
        assert (cluster["posts"], cluster["share_of_a_bare_bulk"] > 0) == (600, True)
        assert cluster["found_under_load"]["two_words"]["asked"] > 0
        assert cluster["weighed"] == 600
        short, long = cluster["index_bytes_a_post"], cluster["longer_posts"]["index_bytes_a_post"]
        assert long["merged"] > short["merged"] > 0


def test_each_promise_that_does_not_hold_is_named() -> None:
    two = {"two_words": {"p99_ms": 9.9}}
    own = {
        "found": two,
        "found_while_posts_come_in": two,
        "posts_a_second": 6_000,
        "bytes_a_post_with_its_text": 800.0,
    }
    assert index.broken({"embedded": own}) == []
    assert index.broken({"embedded": own, "elasticsearch": {"share_of_a_bare_bulk": 0.8}}) == []
    slow = {"two_words": {"p99_ms": 10.1}}
    bad = {**own, "found": slow, "posts_a_second": 5_999, "bytes_a_post_with_its_text": 801.0}
    assert index.broken({"embedded": bad, "elasticsearch": {"share_of_a_bare_bulk": 0.79}}) == [
        "found p99",
        "posts_a_second",
        "bytes_a_post_with_its_text",
        "share_of_a_bare_bulk",
    ]
