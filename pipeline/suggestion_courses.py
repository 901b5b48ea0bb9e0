"""Reads from the store how suggestions have gone."""

from __future__ import annotations

from collections.abc import Sequence

from casework.suggestions.standing import Course, course_of
from records.suggestions import Suggestion
from storage.store import Transaction


def courses_of(t: Transaction, suggestion_ids: Sequence[str]) -> dict[str, Course]:
    """How these suggestions have gone, by number."""
    return courses(t, t.suggestions.many(suggestion_ids))


def courses(t: Transaction, suggestions: Sequence[Suggestion]) -> dict[str, Course]:
    """The same of suggestions that were read before."""
    entries = t.suggestions.entries([one.id for one in suggestions])
    return {one.id: course_of(entries[one.id], one.unit) for one in suggestions}
