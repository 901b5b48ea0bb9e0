"""Finds the model that a desk reads with: the folder of the settings, else the newest it trained, else the shipped one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from huiying.settings import Settings
from nlp.dictionary import read_dictionary
from nlp.duplicates import TEXTS_KEPT
from nlp.explaining import Explaining
from nlp.judge import Judge
from nlp.model import ARRAYS, FACTS, MODELS, Model, ModelMissing, load_model
from nlp.versions import Versions
from pipeline.model_note import UNREAD, ModelNote


class ModelInUse:
    """Loads the model in use, and again where another one is to be used. `note` says how it stands."""

    def __init__(self, settings: Settings) -> None:
        self._chosen = settings.judge.model_dir
        self._versions = Versions(settings.models_dir)
        self._model: Model | None = None
        self._looked_at = ""
        self.note = UNREAD
        self._dictionary = settings.judge.dictionary
        self.dictionary_faults: list[str] = []
        """Lines of the dictionary that are not used, and why, once a judge was made."""

    def look(self) -> None:
        """Load the model where another one is to be used; one that cannot be read is noted."""
        stamp = self.stamp()
        if stamp != self._looked_at:
            self._looked_at, self._model = stamp, None
            with suppress(ModelMissing):
                self._model = self.load()

    def stamp(self) -> str:
        """Another text once another model is to be loaded."""
        try:
            folder = self._own()
        except ModelMissing as problem:
            return str(problem)
        return "|".join((str(folder), *(_stamp_of(folder / file) for file in (ARRAYS, FACTS))))

    def load(self) -> Model:
        """The model. One that this desk trained and that cannot be read gives way to the shipped one, and is noted.

        Raises ModelMissing, noted too.
        """
        trouble = None
        try:
            folder = self._own()
            own = folder != MODELS
            model = load_model(folder)
        except ModelMissing as problem:
            trouble = str(problem)
            if self._chosen is not None:
                self.note = ModelNote(None, True, trouble)
                raise
            own, model = False, self._shipped(trouble)
            trouble = f"本单位训练的模型用不了，暂用随附模型。{trouble}"
        self.note = ModelNote(model.name, own, trouble)
        return model

    def judge(self, *, tells: bool = False, texts: int = TEXTS_KEPT) -> Judge:
        """A judge with the model looked at last; one that `tells` lets `explaining` say why. Raises ModelMissing.

        It knows copies of so many `texts`.
        """
        self.look()
        dictionary, self.dictionary_faults = read_dictionary(self._dictionary)
        return Judge(self._model or self.load(), dictionary, tells=tells, texts=texts)

    def explaining(self) -> Explaining:
        """What says why that judge reads so. Raises ModelMissing."""
        self.look()
        return Explaining(self._model or self.load())

    def folder(self) -> Path:
        """Where it lies. Raises ModelMissing."""
        return self._own()

    def _own(self) -> Path:
        return self._chosen or self._versions.in_use() or MODELS

    def _shipped(self, trouble: str) -> Model:
        try:
            return load_model(MODELS)
        except ModelMissing:
            self.note = ModelNote(None, False, trouble)
            raise


def _stamp_of(file: Path) -> str:
    try:
        found = file.stat()
    except OSError:
        return "-"
    return f"{found.st_mtime_ns}.{found.st_size}"
