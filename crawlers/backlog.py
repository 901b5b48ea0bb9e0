"""Tells what stood on a source long before it was first read from what is news there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawlers.jobs import Found
from records.posts import UNDATED


@dataclass(slots=True)
class Beginning:
    """A reading at `now` of a source that first gave an answer at `first_answer_at` (None: it has not yet).

    Within `span` after its first answer, what was published longer than `span` before that answer is backlog. Of a post
    that shows no date nobody can say; in the first reading of all it is backlog, unless it answers a post that is none.
    """

    now: datetime
    first_answer_at: datetime | None
    span: timedelta
    recent: set[str] = field(default_factory=set)

    def is_backlog(self, found: Found) -> bool:
        """Whether a post that was found is backlog. Ask in the order in which posts are found."""
        began = self.first_answer_at or self.now
        if self.now - began >= self.span:
            return False
        if UNDATED.intersection(found.flags):
            old = self.first_answer_at is None and found.in_reply_to not in self.recent
        else:
            old = found.published_at < began - self.span
        if not old:
            self.recent.add(found.id)
        return old
