"""Finds which font file stands for a type of GB/T 9704 on this machine: the true one, or the free one that fonts.conf names."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CONFIG = Path(__file__).with_name("fonts.conf").absolute()
TYPES = ("方正小标宋简体", "仿宋", "楷体", "黑体", "宋体")
"""The types that a paper is printed in."""

_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Face:
    """What is used for a type: `family` as the font names itself, in `file` the `index`-th."""

    type: str
    families: tuple[str, ...]
    file: Path
    index: int

    @property
    def is_true(self) -> bool:
        """Whether it is the type itself, and no stand-in."""
        return self.type in self.families


def environment() -> Mapping[str, str]:
    """The environment of a program that is to use the stand-ins."""
    return {**os.environ, "FONTCONFIG_FILE": str(CONFIG)}


@cache
def face_of(type_: str) -> Face | None:
    """What is used for a type; None where no font for Chinese is installed, or fontconfig is not."""
    asked = ("fc-match", "--format", "%{family}\n%{file}\n%{index}\n%{lang}", type_)
    try:
        answer = subprocess.run(
            asked, capture_output=True, encoding="utf-8", check=True, timeout=_SECONDS, env=environment()
        )
        families, file, index, languages = answer.stdout.split("\n")
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    if "zh-cn" not in languages.split("|"):
        return None
    return Face(type_, tuple(families.split(",")), Path(file), int(index) & 0xFFFF)
