"""The labels of the town's texts → the incidents that a desk should find there, by the rules of the contracts.

For tests alone: it is a second, independent reading of the rules and shares no code with the desk.
`python -m samples.town.truth` prints what it expects.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from samples.town.reading import Item, Label, Texts, read_texts

DAY = 24 * 3600.0
WEEK = 7 * DAY
HOUR = 3600.0
RANK = {"general": 1, "major": 2, "major_emergency": 3}

RULES: tuple[tuple[str, str, Callable[[Gathered], bool]], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One negative post as the rules see it; `seen` in seconds after the start."""

    item: Item
    category: str | None
    seen: float
    root: str
    voice: bool


@dataclass(frozen=True, slots=True)
class Gathered:
    """The negative posts on one record up to one moment (the last one's)."""

    posts: tuple[Said, ...]

    def last(self, span: float) -> list[Said]:
        """Those seen within `span` seconds of the last one, both ends included."""
        return [post for post in self.posts if post.seen >= self.posts[-1].seen - span]

    def voices(self, span: float) -> list[Said]:
        """The voices among them."""
        return [post for post in self.last(span) if post.voice]


@dataclass(frozen=True, slots=True)
class Expected:
    """An incident that the desk should find: `history` holds (seconds after the start, severity, rule)."""

    record: str
    category: str
    history: tuple[tuple[float, str, str], ...]
    voices: int
    posts: tuple[str, ...]

    @property
    def severity(self) -> str:
        """The severity that it reaches."""
        return self.history[-1][1]


@dataclass(frozen=True, slots=True)
class Truth:
    """What the labels say: the incidents, and for each other record its voices (always below the threshold)."""

    incidents: tuple[Expected, ...]
    quiet: Mapping[str, int]


def truth(texts: Texts, labels: Mapping[str, Label] | None = None) -> Truth:
    """The truth of these texts. `labels` replaces the written ones, such as by what a machine judged."""
    read = {item.id: item.label for item in texts.items} if labels is None else labels
    incidents, quiet = [], {}
    for record in texts.records:
        gathered = _gathered(texts, read, record.id)
        history = _history(gathered)
        if history:
            incidents.append(
                Expected(
                    record=record.id,
                    category=_leading(gathered),
                    history=history,
                    voices=sum(post.voice for post in gathered),
                    posts=tuple(post.item.id for post in gathered),
                )
            )
        else:
            quiet[record.id] = sum(post.voice for post in gathered)
    return Truth(tuple(incidents), quiet)


def near_duplicates(texts: Texts) -> set[tuple[str, str]]:
    """Pairs of ids whose texts are near-duplicates by the contracts: three fifths of the shorter one's 3-grams."""
    bare = {item.id: _bare(item.text) for item in texts.items}
    grams = {key: {text[i : i + 3] for i in range(len(text) - 2)} for key, text in bare.items()}
    return {
        (one, other) for one, other in combinations(bare, 2) if _near(bare[one], bare[other], grams[one], grams[other])
    }


def _near(one: str, other: str, grams: set[str], others: set[str]) -> bool:
    if min(len(one), len(other)) < 10:
        return one == other
    return len(grams & others) >= 0.6 * min(len(grams), len(others))


def _bare(text: str) -> str:
    text = re.sub(r"^(转发微博|转自论坛|扩散扩散|转)[：:！—]*|//@[^：:]+[：:]", "", text)
    return re.sub(r"[^\w]|_", "", text)


def _gathered(texts: Texts, labels: Mapping[str, Label], record: str) -> tuple[Said, ...]:
    """In the order of appearance; what was there before the start is seen at the start."""
    posts: list[Said] = []
    seen_roots: set[str] = set()
    for item in sorted(texts.items, key=lambda item: (max(item.at, 0.0), item.at)):
        label = labels[item.id]
        if label.sentiment != "negative" or label.record != record:
            continue
        root = label.duplicate_of or item.id
        posts.append(Said(item, label.category, max(item.at, 0.0), root, root not in seen_roots))
        seen_roots.add(root)
    return tuple(posts)


def _history(posts: Sequence[Said]) -> tuple[tuple[float, str, str], ...]:
    history: list[tuple[float, str, str]] = []
    for count in range(1, len(posts) + 1):
        severity, rule = _highest(Gathered(tuple(posts[:count])))
        if severity and (not history or RANK[severity] > RANK[history[-1][1]]):
            history.append((posts[count - 1].seen, severity, rule))
    return tuple(history)


def _highest(gathered: Gathered) -> tuple[str, str]:
    met = [(severity, name) for severity, name, holds in RULES if holds(gathered)]
    return max(met, key=lambda rule: RANK[rule[0]], default=("", ""))


def _leading(posts: Iterable[Said]) -> str:
    tally = Counter(post.category for post in posts if post.voice and post.category)
    return tally.most_common(1)[0][0]


def _reactions(post: Said, texts_below: int = 0) -> int:
    return post.item.likes + post.item.reposts + texts_below


def _posts_on_two_channels(gathered: Gathered) -> bool:
    day = gathered.last(DAY)
    return len(day) >= 30 and len({post.item.channel for post in day}) >= 2


def _ten_of_one_kind(gathered: Gathered) -> bool:
    tally = Counter(post.category for post in gathered.voices(DAY))
    return max(tally["moral_bottom_line"], tally["claim_to_verify"]) >= 10


def _major(gathered: Gathered) -> bool:
    return any(holds(gathered) for severity, _, holds in RULES if severity == "major")


def _mostly_emergency(gathered: Gathered) -> bool:
    tally = Counter(post.category for post in gathered.posts if post.voice and post.category)
    emergency = tally.pop("emergency", 0)
    return emergency > max(tally.values(), default=0)


RULES = (
    ("general", "voices_3", lambda gathered: len(gathered.voices(DAY)) >= 3),
    ("general", "reactions_100", lambda gathered: any(_reactions(post) >= 100 for post in gathered.posts)),
    ("major", "posts_30_2_channels", _posts_on_two_channels),
    ("major", "reactions_5000", lambda gathered: sum(map(_reactions, gathered.posts)) >= 5000),
    ("major", "news_2", lambda gathered: sum(post.item.channel == "news" for post in gathered.posts) >= 2),
    ("major", "category_voices_10", _ten_of_one_kind),
    ("major_emergency", "major_and_emergency", lambda gathered: _major(gathered) and _mostly_emergency(gathered)),
    ("major_emergency", "posts_60_1h", lambda gathered: len(gathered.last(HOUR)) >= 60),
)


def main() -> None:
    """Print the truth of the shipped texts."""
    found = truth(read_texts())
    for incident in found.incidents:
        print(
            incident.record,
            incident.category,
            incident.history,
            f"{incident.voices} voices, {len(incident.posts)} posts",
        )
    print("no incident:", dict(found.quiet))


if __name__ == "__main__":
    main()
