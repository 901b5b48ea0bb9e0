"""Makes as many different posts and records as a measurement wants, by putting the clauses of nlp/texts together anew."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from nlp.corpus import Corpus
from records.disclosures import Disclosure
from records.posts import Post
from records.words import Channel

SEED = 48
_CLAUSE = re.compile(r"[^。！？；，,!?\n]*[。！？；，,!?\n]?")
_SENTENCE = re.compile(r"[^。]+。?")
_SHORTEST, _LONGEST = 30, 56
_BEGIN = datetime.fromisoformat("2026-05-01T00:00:00+08:00")
_APART = timedelta(seconds=3)


def write_posts(texts: Corpus, count: int, path: Path) -> float:
    """Write that many posts with different texts, three seconds apart, one in ten an answer; their mean length."""
    chance = random.Random(SEED)
    clauses = [c for p in texts.posts for c in _CLAUSE.findall(p.post.text) if len(c) > 3]
    seen: set[str] = set()
    with path.open("w", encoding="utf-8") as file:
        while len(seen) < count:
            text = _text(clauses, chance)
            if text not in seen:
                file.write(json.dumps(_row(len(seen), text, chance), ensure_ascii=False) + "\n")
                seen.add(text)
    return sum(map(len, seen)) / count


def posts_written(path: Path) -> Iterator[Post]:
    """The posts of a file that `write_posts` wrote, as they would be stored."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            at = datetime.fromisoformat(row["seen_at"])
            yield Post(row["id"], row["source"], Channel(row["channel"]), row["url"], None, row["text"], at, at)


def write_records(texts: Corpus, count: int, path: Path) -> None:
    """Write that many records: those of one place first, then of all, then titles and bodies of two put together."""
    path.write_text(
        "".join(
            json.dumps(asdict(record), default=str, ensure_ascii=False) + "\n" for record in _records(texts, count)
        ),
        encoding="utf-8",
    )


def _text(clauses: list[str], chance: random.Random) -> str:
    text, length = "", chance.randint(_SHORTEST, _LONGEST)
    while len(text) < length:
        text += chance.choice(clauses)
    return text.strip()


def _row(number: int, text: str, chance: random.Random) -> dict[str, Any]:
    at = (_BEGIN + number * _APART).isoformat()
    answers = number > 50 and chance.random() < 0.1
    return {
        "id": f"p{number}",
        "source": "traffic",
        "channel": "forum",
        "url": f"https://forum.example/t/{number}",
        "title": None,
        "text": text,
        "published_at": at,
        "seen_at": at,
        "reactions": {"likes": number % 7},
        "in_reply_to": f"p{number - chance.randint(1, 50)}" if answers else None,
    }


def _records(texts: Corpus, count: int) -> Iterator[Disclosure]:
    chance = random.Random(SEED)
    places = sorted(texts.records, key=lambda name: (-len(texts.records[name]), name))
    real = [record for place in places for record in texts.records[place]]
    for number in range(count):
        one = real[number % len(real)]
        changes: dict[str, Any] = {"id": f"r{number}", "published_at": _BEGIN - timedelta(days=3)}
        if number >= len(real):
            other = chance.choice(real)
            halves = [_SENTENCE.findall(record.body) for record in (one, other)]
            changes["title"] = chance.choice((one, other)).title
            changes["body"] = "".join(s for half in halves for s in chance.sample(half, (len(half) + 1) // 2))
            changes["watch_terms"] = one.watch_terms[:1] + other.watch_terms[:2]
        yield Disclosure(**asdict(one) | changes)
