"""Turns what the last reading brought into how long a source is left alone: busy ones less, quiet ones longer."""

from __future__ import annotations

LEAST_SHARE = 8
"""A busy source is read at most this many times as often as its row says."""

_SLOWING = 1.1


def next_interval(row: float, current: float, new_posts: int, shortest: float, quiet_factor: float) -> float:
    """The next interval in seconds, such that a reading brings about one new post.

    `row` is the interval that the source's row says and `current` the one before this reading. Never shorter than
    `shortest` (or than the row's, where that is shorter still), never longer than `quiet_factor` times the row's.
    """
    wanted = current / new_posts if new_posts else current * _SLOWING
    least = min(row, max(shortest, row / LEAST_SHARE))
    return min(max(wanted, least), row * max(quiet_factor, 1.0))
