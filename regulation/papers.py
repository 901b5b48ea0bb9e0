"""The kinds of papers that the office signs: reads papers.yaml; what it does not know is an error."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, field_validator

from records.papers import PaperKind
from records.shipped_files import content_of
from regulation.permissions import permissions
from regulation.rule_rows import BadRules

REPORTS = "report"
"""The series of numbers that papers may share with the reports on incidents."""

_FILE = Path(__file__).with_name("papers.yaml")


class PaperRule(BaseModel):
    """One row; see papers.yaml for what each field means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: PaperKind
    label: str
    heading: str
    series: str
    serial: str
    to: str
    to_unit: bool = False
    write: str
    sign: str
    view: str
    own_when_signed: bool = False
    notice: str | None = None
    clause: str | None = None

    @field_validator("heading", "serial", "to")
    @classmethod
    def _knows_its_words(cls, words: str) -> str:
        words.format(prefix="", report_to="", letterhead="", year=2026, number=1)
        return words

    @field_validator("write", "sign", "view", "notice")
    @classmethod
    def _is_an_act(cls, act: str | None) -> str | None:
        if act is not None and act not in {one.act for one in permissions()}:
            raise ValueError(f"permissions.yaml 里没有“{act}”")
        return act


def paper_rule(kind: PaperKind) -> PaperRule:
    """The row of this kind."""
    return paper_rules()[kind]


@cache
def paper_rules(path: Path = _FILE) -> dict[PaperKind, PaperRule]:
    """Every row by its kind. Raises BadRules where the file cannot be used."""
    try:
        rows = TypeAdapter(list[PaperRule]).validate_python(content_of(path))
    except (ValidationError, KeyError, IndexError) as error:
        raise BadRules(f"{path.name}：{error}") from None
    found = {row.kind: row for row in rows}
    if len(rows) != len(found) or set(found) != set(PaperKind):
        raise BadRules(f"{path.name}：{'、'.join(PaperKind)} 各应有一行")
    return found
