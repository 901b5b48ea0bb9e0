"""Turns what was found out and done about an incident, and how its answers came about, into files of an archive package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from casework.disclosures.archive import Piece
from casework.disclosures.archive_text import Keys, Row, both, name_of, row_of
from records.answers import AnswerEntry, Verification, Wording
from records.measures import Measure

_VERIFIED: Keys = MappingProxyType(
    {
        "id": "记录编号",
        "at": "登记时间",
        "actor": "核实人",
        "unit": "单位",
        "claim": "说法",
        "verdict": "结论",
        "evidence": "依据",
        "taken_back": "是否已作废",
    }
)
_MEASURE: Keys = MappingProxyType(
    {
        "side": "线上或线下",
        "happened_at": "时间",
        "unit": "单位",
        "text": "措施",
        "actor": "登记人",
        "at": "登记时间",
        "taken_back": "是否已作废",
    }
)
_ANSWER: Keys = MappingProxyType(
    {
        "noted": "办理",
        "at": "时间",
        "actor": "办理人",
        "unit": "单位",
        "reason": "理由",
        "link": "网址",
        "agreed": "是否统一口径",
        "verifications": "所据核实记录",
        "grounds": "其他依据",
        "text": "回应文字",
    }
)


@dataclass(frozen=True, slots=True)
class Handled:
    """What people found out, what they did, and the entries of each answer by its id; all oldest first."""

    verifications: Sequence[Verification]
    measures: Sequence[Measure]
    answers: Mapping[str, Sequence[AnswerEntry]]


def handling(folder: str, handled: Handled) -> Iterator[Piece]:
    """The files, inside the incident's folder. What was taken back stays, and says so."""
    found = list(_counting(handled.verifications, _VERIFIED))
    yield from both("verifications", f"{folder}/核实记录", "核实记录", _VERIFIED, found)
    done = list(_counting(handled.measures, _MEASURE))
    yield from both("measures", f"{folder}/处置措施", "线上线下处置措施", _MEASURE, done)
    for answer_id, entries in handled.answers.items():
        rows = [_step(entry) for entry in entries]
        yield from both("answers", f"{folder}/回应/{name_of(answer_id)}", "回应的起草与审定", _ANSWER, rows)


def _counting(entries: Sequence[Verification] | Sequence[Measure], keys: Keys) -> Iterator[Row]:
    """Every entry but those that take another back."""
    gone = {one.of for one in entries}
    for one in entries:
        if one.of is None:
            yield {**row_of(one, keys), "taken_back": one.id in gone}


def _step(entry: AnswerEntry) -> Row:
    words = entry.words if isinstance(entry.words, Wording) else None
    return {**row_of(words, _ANSWER), **{key: getattr(entry, key) for key in _OF_ENTRY}}


_OF_ENTRY = ("noted", "at", "actor", "unit", "reason", "link")
