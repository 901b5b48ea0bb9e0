"""How fast and how well posts are judged: `huiying assess` beside plain jieba, memory, start; scores on texts not learned from.

The posts of `whole` are different texts put together at random (one seed) from the clauses of nlp/texts.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import jieba

from benchmarks._assessing import assess
from benchmarks._scenarios import scenarios
from benchmarks._traffic import write_posts, write_records
from benchmarks.techniques import checks
from nlp.admission import admit
from nlp.corpus import Corpus, corpus
from nlp.judge import Judge
from nlp.masking_sample import marked, outcomes, shares
from nlp.model import Model
from nlp.scoring import read_all, read_twice, scores
from nlp.shared_sets import messages
from records.posts import Post, RawPost

HELD_OUT = Path(__file__).parent.parent / "tests" / "nlp" / "held_out"
MASKING = Path(__file__).parent.parent / "tests" / "nlp" / "masking"
ROUNDS, QUICK_ROUNDS = 10, 2
POSTS, QUICK_POSTS = 200_000, 20_000
RECORDS = (20, 1_000)
CUT = 20_000
"""Texts that jieba is timed on."""
BATCH = 256
LONG = 10_000
APART = timedelta(days=9)


def main(argv: list[str]) -> int:
    """Measure; there is no promise to break, so no --mutant.

    `--data` names a folder with the shared public sets, `--scenarios` one with written scenarios and their truth.
    """
    parser = argparse.ArgumentParser(prog="judge", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--scenarios", type=Path)
    chosen = parser.parse_args(argv)
    begun = perf_counter()
    judge = Judge.load()
    found: dict[str, Any] = {
        "benchmark": "judge",
        "model": judge.name,
        "load_seconds": round(perf_counter() - begun, 3),
    }
    texts = corpus()
    found["assess"] = whole(texts, QUICK_POSTS if chosen.quick else POSTS)
    found |= speed(judge, texts, QUICK_ROUNDS if chosen.quick else ROUNDS)
    if HELD_OUT.is_dir():
        held_out = corpus(HELD_OUT)
        read = {place: read_twice(judge.model, held_out.of([place])) for place in held_out.records}
        found["held_out"] = {place: scores(first).rounded() for place, (first, _) in read.items()}
        found["held_out_in_the_end"] = {place: scores(last).rounded() for place, (_, last) in read.items()}
    if MASKING.is_dir():
        found["masking"] = {kind: round(share, 3) for kind, share in shares(outcomes(marked(MASKING))).items()}
    if chosen.data is not None:
        found["citizens_messages"] = real_messages(judge.model, chosen.data)
        found["public"] = checks(chosen.data, chosen.quick)
    if chosen.scenarios is not None:
        found["scenarios"] = scenarios(chosen.scenarios)
    print(json.dumps(found, ensure_ascii=False))
    return 0


def whole(texts: Corpus, count: int) -> dict[str, Any]:
    """Posts a second of the whole command, its start included, against jieba cutting alone; memory; seconds to start."""
    with TemporaryDirectory(prefix="huiying-judge-") as folder:
        posts, one, out = (Path(folder) / name for name in ("posts.jsonl", "one.jsonl", "out.jsonl"))
        length = write_posts(texts, count, posts)
        with posts.open(encoding="utf-8") as lines:
            one.write_text(next(lines), encoding="utf-8")
        plain = jieba_a_second(posts)
        found: dict[str, Any] = {"posts": count, "characters_a_post": round(length, 1), "jieba_a_second": round(plain)}
        for records in RECORDS:
            path = Path(folder) / f"{records}.jsonl"
            write_records(texts, records, path)
            start, run = assess(one, path, out), assess(posts, path, out)
            found[f"records_{records}"] = {
                "posts_a_second": round(count / run.seconds),
                "times_jieba": round(count / run.seconds / plain, 2),
                "work_us_a_post": round((run.work_seconds - start.work_seconds) / count * 1e6),
                "peak_mb": None if run.peak_mb is None else round(run.peak_mb),
                "start_seconds": round(start.seconds, 2),
            }
    return found


def jieba_a_second(posts: Path) -> float:
    """Texts a second that plain jieba cuts, new words guessed, in one process."""
    with posts.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, CUT)]
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    begun = perf_counter()
    for text in texts:
        jieba.lcut(text, HMM=True)
    return len(texts) / (perf_counter() - begun)


def speed(judge: Judge, texts: Corpus, rounds: int) -> dict[str, Any]:
    """Posts a second for letting in and for judging, one process, and milliseconds for a post of LONG characters."""
    place = max(texts.records, key=lambda name: len(texts.records[name]))
    judge.watch(texts.records[place])
    posts = list(_stream(texts, rounds))
    begun = perf_counter()
    for post in posts:
        admit(
            RawPost(
                post.id, post.source, post.channel, post.url, post.title, post.text, post.published_at, post.seen_at
            )
        )
    admitted = perf_counter() - begun
    begun = perf_counter()
    for start in range(0, len(posts), BATCH):
        judge.assess(posts[start : start + BATCH], {})
    judged = perf_counter() - begun
    long = "".join(post.text for post in posts)[: LONG * 4]
    return {
        "posts": len(posts),
        "characters_a_post": round(sum(len(post.text) for post in posts) / len(posts), 1),
        "records": len(texts.records[place]),
        "admitted_a_second": round(len(posts) / admitted),
        "judged_a_second": round(len(posts) / judged),
        "both_a_second": round(len(posts) / (admitted + judged)),
        "long_post_ms": round(
            min(_long(judge, posts[-1], long[n * LONG : (n + 1) * LONG], n) for n in range(3)) * 1000, 1
        ),
    }


def _stream(texts: Corpus, rounds: int) -> Iterator[Post]:
    ordered = sorted((p.post for p in texts.posts), key=lambda post: (post.seen_at, post.id))
    span = ordered[-1].seen_at - ordered[0].seen_at + APART
    for number in range(rounds):
        for post in ordered:
            yield replace(post, id=f"{post.id}-{number}", in_reply_to=None, seen_at=post.seen_at + number * span)


def _long(judge: Judge, like: Post, text: str, number: int) -> float:
    begun = perf_counter()
    judge.assess([replace(like, id=f"long-{number}", text=text)], {})
    return perf_counter() - begun


def real_messages(model: Model, folder: Path) -> dict[str, float]:
    """F1 on 300 real messages to government, which hold complaints and neutral requests but no praise."""
    found = scores(read_all(model, messages(folder))).rounded()
    return {name: found[name] for name in ("posts", "negative", "neutral")}
