"""The vocabularies: values of the contracts, each with a Chinese label."""

import pytest

from records.words import Category, Channel, ReportKind, Risk, Role, Scope, Sentiment, Severity, Word


@pytest.mark.parametrize("vocabulary", [Channel, Sentiment, Category, Severity, Scope, Risk, ReportKind, Role])
def test_every_word_has_a_chinese_label(vocabulary: type[Word]) -> None:
    for word in vocabulary:
        assert all("一" <= letter <= "鿿" for letter in word.label), word


@pytest.mark.clause("H-42")
def test_severity_rises_from_general_to_major_to_major_emergency() -> None:
    assert Severity.GENERAL.rank < Severity.MAJOR.rank < Severity.MAJOR_EMERGENCY.rank


@pytest.mark.clause("H-38")
def test_the_six_kinds_of_negative_reaction_stand_in_the_order_of_the_article() -> None:
    assert [kind.value for kind in Category] == [
        "misreading",
        "public_interest",
        "moral_bottom_line",
        "claim_to_verify",
        "emergency",
        "superior_request",
    ]
