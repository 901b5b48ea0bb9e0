"""A piece of work that one worker has in hand for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """`holder` has what is called `name` in hand until then. `fence` is another, larger number after every change of holder."""

    name: str
    holder: str
    until: datetime
    fence: int
