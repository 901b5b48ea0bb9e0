"""Scores a judge against labelled texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from nlp.corpus import Corpus, Labelled
from nlp.judge import Judge
from nlp.model import CATEGORIES, SENTIMENTS, Model
from records.assessments import Assessment
from records.words import Sentiment

BINS = 10
"""So many bins of equal width the probabilities are put into."""

LABELS = {
    "sentiment": "情感",
    "negative": "负面",
    "neutral": "中性",
    "positive": "正面",
    "category": "类别",
    "link": "关联",
    "link_precision": "关联准确率",
    "link_recall": "关联召回率",
    "false_links": "误关联",
    "brier": "概率误差",
    "calibration": "校准误差",
}
"""What people read for a score."""

LOWER_IS_BETTER = frozenset({"false_links", "brier", "calibration"})


@dataclass(frozen=True, slots=True)
class Scores:
    """Each 0–1 and better when higher, but for `false_links` (share of posts without a record that got one), `brier`
    and `calibration`.

    `calibration` is the calibration error of the negative probability: posts are put into ten bins of equal width by
    their probability; in each, the mean probability is set against the share of posts that are negative, and the
    distances are averaged by number of posts. `category` is the macro-F1 over posts that are negative and were read so;
    `link` counts a post linked to the right record.
    """

    posts: int
    sentiment: float
    negative: float
    neutral: float
    positive: float
    category: float
    link: float
    link_precision: float
    link_recall: float
    false_links: float
    brier: float
    calibration: float

    def rounded(self) -> dict[str, float]:
        """The scores with three decimals."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


Read = Sequence[tuple[Labelled, Assessment]]


def read_all(model: Model, texts: Corpus) -> list[tuple[Labelled, Assessment]]:
    """Every post with its assessment, by place and time, each place beside its own records and with a memory of its own."""
    return read_twice(model, texts)[0]


def read_twice(
    model: Model, texts: Corpus
) -> tuple[list[tuple[Labelled, Assessment]], list[tuple[Labelled, Assessment]]]:
    """The same as posts were read first, and as they were read in the end, once later ones had made some of them clear."""
    first: list[tuple[Labelled, Assessment]] = []
    last: list[tuple[Labelled, Assessment]] = []
    for place, records in sorted(texts.records.items()):
        judge = Judge(model)
        judge.watch(records)
        posts = sorted((p for p in texts.posts if p.place == place), key=lambda p: (p.post.seen_at, p.post.id))
        read = list(zip(posts, judge.assess([p.post for p in posts], {}), strict=True))
        again = {one.assessment.post_id: one.assessment for one in judge.read_again()}
        first += read
        last += [(p, again.get(p.post.id, found)) for p, found in read]
    return first, last


def scores(read: Read) -> Scores:
    """The scores of what was read."""
    verdicts = [(p.sentiment, a.sentiment) for p, a in read]
    by_sentiment = {sentiment: f1(verdicts, sentiment) for sentiment in SENTIMENTS}
    both_negative = [(p.category, a.category) for p, a in read if p.sentiment is a.sentiment is Sentiment.NEGATIVE]
    right = sum(p.disclosure is not None and p.disclosure == a.disclosure for p, a in read)
    precision = right / max(1, sum(a.disclosure is not None for _, a in read))
    recall = right / max(1, sum(p.disclosure is not None for p, _ in read))
    without = [a.disclosure is not None for p, a in read if p.disclosure is None]
    return Scores(
        posts=len(read),
        sentiment=sum(by_sentiment.values()) / len(by_sentiment),
        negative=by_sentiment[Sentiment.NEGATIVE],
        neutral=by_sentiment[Sentiment.NEUTRAL],
        positive=by_sentiment[Sentiment.POSITIVE],
        category=sum(f1(both_negative, category) for category in CATEGORIES) / len(CATEGORIES),
        link=2 * precision * recall / max(precision + recall, 1e-9),
        link_precision=precision,
        link_recall=recall,
        false_links=sum(without) / max(1, len(without)),
        brier=sum((a.negative - (p.sentiment is Sentiment.NEGATIVE)) ** 2 for p, a in read) / max(1, len(read)),
        calibration=calibration_error([(a.negative, p.sentiment is Sentiment.NEGATIVE) for p, a in read]),
    )


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """How far (probability, whether it was so) pairs lie from what they promise; see Scores."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for pair in pairs:
        bins[min(int(pair[0] * BINS), BINS - 1)].append(pair)
    away = (abs(sum(chance for chance, _ in rows) - sum(true for _, true in rows)) for rows in bins)
    return sum(away) / max(1, len(pairs))


def f1(pairs: Iterable[tuple[object, object]], value: object) -> float:
    """F1 of one value over (true, found) pairs."""
    rows = list(pairs)
    hit = sum(true == value == found for true, found in rows)
    wrong = sum((true == value) != (found == value) for true, found in rows)
    return 2 * hit / max(1, 2 * hit + wrong)
