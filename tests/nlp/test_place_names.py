"""Names of streets, estates, villages and buildings are found in records, other words that end alike are not."""

from __future__ import annotations

import pytest

from nlp.cleaning import analysed
from nlp.features import Held, guard_marks, read
from nlp.linking import LIKENESS, Records
from nlp.model import load_model
from nlp.place_names import place_names
from nlp.tokens import plain
from tests.nlp.making import record


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("改经和平路南段行驶", ["和平路"]),
        ("泵站设在石壁街西侧", ["石壁街"]),
        (
            "分别为青桐街道榆树新村、柴油机公司家属楼、面粉小区",
            ["青桐街道", "榆树新村", "柴油机公司家属楼", "面粉小区"],
        ),
        ("和平路先修,和平路后封", ["和平路", "和平路"]),
    ],
)
def test_names_are_found_whole_and_as_often_as_they_come(text: str, names: list[str]) -> None:
    assert place_names(text) == names


@pytest.mark.parametrize(
    ("text", "kinds"),
    [("由社区上门登记", ["社区"]), ("改造老旧小区14个", ["小区"]), ("就近到医院就诊,学校不收费", ["医院", "学校"])],
)
def test_where_no_name_stands_the_kind_of_place_is_found(text: str, kinds: list[str]) -> None:
    assert place_names(text) == kinds


@pytest.mark.parametrize(
    "text",
    ["三条公交线路优化", "改造后返还", "在路口设岗", "全程五十公里", "", "。"],
)
def test_words_that_only_end_like_names_are_none(text: str) -> None:
    assert place_names(text) == []


def test_what_is_shared_in_names_of_places_counts_by_itself() -> None:
    model = load_model()
    records = [
        record("bus", "关于优化3路公交线路的公告", "3路改经和平路南段行驶，发车间隔缩短。"),
        record("heat", "关于延长供热期的公告", "延长供热期，和平路主管网列入更换计划。"),
    ]
    known = Records(records, model.vocabulary, model.learned)
    posts = [analysed(None, text) for text in ("和平路那边怎么了", "3路车发车间隔还是长")]
    batch = read(posts, plain())
    met, _, _ = known.compare_alone(posts, *guard_marks(batch), known.hints(Held.of(model.vocabulary.matrix(batch)[0])))
    found = dict(zip(LIKENESS, known.likeness(met, 0, 2), strict=True))
    street, matter = found["place_likeness"]
    assert street == pytest.approx(found["body_likeness"][0])
    assert (street > 0).all()
    assert found["place_words"][0] == pytest.approx(found["body_words"][0])
    assert not matter.any()
    assert found["body_likeness"][1, 0] > 0
