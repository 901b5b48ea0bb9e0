"""Tells from the dates on a page whether its entries go from new to old, and how new the newest is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from crawlers.dates import Dated

FEWEST = 3
"""Entries without which an order may be mere chance."""


def newest_of(found: Sequence[Dated]) -> datetime | None:
    """The time of the newest entry where all dates are readable and fall; None where the order is in any doubt."""
    times = [dated.at for dated in found if dated.flag is None]
    if len(times) < FEWEST or len(times) < len(found) or times[0] == times[-1]:
        return None
    falling = all(earlier >= later for earlier, later in pairwise(times))
    return times[0] if falling else None
