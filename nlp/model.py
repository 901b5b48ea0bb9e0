"""The trained weights: kept as arrays and JSON, loaded without running any code of theirs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.bends import Bends
from nlp.context import SETTING, Shift
from nlp.contradiction import OF_RECORD
from nlp.features import Held, Read, Singles, Vocabulary, dense_names
from nlp.lexicon import matters
from nlp.linking import BENT, PAIR
from nlp.matters import Learned
from records.words import Category, Sentiment

Floats = NDArray[np.float64]

MODELS = Path(__file__).parent / "models"
ARRAYS, FACTS = "judge.npz", "judge.json"
SENTIMENTS = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)
CATEGORIES = (
    Category.MISREADING,
    Category.PUBLIC_INTEREST,
    Category.MORAL_BOTTOM_LINE,
    Category.CLAIM_TO_VERIFY,
    Category.EMERGENCY,
)
"""The categories that a machine may give; a request from above is set by a person."""


class ModelMissing(RuntimeError):
    """The model files are absent or damaged. The message is Chinese and says what to do."""


@dataclass(frozen=True, slots=True)
class Linear:
    """Scores of each class: spans × classes, dense columns × classes, one bias a class, divided by `temperature`."""

    spans: Floats | Singles
    dense: Floats
    bias: Floats
    temperature: float = 1.0

    def scores(self, spans: Held, dense: Floats) -> Floats:
        """Texts × classes."""
        return np.asarray((spans.times(self.spans) + dense @ self.dense + self.bias) / self.temperature)

    def chances(self, spans: Held, dense: Floats) -> Floats:
        """Texts × classes, each row adding up to 1."""
        return shares(self.scores(spans, dense))


def shares(scores: Floats) -> Floats:
    """Scores as chances, each row adding up to 1."""
    grown = np.exp(scores - scores.max(axis=1, keepdims=True)) if len(scores) else scores
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Model:
    """All that was learned. `link` holds the weights of linking by feature name, `bends` corrects their sum; `name` is the
    files' fingerprint."""

    vocabulary: Vocabulary
    sentiment: Linear
    category: Linear
    link: Mapping[str, float]
    bends: Bends
    learned: Learned
    sentiment_shift: Shift
    category_shift: Shift
    dense_names: tuple[str, ...]
    name: str = ""

    def save(self, folder: Path) -> None:
        """Write the two files; the same model gives the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            folder / ARRAYS,
            hashes=self.vocabulary.table.hashes,
            rarity=self.vocabulary.rarity.astype(np.float32),
            **{f"bend_{part}": getattr(self.bends, part).astype(np.float32) for part in _BENDS},
            **{f"matter_{part}": values.astype(np.float16) for part, values in self._learned_parts().items()},
            **{
                f"{task}_{part}": getattr(linear, part).astype(np.float32)
                for task, linear in self._tasks()
                for part in _PARTS
            },
        )
        facts = {
            "bent": list(BENT),
            "setting": list(SETTING),
            "shift": {
                "sentiment": asdict(self.sentiment_shift),
                "category": asdict(self.category_shift),
            },
            "dense_names": list(self.dense_names),
            "link": dict(self.link),
            "matters": list(self.learned.names),
            "temperature": {task: linear.temperature for task, linear in self._tasks()},
        }
        (folder / FACTS).write_text(
            json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )

    def _learned_parts(self) -> dict[str, Any]:
        learned = self.learned
        values = (learned.rarity, learned.usual, learned.basis, *learned.of_all_spans())
        return dict(zip(_LEARNED, values, strict=True))

    def _tasks(self) -> tuple[tuple[str, Linear], ...]:
        return ("sentiment", self.sentiment), ("category", self.category)

    def read_matrix(self, read: Read) -> tuple[sparse.csr_matrix, Floats, NDArray[np.int64]]:
        """The batch in this model's vocabulary; see Vocabulary.matrix."""
        return self.vocabulary.matrix(read)


_PARTS = ("spans", "dense", "bias")
_BENDS = ("pair", "post", "start", "worth")
_LEARNED = ("rarity", "usual", "basis", "towards", "answering")


def _for_columns(dense: Floats, learned: Sequence[str], wanted: Sequence[str]) -> Floats:
    """Weights of the dense columns in use; 0 for one that the model was not learned with."""
    row = {name: n for n, name in reversed(list(enumerate(learned[: len(dense)])))}
    return np.array([dense[row[name]] if name in row else np.zeros(dense.shape[1]) for name in wanted])


def _learned(arrays: Mapping[str, NDArray[np.float16]], names: list[str] | None, spans: int) -> Learned:
    """What is known of matters, for the list of matters in use; nothing in a model made before it was learned."""
    if names is None:
        return Learned.nothing(spans)
    rarity, usual, basis = (arrays[f"matter_{part}"].astype(np.float64) for part in _LEARNED[:3])
    # By far the most of what a model keeps: as they are in the file, and what posts ask for is reckoned with in full.
    towards, answering = (arrays[f"matter_{part}"] for part in _LEARNED[3:])
    return Learned.of(tuple(names), rarity, usual, basis, towards, answering).for_list(matters().names)


def _bends(arrays: Mapping[str, NDArray[np.float32]], features: list[str] | None) -> Bends:
    """The corrections of linking; none in a model made before they were learned, or for a feature that it never met."""
    if features is None:
        return Bends.none(len(PAIR), len(BENT) - len(PAIR))
    pair, post, start, worth = (arrays[f"bend_{part}"].astype(np.float64) for part in _BENDS)
    by_name = dict(zip(features, np.vstack((pair, post)), strict=True))
    rows = np.array([by_name.get(name, np.zeros(len(worth))) for name in BENT])
    return Bends(rows[: len(PAIR)], rows[len(PAIR) :], start, worth)


def _shift(facts: Mapping[str, Any], task: str, classes: int) -> Shift:
    """The shift by setting; none in a model made before it was learned."""
    if "shift" not in facts:
        return Shift.none(classes)
    if tuple(facts["setting"]) != SETTING:
        raise ValueError("a shift by another setting")
    return Shift(facts["shift"][task]["setting"], facts["shift"][task]["joins"])


def load_model(folder: Path = MODELS) -> Model:
    """Read the model files. Raises ModelMissing."""
    try:
        raw = (folder / ARRAYS).read_bytes()
        facts_raw = (folder / FACTS).read_bytes()
        facts = json.loads(facts_raw)
        columns = {"sentiment": dense_names(), "category": (*dense_names(), *OF_RECORD)}
        with np.load(BytesIO(raw), allow_pickle=False) as arrays:
            tasks = {
                task: Linear(
                    spans=arrays[f"{task}_spans"],
                    dense=_for_columns(arrays[f"{task}_dense"].astype(np.float64), facts["dense_names"], wanted),
                    bias=arrays[f"{task}_bias"].astype(np.float64),
                    temperature=float(facts["temperature"][task]),
                )
                for task, wanted in columns.items()
            }
            vocabulary = Vocabulary(arrays["hashes"], arrays["rarity"].astype(np.float64))
            bends = _bends(arrays, facts.get("bent"))
            learned = _learned(arrays, facts.get("matters"), len(vocabulary))
        return Model(
            vocabulary=vocabulary,
            sentiment=tasks["sentiment"],
            category=tasks["category"],
            link={str(name): float(weight) for name, weight in facts["link"].items()},
            bends=bends,
            learned=learned,
            sentiment_shift=_shift(facts, "sentiment", len(SENTIMENTS)),
            category_shift=_shift(facts, "category", len(CATEGORIES)),
            dense_names=columns["category"],
            name=hashlib.sha256(raw + facts_raw).hexdigest()[:12],
        )
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as problem:
        raise ModelMissing(
            f"判读模型读不出来（{folder.name} 中的 {ARRAYS} 或 {FACTS}）：请重新安装，或运行 huiying train 重新训练"
        ) from problem
