"""What is meant by a deed that a person does to one thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.acts import Actor


@dataclass(frozen=True, slots=True)
class Meant:
    """The thing by its id, who acts when, and the request that a repeat carries too; `seen` says which state of the thing
    the person has seen, where somebody else may change it meanwhile."""

    subject: str
    actor: Actor
    at: datetime
    request: str | None = None
    seen: int | None = None
