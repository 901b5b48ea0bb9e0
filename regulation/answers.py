"""What is looked for in an answer before it is published (第四十四条（一）): reads answers.yaml; an unknown word is an error."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from records.shipped_files import content_of
from regulation.clauses import citation
from regulation.rule_rows import BadRules, fault_in

_FILE = Path(__file__).with_name("answers.yaml")
_FAULTS = {
    "extra_forbidden": "没有这一项",
    "missing": "缺少这一项",
    "enum": "没有这个词",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
}

Text = Annotated[str, Field(min_length=1, max_length=200)]


class Check(StrEnum):
    """What is looked for."""

    DENIAL = "denial"
    UNFINISHED = "unfinished"
    PARTY_TITLE = "party_title"
    PARTY_TEXT = "party_text"
    SECRET = "secret"
    PERSONAL = "personal"
    FOCUS = "focus"
    GROUNDS = "grounds"
    OFFICIALESE = "officialese"
    LENGTH = "length"
    SENTENCE = "sentence"


class Effect(StrEnum):
    """What follows where it is found."""

    BLOCK = "block"
    REASON = "reason"
    HINT = "hint"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {"block": "不能审定", "reason": "审定要说明", "hint": "请斟酌"}[self.value]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CheckRule(_Row):
    """One row of `checks`."""

    check: Check
    effect: Effect
    clause: str
    label: Text
    hint: Text

    @field_validator("clause")
    @classmethod
    def _cited(cls, value: str) -> str:
        citation(value)
        return value


class Sizes(_Row):
    """The sizes; see answers.yaml."""

    longest: Annotated[int, Field(ge=50)]
    sentence: Annotated[int, Field(ge=10)]
    shared: Annotated[int, Field(ge=6)]
    name: Annotated[int, Field(ge=4)]
    touch: Annotated[float, Field(gt=0, le=1)]


class Denials(_Row):
    """What calls something untrue."""

    words: Annotated[tuple[Text, ...], Field(min_length=1)]
    unless: tuple[Text, ...]
    patterns: tuple[re.Pattern[str], ...]


class Officialese(_Row):
    """One stock phrase and what to say instead."""

    word: Text
    plain: str


class AnswerRules(_Row):
    """answers.yaml as read."""

    checks: tuple[CheckRule, ...]
    sizes: Sizes
    denials: Denials
    officialese: tuple[Officialese, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sorted(row.check for row in self.checks) != sorted(Check):
            raise ValueError(f"应正好写 {'、'.join(Check)} 各一条")
        if self.check(Check.DENIAL).effect is not Effect.BLOCK:
            raise ValueError("没有核实记录的否定说法不能放行：denial 应为 block")
        words = [row.word for row in self.officialese]
        if len(set(words)) != len(words):
            raise ValueError("官话套话里有重复的词")
        return self

    def check(self, check: Check) -> CheckRule:
        """The row of that check."""
        return next(row for row in self.checks if row.check is check)


@cache
def answer_rules(path: Path = _FILE) -> AnswerRules:
    """The rules as shipped. Raises BadRules naming the file and the fault."""
    try:
        return AnswerRules.model_validate(content_of(path))
    except ValidationError as error:
        raise BadRules(f"{path.name}：{fault_in(error, _FAULTS, '的值不对')}") from None
