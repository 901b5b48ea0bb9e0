"""How far a setting shifts a reading is learned from posts whose words alone mislead."""

from __future__ import annotations

import numpy as np

from nlp.context import JOINS, SETTING
from nlp.shifting import shift_learned

POSTS = 200


def test_what_goes_with_a_setting_is_learned_and_what_does_not_is_left() -> None:
    setting = np.zeros((POSTS, len(SETTING)))
    setting[: POSTS // 2, 0] = 1.0
    setting[POSTS // 2 :, 2] = 1.0
    classes = np.array([0] * (POSTS // 2) + [0, 1, 2, 1] * (POSTS // 8))
    found = shift_learned(setting, np.zeros((POSTS, len(JOINS), 3)), np.zeros((POSTS, 3)), classes)
    assert found.setting[0][0] > 1.0
    assert max(map(abs, found.setting[2])) < max(map(abs, found.setting[0]))
    assert not any(found.setting[1])
    assert not any(found.joins)


def test_joining_others_is_learned_as_one_weight_for_all_classes() -> None:
    classes = np.arange(POSTS) % 3
    others = np.zeros((POSTS, len(JOINS), 3))
    others[np.arange(POSTS), 1, classes] = 1.0
    setting = np.zeros((POSTS, len(SETTING)))
    setting[:, 2] = 1.0
    found = shift_learned(setting, others, np.zeros((POSTS, 3)), classes)
    assert found.joins[1] > 1.0
    assert abs(found.joins[0]) < 1e-6


def test_posts_without_a_class_or_a_setting_teach_nothing() -> None:
    setting = np.ones((POSTS, len(SETTING)))
    others, scores = np.zeros((POSTS, len(JOINS), 3)), np.zeros((POSTS, 3))
    assert not np.any(shift_learned(setting, others, scores, np.full(POSTS, -1)).setting)
    assert not np.any(shift_learned(setting * 0, others, scores, np.zeros(POSTS, dtype=np.int64)).setting)
