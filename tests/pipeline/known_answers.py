"""A reader that knows every answer beforehand, and a store with a judging in front of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipeline.intake import receive_file_row
from pipeline.judging import Judging
from pipeline.notify import page_only
from pipeline.owing import NONE, Owed
from records.assessments import Alone, Assessment, Reread
from records.disclosures import Disclosure
from records.incidents import Incident
from records.posts import Post, Reactions
from records.words import Category, Channel, Scope, Sentiment
from regulation.severity import SeverityRules, severity_rules
from storage.store import Store

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
KEEP = timedelta(days=180)
Label = tuple[Sentiment, str | None, Category | None, str | None]
CALM: Label = (Sentiment.NEUTRAL, None, None, None)


class KnownAnswers:
    """Reads each post as the table says; a post that the table lacks is neutral."""

    def __init__(self, labels: Mapping[str, Label]) -> None:
        self.labels = labels
        self.clear: dict[str, list[str]] = {}
        """The earlier posts that a post makes clear: they are read by the table as it is then."""
        self._last: list[str] = []
        self.remembered: list[tuple[str, str]] = []
        self.watched: list[str] = []
        self.known_for = timedelta(days=7)

    def watch(self, disclosures: Iterable[Disclosure]) -> None:
        self.watched = [record.id for record in disclosures]

    def remember(self, posts_with_root: Iterable[tuple[Post, str]]) -> None:
        self.remembered += [(post.id, root) for post, root in posts_with_root]

    def assess(self, posts: Sequence[Post], disclosures_of: Mapping[str, str | None]) -> list[Assessment]:
        self._last = [post.id for post in posts]
        return [self._assessment(post.id) for post in posts]

    def read_again(self) -> list[Reread]:
        return [Reread(self._assessment(earlier), by) for by in self._last for earlier in self.clear.get(by, ())]

    @property
    def reach(self) -> timedelta:
        return self.known_for

    def alone(self) -> list[Alone]:
        return []

    def _assessment(self, post_id: str) -> Assessment:
        sentiment, disclosure, category, duplicate_of = self.labels.get(post_id, CALM)
        return Assessment(post_id, sentiment, 0.5, disclosure, 0.5, category, {}, duplicate_of, ())


class Town:
    """A desk's judging on a store: posts come in as negative ones on d1 unless said otherwise."""

    def __init__(
        self,
        store: Store,
        rules: SeverityRules | None = None,
        records: Sequence[str] = ("d1", "d2"),
        owed: Owed = NONE,
    ) -> None:
        self.store = store
        self.rules = rules or severity_rules()
        self.labels: dict[str, Label] = {}
        self.reader = KnownAnswers(self.labels)
        self.judging = Judging(store, lambda: self.reader, self.rules, page_only, owed=owed)
        with store.transaction() as t:
            for record_id in records:
                t.disclosures.add(record(record_id), NOON - DAY, "王芳")

    def come(
        self,
        post_id: str,
        at: datetime = NOON,
        *,
        disclosure: str | None = "d1",
        category: Category = Category.PUBLIC_INTEREST,
        channel: Channel = Channel.FORUM,
        copy_of: str | None = None,
        likes: int = 0,
        sentiment: Sentiment = Sentiment.NEGATIVE,
    ) -> Incident | None:
        """A post comes in and is judged; the newest ongoing incident of its record."""
        self.labels[post_id] = (sentiment, disclosure, category, copy_of)
        post = Post(post_id, "bbs", channel, None, None, f"正文{post_id}", at, at, Reactions(likes=likes))
        with self.store.transaction() as t:
            receive_file_row(t, post, at, KEEP)
        return self.judge(disclosure)

    def grow(self, post_id: str, at: datetime, likes: int, disclosure: str = "d1") -> Incident | None:
        """A known post comes in again with other reactions."""
        with self.store.transaction() as t:
            post = t.posts.get(post_id)
            assert post is not None
            receive_file_row(t, replace(post, reactions=Reactions(likes=likes)), at, KEEP)
        return self.judge(disclosure)

    def judge(self, disclosure: str | None = "d1") -> Incident | None:
        """Judge what waits, each change at its own time."""
        self.judging.step(lambda waiting: waiting.at)
        with self.store.reading() as t:
            return None if disclosure is None else t.incidents.newest_ongoing(disclosure)

    def history(self, incident: Incident | None) -> list[tuple[str, str]]:
        """(severity, rule) of each step."""
        assert incident is not None
        with self.store.reading() as t:
            return [(change.severity.value, change.rule) for change in t.incidents.history(incident.id)]

    def posts(self, incident: Incident | None) -> list[str]:
        """Ids of the incident's posts."""
        assert incident is not None
        with self.store.reading() as t:
            return [member.post_id for member in t.incidents.members(incident.id)]


def record(record_id: str, *, scope: Scope = Scope.PUBLIC, published_at: datetime = NOON - DAY) -> Disclosure:
    """A record of 住建局."""
    return Disclosure(record_id, f"{record_id}号方案", None, published_at, "住建局", None, scope, None, "全文")
