"""Keeps the models of a desk side by side, a folder each named by its fingerprint; `current` says which one is in use.

`current` is a list of names, the newest first: the first is in use, the next is what `back` returns to. It is replaced
in one step, so that whoever reads it finds the old list or the new one. No list means: the model that is shipped.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from tempfile import mkdtemp

from nlp.card import Card, write_card
from nlp.model import Model, ModelMissing, load_model

CURRENT, REFUSED = "current", "refused"
_NAME = re.compile(r"[0-9a-f]{12}")


class NothingBefore(LookupError):
    """There is no earlier model to go back to."""


class Versions:
    """The models of one desk, in `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def in_use(self) -> Path | None:
        """The folder of the model in use, None for the shipped one. Raises ModelMissing where the list is spoilt."""
        names = self._names()
        return self._root / names[0] if names else None

    def keep(self, model: Model, card: Card) -> Path:
        """Write the model and its card into a folder of its own; the same model is kept once."""
        self._root.mkdir(parents=True, exist_ok=True)
        fresh = Path(mkdtemp(dir=self._root, prefix=".new-"))
        try:
            model.save(fresh)
            name = load_model(fresh).name
            write_card(fresh, card, name)
            folder = self._root / name
            if not folder.exists():
                fresh.chmod(0o755)
                fresh.rename(folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return folder

    def promote(self, folder: Path) -> None:
        """Let that model be the one in use."""
        names = [name for name in self._names() if name != folder.name]
        self._write([folder.name, *names])

    def refuse(self, folder: Path) -> Path:
        """Put that candidate aside; where it lies then. One that is or was in use stays where it is."""
        if folder.name in self._names():
            return folder
        aside = self._root / REFUSED / folder.name
        aside.parent.mkdir(exist_ok=True)
        shutil.rmtree(aside, ignore_errors=True)
        folder.rename(aside)
        return aside

    def back(self) -> Path | None:
        """Return to the model that was in use before; its folder, None for the shipped one. Raises NothingBefore."""
        names = self._names()
        if not names:
            raise NothingBefore
        self._write(names[1:])
        return self.in_use()

    def _names(self) -> list[str]:
        try:
            names = (self._root / CURRENT).read_text(encoding="utf-8").split()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as fault:
            raise ModelMissing(_SPOILT) from fault
        if not all(_NAME.fullmatch(name) for name in names):
            raise ModelMissing(_SPOILT)
        return names

    def _write(self, names: list[str]) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        fresh = self._root / f".{CURRENT}.new"
        with fresh.open("w", encoding="utf-8") as file:
            file.write("".join(f"{name}\n" for name in names))
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self._root / CURRENT)


_SPOILT = f"模型清单 {CURRENT} 读不懂：请删去它（回到随附模型），再运行 huiying train"
