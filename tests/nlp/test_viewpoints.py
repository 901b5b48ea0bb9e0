"""Views are quoted once, with how many share them."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations

from nlp.viewpoints import MOST_VOICES, QUOTE_LENGTH, Voice, viewpoints
from records.words import Category
from tests.effort import effort
from tests.nlp.making import post

SAID = {
    "refund": (
        "交了一冬天的热费，屋里才十四度，退不退钱",
        "热费一分不少收，暖气不热就该退费",
        "请问热费怎么退，去哪里申请",
        "停了三天暖，热费是不是应该按天退",
        "热费全额交的，室温不达标凭什么不退",
        "退费要自己找人测温，测温的电话打不通",
    ),
    "notice": (
        "停暖之前为什么不通知一声",
        "一个通知都没有，半夜突然就停了",
        "物业和供热公司谁也没提前说，通知在哪儿",
        "提前半天通知也好让老人有个准备",
        "没有任何通知，早上起来暖气片冰凉",
    ),
    "cold": (
        "家里有八十岁的老人，冻得受不了",
        "孩子才三个月，屋里太冷，冻感冒了",
        "老人孩子裹着棉被还在发抖",
        "幼儿园里孩子们冻得手都红了",
    ),
    "road": (
        "路面挖开半个月没有围挡，晚上骑车很危险",
        "门口的沟没有围挡，昨晚有人骑车摔进去了",
        "挖开的路面什么时候回填，出门绕半天",
    ),
}
VOICES = [
    Voice(post(text, f"{view}{number}", minutes=number))
    for view, texts in SAID.items()
    for number, text in enumerate(texts)
]


def said_of(ids: tuple[str, ...]) -> Counter[str]:
    """How many of these posts were written for each view."""
    return Counter(one.rstrip("0123456789") for one in ids)


def test_posts_that_speak_of_the_same_in_other_words_are_one_view():
    found = viewpoints(VOICES)
    pairs = [pair for view in found for pair in combinations(view.post_ids, 2)]
    right = [pair for pair in pairs if len(said_of(pair)) == 1]
    possible = sum(len(texts) * (len(texts) - 1) // 2 for texts in SAID.values())
    assert len(right) / len(pairs) >= 0.85
    assert len(right) / possible >= 0.85


def test_the_most_shared_view_comes_first_with_its_share_of_all_posts():
    first = viewpoints(VOICES)[0]
    assert said_of(first.post_ids).most_common(1)[0][0] == "refund"
    assert (first.count, first.share) == (6, 6 / 18)


def test_a_copy_counts_with_its_original_and_is_quoted_once():
    copied = Voice(post("围挡倒了没人扶，路面全是泥", "road9", minutes=9), count=20)
    first = viewpoints([*VOICES, copied])[0]
    assert (first.count, said_of(first.post_ids)) == (23, Counter(road=4))
    assert first.quotes[0] == copied.post.text


def test_two_quotes_say_it_in_different_words_and_one_voice_is_quoted_alone():
    first = viewpoints(VOICES)[0]
    assert len(set(first.quotes)) == 2
    assert set(first.quotes) <= set(SAID["refund"])
    (alone,) = viewpoints(VOICES[:1])
    assert alone.quotes == (SAID["refund"][0],)


def test_a_view_has_the_category_of_most_of_its_posts():
    voices = [
        Voice(post("热费怎么退", "a"), 1, Category.EMERGENCY),
        Voice(post("热费什么时候退", "b"), 3, Category.PUBLIC_INTEREST),
        Voice(post("退热费的事问了谁都不管", "c"), 1, None),
    ]
    assert [view.category for view in viewpoints(voices)] == [Category.PUBLIC_INTEREST]
    assert viewpoints(voices[2:])[0].category is None


def test_a_word_thrown_in_is_not_quoted_while_others_say_more():
    short = [Voice(post("退费", f"s{number}", minutes=-number), 5) for number in range(3)]
    assert len(viewpoints([*short, *VOICES])[0].quotes[0]) > 8


def test_a_topic_that_everybody_writes_does_not_make_one_view_of_all():
    voices = [Voice(post(f"#惠川爆管抢修现场# {one.post.text}", one.post.id)) for one in VOICES]
    assert len(viewpoints(voices, 9)) == len(viewpoints(VOICES, 9))


def test_no_more_views_than_asked_for():
    assert len(viewpoints(VOICES, 1)) == 1
    assert viewpoints(VOICES, 0) == []
    assert viewpoints([], 3) == []


def test_the_order_in_which_posts_are_handed_in_changes_nothing():
    shuffled = random.Random(4).sample(VOICES, len(VOICES))
    assert viewpoints(shuffled) == viewpoints(VOICES)


def test_one_more_post_of_a_view_leaves_the_others_as_they_were():
    before = {view.quotes[0]: view.post_ids for view in viewpoints(VOICES)}
    more = Voice(post("围挡被风吹倒，晚上骑车看不见路面", "road8", minutes=60))
    after = {view.quotes[0]: view.post_ids for view in viewpoints([*VOICES, more])}
    kept = {quote: ids for quote, ids in before.items() if "road0" not in ids}
    assert kept.items() <= after.items()
    assert any({"road0", "road8"} <= set(ids) for ids in after.values())


def test_a_long_post_is_quoted_short():
    (view,) = viewpoints([Voice(post("暖气不热" * 100, "a"))])
    assert len(view.quotes[0]) == QUOTE_LENGTH


def test_posts_of_signs_alone_do_not_break_it():
    assert sum(view.count for view in viewpoints([Voice(post("👍", "a")), Voice(post("。。。", "b"))])) == 2


def test_of_too_many_voices_the_newest_are_grouped():
    voices = [Voice(post("热费怎么退", f"p{number}", minutes=number)) for number in range(MOST_VOICES + 1)]
    (view,) = viewpoints(voices)
    assert (view.count, view.post_ids[0]) == (MOST_VOICES, "p1")


def test_two_thousand_voices_take_less_than_300_milliseconds_of_the_processor():
    dice = random.Random(7)
    words = [word for texts in SAID.values() for text in texts for word in text.split("，")]
    voices = [Voice(post("，".join(dice.sample(words, 3)), f"p{number}", number)) for number in range(MOST_VOICES)]
    viewpoints(voices[:50])
    assert effort(lambda: viewpoints(voices)) <= 0.3
