"""Checks what is to be published for what may not go out unseen: the rules' marks, and whatever the masking would take out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from casework.disclosures.secrecy import flags_in, flags_of
from nlp.masking import personal_data
from records.proposals import Flag, Form
from regulation.secrecy import SecrecyRules


def secrecy_check(rules: SecrecyRules) -> Callable[[Form], tuple[Flag, ...]]:
    """The check by these rules."""

    def check(form: Form) -> tuple[Flag, ...]:
        return flags_in(form, rules, _personal)

    return check


def text_check(rules: SecrecyRules) -> Callable[[Iterable[tuple[str, str]]], tuple[Flag, ...]]:
    """The check by these rules of any texts, each with its place."""

    def check(texts: Iterable[tuple[str, str]]) -> tuple[Flag, ...]:
        return flags_of(texts, rules, _personal)

    return check


def _personal(text: str) -> list[tuple[int, int, str]]:
    """What the masking finds, by the word inside its placeholder."""
    return [(start, end, placeholder.strip("@〔〕")) for start, end, placeholder in personal_data(text)]
