"""Says what becomes of posts that a person puts together in one incident or takes out of one, and how grave that is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta

from casework.incidents.grouping import Gathering
from casework.incidents.severity import step_up
from records.incidents import Member
from records.words import Severity
from regulation.severity import Rule, SeverityRules


def together(members: Iterable[Member], windows: Iterable[timedelta] = ()) -> Gathering:
    """The gathering of these posts, each once, as if they had joined it in the order in which they were seen.

    A copy of what is among them is no voice, whatever it was before.
    """
    gathering = Gathering(windows)
    for one in _in_order(members):
        _join(gathering, one)
    return gathering


def gravest_step(
    members: Iterable[Member], rules: SeverityRules, standing: Severity, overruled: AbstractSet[str] = frozenset()
) -> Rule | None:
    """The rule that takes these posts above `standing`, had each of them been counted as it came; None where none does.

    Of several steps it is the last one, which is the highest. Rules named in `overruled` raise nothing.
    """
    gathering, last = Gathering(rules.windows), None
    for one in _in_order(members):
        _join(gathering, one)
        step = step_up(gathering, rules, standing, overruled)
        if step is not None:
            standing, last = step.severity, step
    return last


def with_copies(chosen: Collection[str], members: Sequence[Member]) -> list[Member]:
    """The chosen members with those that copy one of them."""
    return [one for one in members if one.post_id in chosen or one.root in chosen]


def _in_order(members: Iterable[Member]) -> list[Member]:
    once = {one.post_id: one for one in members}
    return sorted(once.values(), key=lambda one: (one.seen_at, one.post_id))


def _join(gathering: Gathering, one: Member) -> None:
    gathering.join(
        one.post_id,
        seen_at=one.seen_at,
        channel=one.channel,
        category=one.category,
        root=one.root,
        reactions=one.reactions,
    )
