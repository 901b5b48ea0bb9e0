"""Trains a candidate, measures it beside the model in use, and lets it take that model's place or puts it aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from huiying.model_in_use import ModelInUse
from huiying.settings import Settings
from nlp.card import Card, Learned, card_for, numbers_learned, write_card
from nlp.corpus import Corpus, corpus
from nlp.model import Model, load_model
from nlp.out_of_fold import read_out_of_fold, together
from nlp.promotion import Floors, Measured, measured, right_verdicts, verdicts
from nlp.scoring import read_all
from nlp.versions import Versions
from pipeline.learning import ToLearn

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the candidate lies, and why it was put aside; without refusals it is the model in use."""

    folder: Path
    refusals: Sequence[str]


class Learning:
    """One training from the texts in `texts`, the posts `left_out` not among them; `told` hears how far it is."""

    def __init__(self, texts: Path, left_out: Sequence[str], told: Told, floors: Floors) -> None:
        self._folder = texts
        self._told = told
        everything = corpus(texts)
        self._texts = everything.without(left_out)
        self._left_out = len(everything.posts) - len(self._texts.posts)
        self._floors = floors

    def write(self, out: Path) -> None:
        """Train on the texts alone and write model and card to `out`."""
        model = self._trained(self._texts)
        model.save(out)
        name = load_model(out).name
        write_card(out, self._card(self._measured(model), Learned.none()), name)
        self._told(f"学习了 {len(self._texts.posts)} 条文本；模型 {name} 和说明卡写在 {out}")

    def learn(self, made: ToLearn, settings: Settings) -> Outcome:
        """Train on the texts and the corrections; use the candidate where nothing speaks against it.

        Raises ModelMissing, ChangedSample.
        """
        self._floors.check_sample()
        in_use = ModelInUse(settings)
        before = in_use.load()
        self._told(f"随附文本 {len(self._texts.posts)} 条，人工更正 {len(made.corrections)} 条；现用模型 {before.name}")
        model = self._trained(together(self._texts, made.texts))
        found = self._measured(model)
        versions = Versions(settings.models_dir)
        folder = versions.keep(model, self._card(found, made.learned))
        refusals = self._refusals(found, before, made, numbers_learned(in_use.folder()))
        if refusals:
            return Outcome(versions.refuse(folder), refusals)
        versions.promote(folder)
        return Outcome(folder, ())

    def _refusals(self, found: Measured, before: Model, made: ToLearn, known: frozenset[int]) -> list[str]:
        fresh = made.fresh(known)
        if not fresh:
            return ["没有现用模型未学过的人工更正，无从比较新旧"]
        bars = {"现用模型": self._measured(before)}
        shipped = load_model()
        if shipped.name != before.name:
            bars["随附模型"] = self._measured(shipped)
        refusals = self._floors.refusals(found, bars)
        return refusals or self._not_better(before, made.texts, fresh)

    def _not_better(self, before: Model, corrected: Corpus, fresh: dict[str, str]) -> list[str]:
        """Both are asked the corrections that neither has learned."""
        news = corrected.without(p.post.id for p in corrected.posts if p.post.id not in fresh)
        old = read_all(before, news)
        new = read_out_of_fold(self._texts, corrected, fresh, self._trained, self._told)
        right, was_right, asked = right_verdicts(new), right_verdicts(old), verdicts(old)
        said = f"未学过的更正共 {asked} 项结论，新模型判对 {right} 项，现用模型 {was_right} 项"
        self._told(said)
        return [] if right > was_right else [f"对人工更正没有进步：{said}"]

    def _trained(self, texts: Corpus) -> Model:
        # scikit-learn takes a second to import and is needed here alone.
        from nlp.training import train

        self._told(f"训练：{len(texts.posts)} 条……")
        return _as_kept(train(texts))

    def _measured(self, model: Model) -> Measured:
        return measured(model, self._floors.sample)

    def _card(self, found: Measured, learned: Learned) -> Card:
        return card_for(self._folder, self._texts, self._left_out, learned, found, self._floors)


def _as_kept(model: Model) -> Model:
    """The model as its files give it back: what is measured is what will be used, to the last digit."""
    with TemporaryDirectory(prefix="huiying-model-") as folder:
        model.save(Path(folder))
        return load_model(Path(folder))
