"""Two accounts with the same 姓名 are one person, however it is typed; a remark or a number tells namesakes apart."""

from __future__ import annotations

import pytest

from records.same_person import alike, same_person


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张伟", "张 伟"),
        ("张伟", "张\u3000伟"),
        ("张伟", "张伟\u200b"),
        ("张伟", "\u202d张伟\u202c"),
        ("买买提·艾力", "买买提•艾力"),
        ("Li Wei", "ｌｉｗｅｉ"),
    ],
)
def test_blanks_unseen_signs_width_and_case_make_no_other_person(one: str, other: str):
    assert same_person(one, other)


@pytest.mark.parametrize("other", ["张玮", "张伟伟", "张伟（大）", "张伟2"])
def test_another_name_is_another_person(other: str):
    assert not same_person("张伟", other)


@pytest.mark.parametrize(
    ("name", "told"), [("张伟（大）", "张伟"), ("张伟2", "张伟"), ("张伟", None), ("张玮", None), ("（张）", None)]
)
def test_a_name_that_differs_by_a_remark_or_a_number_is_found(name: str, told: str | None):
    assert alike(name, ["李娜", "张伟"]) == told
