"""Which matters a text speaks of, by its words and by what was learned."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from nlp.features import Held
from nlp.lexicon import matters
from nlp.matters import Learned, Teaching, about, rarity_among, spoken_of
from nlp.spans import batch_of

COUNT = len(matters().names)
MEALS, HEATING = matters().names.index("school_meal"), matters().names.index("heating")
EVEN = np.ones(COUNT)


def _strongest(text: str) -> str:
    return matters().names[int(spoken_of(batch_of([text]))[0].argmax())]


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("孩子说饭里有虫，肉没煮熟", "school_meal"),
        ("屋里穿着棉袄，暖气片冰凉", "heating"),
        ("顶楼住户天天爬楼梯，一楼不签字", "lift"),
        ("撤桶以后提着垃圾走几百米", "waste_sorting"),
        ("一次办好，不用跑了三趟，政务大厅窗口态度好", "gov_hall"),
        ("过渡费没发，在外租房五年了", "resettlement"),
    ],
)
def test_people_need_not_name_the_matter(text: str, matter: str) -> None:
    assert _strongest(text) == matter


def test_nothing_is_said_of_any_matter_in_small_talk() -> None:
    assert not spoken_of(batch_of(["今天晚霞真好看", ""])).any()


def test_a_term_of_several_matters_counts_less_for_each() -> None:
    alone, shared = spoken_of(batch_of(["供暖期", "苍蝇"]))
    assert 0 < shared.max() < alone.max()


def test_a_record_is_about_what_its_head_says_before_what_its_body_mentions() -> None:
    record = about(["集中供热"], ["集中供热。另查校园餐"], EVEN)[0]
    assert record[HEATING] > record[MEALS] > 0
    assert np.linalg.norm(record) == pytest.approx(1)


def test_a_matter_of_many_records_tells_little() -> None:
    rarity = rarity_among(["供热", "供热", "校园餐", "供热"])
    assert rarity[HEATING] < rarity[MEALS]


def _teaching() -> Teaching:
    """Span 0 stands in posts on meals, span 1 in posts on heating, span 2 in posts on nothing; in two places."""
    spans = sparse.csr_matrix(np.repeat(np.eye(3), 8, axis=0))
    targets = np.zeros((24, COUNT))
    targets[:8, MEALS] = targets[8:16, HEATING] = 1
    return Teaching(spans, ["here", "there"] * 12, targets, EVEN)


def test_words_of_no_list_lead_to_the_matter_that_they_were_met_with() -> None:
    learned = _teaching().learned()
    records = np.eye(COUNT)[[MEALS, HEATING]]
    towards, usual = learned.pointing(records)
    likeness = learned.hints(Held.of(sparse.csr_matrix(np.eye(3)))).factors @ towards + usual
    assert likeness[0, 0] > 0.8 > 0.2 > likeness[0, 1]
    assert likeness[1, 1] > 0.8 > 0.2 > likeness[1, 0]


def test_posts_on_records_are_told_from_others() -> None:
    answering = _teaching().learned().answering
    assert answering[0] > 0 > answering[2]


def test_what_a_place_teaches_can_be_left_out() -> None:
    teaching = _teaching()
    assert teaching.learned(without=["here", "there"]).towards.any() == np.False_
    assert not np.array_equal(teaching.learned(without=["here"]).towards, teaching.learned().towards)


def test_a_model_made_with_another_list_keeps_what_it_knows() -> None:
    learned = _teaching().learned()
    names = (*reversed(learned.names), "new")
    changed = learned.for_list(names)
    at = names.index("school_meal")
    assert changed.basis[:, at].tolist() == learned.basis[:, MEALS].tolist()
    assert not changed.basis[:, -1].any()
    assert learned.for_list(learned.names) is learned


def test_a_model_that_learned_nothing_hints_at_nothing() -> None:
    learned = Learned.nothing(3)
    hints = learned.hints(Held.of(sparse.csr_matrix(np.eye(3))))
    towards, usual = learned.pointing(np.eye(COUNT))
    assert not (hints.factors @ towards + usual).any()
    assert not hints.answering.any()
