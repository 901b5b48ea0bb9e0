"""Writes the model card that lies beside a model: what it was made from, how well it reads, where its limits are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nlp.corpus import Corpus, fingerprint, learned_files
from nlp.promotion import Floors, Measured
from nlp.scoring import LABELS, LOWER_IS_BETTER
from records.shipped_files import content_of

JSON, MARKDOWN = "card.json", "card.md"
WHOLE = "all"
_WORDING = Path(__file__).parent / "card.yaml"


@dataclass(frozen=True, slots=True)
class Learned:
    """The corrections that a model learned: how many of each kind, which (their numbers), and the hash of what they say."""

    by_kind: Mapping[str, int]
    numbers: tuple[int, ...]
    sha256: str

    @classmethod
    def none(cls) -> Learned:
        """For a model of texts alone."""
        return cls({}, (), hashlib.sha256(b"").hexdigest())


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a model. `texts` gives rows and hash of each file, `without` counts the posts left out."""

    texts: Mapping[str, tuple[int, str]]
    posts: int
    without: int
    corrections: Learned
    measured: Measured
    floors: Floors


def card_for(
    folder: Path, texts: Corpus, without: int, corrections: Learned, measured: Measured, floors: Floors
) -> Card:
    """The card of a model that learned `texts`, read from `folder`, and these corrections."""
    files = {file.relative_to(folder).as_posix(): _rows_and_hash(file) for file in learned_files(folder)}
    return Card(files, len(texts.posts), without, corrections, measured, floors)


def _rows_and_hash(file: Path) -> tuple[int, str]:
    raw = file.read_bytes()
    return sum(bool(line.strip()) for line in raw.splitlines()), hashlib.sha256(raw).hexdigest()


def write_card(folder: Path, card: Card, name: str) -> None:
    """Write the card as JSON and as Markdown beside the model `name`; the same model gives the same bytes."""
    facts = _facts(card, name)
    text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / JSON).write_text(f"{text}\n", encoding="utf-8")
    (folder / MARKDOWN).write_text(_markdown(facts), encoding="utf-8")


def numbers_learned(folder: Path) -> frozenset[int]:
    """The numbers of the corrections that the model in that folder learned; none where it has no card."""
    try:
        facts = json.loads((folder / JSON).read_text(encoding="utf-8"))
        return frozenset(int(number) for number in facts["corrections"]["numbers"])
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def _facts(card: Card, name: str) -> dict[str, Any]:
    wording = content_of(_WORDING)
    return {
        **wording,
        "name": name,
        "posts": card.posts,
        "posts_left_out": card.without,
        "texts": [{"file": file, "rows": rows, "sha256": digest} for file, (rows, digest) in card.texts.items()],
        "corrections": {**asdict(card.corrections), "count": len(card.corrections.numbers)},
        "sample": {place: fingerprint(card.floors.sample / place) for place in sorted(card.measured.places)},
        "scores": {
            WHOLE: card.measured.whole.rounded(),
            **{place: found.rounded() for place, found in sorted(card.measured.places.items())},
        },
        "floors": [
            {
                "place": floor.place,
                "score": floor.score,
                "most" if floor.score in LOWER_IS_BETTER else "least": floor.bound,
            }
            for floor in card.floors.floors
        ],
    }


def _markdown(facts: Mapping[str, Any]) -> str:
    corrections = facts["corrections"]
    kinds = "，".join(f"{kind} {count} 处" for kind, count in sorted(corrections["by_kind"].items()))
    left_out = f"，另有 {facts['posts_left_out']} 条按要求没有学" if facts["posts_left_out"] else ""
    lines = [
        f"# 研判模型 {facts['name']}",
        "",
        f"- 用途：{facts['purpose']}",
        f"- 许可：{facts['licence']}",
        f"- 学习：随附文本 {facts['posts']} 条{left_out}；人工更正 {corrections['count']} 条{f'（{kinds}）' if kinds else ''}",
        "",
        "## 分数（固定样本，从不学习；括号内是底线）",
        "",
        f"| 分数 | {' | '.join(_places(facts))} |",
        f"|---|{'---|' * len(facts['scores'])}",
        *(f"| {label} | {' | '.join(_values(facts, score))} |" for score, label in LABELS.items()),
        "",
        *(f"- {place}：指纹 {digits}" for place, digits in facts["sample"].items()),
        "",
        "## 局限",
        "",
        *(f"- {limit}" for limit in facts["limits"]),
        "",
        "## 学过的文件",
        "",
        "| 文件 | 行 | SHA-256 |",
        "|---|---|---|",
        *(f"| {file['file']} | {file['rows']} | {file['sha256']} |" for file in facts["texts"]),
        f"| 人工更正 | {corrections['count']} | {corrections['sha256']} |",
    ]
    return "\n".join(lines) + "\n"


def _places(facts: Mapping[str, Any]) -> list[str]:
    return ["全部" if place == WHOLE else place for place in facts["scores"]]


def _values(facts: Mapping[str, Any], score: str) -> list[str]:
    bounds = {(row["place"], row["score"]): row for row in facts["floors"]}
    return [f"{found[score]:.3f}{_bound(bounds.get((place, score)))}" for place, found in facts["scores"].items()]


def _bound(floor: Mapping[str, Any] | None) -> str:
    if floor is None:
        return ""
    return f"（≤ {floor['most']:.2f}）" if "most" in floor else f"（≥ {floor['least']:.2f}）"
