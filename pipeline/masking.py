"""Masks what people write before it is kept, and says what was masked, so that they see whether it was right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from storage.store import Transaction

Mask = Callable[[str, Collection[str]], str]
"""Cleans and masks but the names of these: nlp.admission.without_personal_data."""

_PLACEHOLDER = re.compile(r"〔([^〔〕\s]{1,8})〕")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a person wrote as it may be kept, and how often what kind of personal data was masked in it."""

    text: str
    masked: Mapping[str, int] = field(default_factory=dict)


def kept(t: Transaction, text: str, mask: Mask, standing: str = "") -> Kept:
    """The text line by line as it may be kept; a line that stands in `standing` stays as it is.

    The names of those who have an account stay: they say who did what.
    """
    names, before = {one.name for one in t.people.all()}, set(standing.splitlines())
    lines = [one if one in before else mask(one, names) for one in text.splitlines()]
    found = "\n".join(lines)
    return Kept(found, Counter(_PLACEHOLDER.findall(found)) - Counter(_PLACEHOLDER.findall(text)))


def told(masked: Mapping[str, int]) -> str:
    """What a person is told of it; empty where nothing was masked."""
    return f"已遮盖个人信息：{'、'.join(f'{kind}{times}处' for kind, times in masked.items())}" if masked else ""
