"""What a text to be published must not hold unseen: reads secrecy.yaml and the office's own words; an unknown word is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from records.shipped_files import content_of
from regulation.clauses import UnknownClause, clause
from regulation.rule_rows import BadRules, fault_in

_FILE = Path(__file__).with_name("secrecy.yaml")
_SETTING = "rules.secrecy_words"
_TERM = re.compile(r"<([a-z_]+)>")
_LONGEST_WORD = 60

Edges = Literal["none", "line", "clause"]
Words = Annotated[str, Field(min_length=1)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Mark(_Row):
    """One row of `marks`; see the head of secrecy.yaml for its keys."""

    name: Words
    label: Words
    why: Words
    clause: str
    patterns: Annotated[tuple[re.Pattern[str], ...], Field(min_length=1)]
    edges: Edges = "none"
    after: Edges | None = None
    unless: re.Pattern[str] | None = None

    @property
    def right(self) -> Edges:
        """How free the right edge must be."""
        return self.edges if self.after is None else self.after


class Personal(_Row):
    """What is said of one kind of personal data; `finds` is the masking's word for it."""

    finds: Words
    why: Words
    unless: re.Pattern[str] | None = None

    def holds(self, words: str) -> bool:
        """Whether these words may be what they were taken for."""
        return self.unless is None or not self.unless.search(words)


class Own(_Row):
    """What is said of a word of the office's own."""

    label: Words
    why: Words
    clause: str


class SecrecyRules(_Row):
    """secrecy.yaml as read, with the words that the office added."""

    letters: Mapping[str, str]
    marks: Annotated[tuple[Mark, ...], Field(min_length=1)]
    personal: tuple[Personal, ...]
    personal_label: Words
    personal_clause: str
    own: Own
    own_words: tuple[str, ...] = ()

    def personal_row(self, finds: str) -> Personal:
        """The row on personal data of that kind, or what is said of a kind that has none."""
        return next((row for row in self.personal if row.finds == finds), Personal(finds=finds, why=f"像{finds}"))


def secrecy_rules(own_words: Sequence[str] = (), path: Path = _FILE) -> SecrecyRules:
    """The rules in force. Raises BadRules naming the file or the setting and the fault."""
    _check_words(own_words)
    content = content_of(path)
    try:
        rules = SecrecyRules.model_validate({**_spelled_out(content, path.name), "own_words": tuple(own_words)})
    except ValidationError as error:
        raise BadRules(f"{path.name}：{fault_in(error, {}, '不对')}") from None
    _check_rows(rules, path.name)
    return rules


def _check_words(words: Sequence[str]) -> None:
    for word in words:
        if not 2 <= len("".join(word.split())) <= _LONGEST_WORD:
            raise BadRules(f"设置 {_SETTING}：“{word[:20]}”应为 2 至 {_LONGEST_WORD} 个字")


def _spelled_out(content: Any, file: str) -> dict[str, Any]:
    """The rows with every <term> of their patterns replaced by what it stands for."""
    if not isinstance(content, dict) or not isinstance(content.get("terms"), dict):
        raise BadRules(f"{file}：缺少 terms")
    terms: dict[str, str] = {}

    def spelled(pattern: Any) -> str:
        if not isinstance(pattern, str):
            raise BadRules(f"{file}：“{pattern}”应为文字，请加引号")
        try:
            return _TERM.sub(lambda found: terms[found[1]], pattern)
        except KeyError as unknown:
            raise BadRules(f"{file}：terms 里没有 {unknown}") from None

    for name, pattern in content["terms"].items():
        terms[name] = spelled(pattern)
    rows = [
        {**row, "patterns": [spelled(one) for one in row.get("patterns", ())]} for row in content.get("marks") or ()
    ]
    return {**{key: value for key, value in content.items() if key != "terms"}, "marks": rows}


def _check_rows(rules: SecrecyRules, file: str) -> None:
    names = [row.name for row in rules.marks]
    for name in sorted({name for name in names if names.count(name) > 1}):
        raise BadRules(f"{file}：规则名重复：{name}")
    for cited in (rules.personal_clause, rules.own.clause, *(row.clause for row in rules.marks)):
        try:
            clause(cited)
        except UnknownClause:
            raise BadRules(f"{file}：没有条款“{cited}”") from None
