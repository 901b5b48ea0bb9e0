"""Follows the pages that belong together, from the one that a list leads to on to the last: a thread, an article."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawlers.addresses import permalink, without_anchor
from crawlers.jobs import KnownPage
from crawlers.reading import Follow


@dataclass(slots=True)
class Chain:
    """The pages that one follow led to: from a marked follow, or from the page of a post, on to the last.

    Once all are read, the mark is remembered under `page`, and with it where to go on next time. `whole` says that
    everything under the post `head.root` was read: nothing left out, cut off or skipped as unchanged. `ids` are of the
    posts found, `names` of the pages asked for, `whole_at` is when all were last read. `leading` is the first page,
    where that leads on. A chain is astray when the page to go on from is no longer what it was: next time all is read.
    """

    head: Follow
    page: str
    mark: str | None
    resume: Follow | None
    whole_at: datetime
    last: Follow
    ids: dict[str, None] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    open: int = 0
    sound: bool = True
    whole: bool = True
    astray: bool = False
    leading: KnownPage | None = None

    @classmethod
    def beginning(
        cls, head: Follow, page: str, mark: str | None, marked: KnownPage | None, now: datetime, whole: timedelta
    ) -> Chain:
        """The chain of `head`, to go on where `marked` says unless it was last read whole as long ago as `whole`."""
        resume, whole_at = (None, now) if marked is None else _resumed(head, marked)
        if resume is None or now - whole_at >= whole:
            return cls(head, page, mark, None, now, head)
        return cls(head, page, mark, resume, whole_at, head)

    def going_on(self, follow: Follow, follows: Sequence[Follow]) -> Sequence[Follow]:
        """Where to go on from the page of `follow`: after the first, to the page that was the last one last time."""
        if self.resume is None or follow is not self.head or len(follows) != 1:
            return follows
        if permalink(follows[0].url) == permalink(self.resume.url):
            return follows
        self.whole = False
        return (self.resume,)

    def reached(self, follow: Follow) -> None:
        """Note the page that was read last."""
        if follow.step == self.head.step:
            self.last = follow

    def place(self) -> str | None:
        """Where to go on next time, as JSON; None where a chain is one page, or its pages are told apart otherwise."""
        last, head = self.last, self.head
        if last is head or "page" not in last.memo or {**head.memo, "page": last.memo["page"]} != last.memo:
            return None
        place = {"url": without_anchor(permalink(last.url)), "page": last.memo["page"]}
        return json.dumps({**place, "whole_at": self.whole_at.isoformat()})


def _resumed(head: Follow, marked: KnownPage) -> tuple[Follow | None, datetime]:
    if marked.resume is None:
        return None, marked.fetched_at
    kept = json.loads(marked.resume)
    follow = Follow(kept["url"], head.step, {**head.memo, "page": kept["page"]})
    return follow, datetime.fromisoformat(kept["whole_at"])
