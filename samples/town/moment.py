"""The town as it stands at one moment: what has been said by now, how often it was liked, when it was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zlib import crc32

from samples.town.reading import Item, Record, Texts
from samples.town.records import published_at


@dataclass(frozen=True)
class Pace:
    """The epoch and how the written seconds map to real time: `minutes` of real time for all that unfolds."""

    epoch: datetime
    stretch: float = 1.0

    @staticmethod
    def over(minutes: float, texts: Texts, epoch: datetime) -> Pace:
        """The pace at which the whole town unfolds in `minutes`."""
        return Pace(epoch, timedelta(minutes=minutes) / texts.unfolds_over)

    def when(self, item: Item) -> datetime:
        """The real moment at which an item appears; what was there before the start is not stretched."""
        return self.epoch + timedelta(seconds=item.at * self.stretch if item.at > 0 else item.at)


@dataclass(frozen=True)
class Moment:
    """The town at `now`. `ports` says where each of its sites is served on the loopback."""

    texts: Texts
    pace: Pace
    now: datetime
    records_dated: datetime
    ports: dict[str, int]

    @cached_property
    def items(self) -> list[Item]:
        """Everything said by now, in the order of the files."""
        return [item for item in self.texts.items if self.pace.when(item) <= self.now]

    def of(self, kind: str) -> list[Item]:
        """What was said by now, of that kind, oldest first."""
        return sorted((item for item in self.items if item.kind == kind), key=lambda item: (item.at, item.id))

    def one(self, kind: str, item_id: str) -> Item | None:
        """That item, if it is there by now."""
        return next((item for item in self.items if item.kind == kind and item.id == item_id), None)

    def below(self, head: Item) -> list[Item]:
        """What stands below a thread or an article by now, oldest first."""
        found = (item for item in self.items if item.group == head.group and item.number > 0)
        return sorted(found, key=lambda item: (item.at, item.number))

    def when(self, item: Item) -> datetime:
        """When it was said."""
        return self.pace.when(item)

    def grown(self, item: Item, final: int) -> int:
        """How much of a final count has been reached by now: even growth over the `grow` time of the town."""
        share = (self.now - self.when(item)) / (self.texts.grow * self.pace.stretch)
        return int(final * min(1.0, max(0.0, share)))

    def published(self, record: Record) -> datetime:
        """When a disclosure record was published."""
        return published_at(record, self.records_dated)

    def nickname(self, item: Item) -> str:
        """Who said it, as the page shows and a crawler must not keep."""
        return self.texts.nicknames[crc32(item.id.encode()) % len(self.texts.nicknames)]

    def place(self, item: Item) -> str:
        """From where, as the page shows and a crawler must not keep."""
        return self.texts.places[crc32(item.text.encode()) % len(self.texts.places)]
