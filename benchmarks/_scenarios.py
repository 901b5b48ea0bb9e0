"""Replays written scenarios and sets the incidents found beside those that the rules give on true labels."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from huiying.replay import replay
from huiying.scenario import read_scenario
from nlp.judge import Judge

LEVELS = ("general", "major", "major_emergency")
EARLY_MINUTES = 30.0

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """How one scenario went; `late` has for each true incident and level the minutes until it was found to be reached.

    `early` names those that were found so long before that other posts must have led to them.
    """

    found: int
    missed: tuple[str, ...]
    false: tuple[str, ...]
    early: tuple[str, ...]
    wrong_severity: tuple[str, ...]
    late: tuple[tuple[str, str, float], ...]


def scenarios(folder: Path) -> Row:
    """Every scenario of the folder that has a truth.json, with the median lateness over all of them."""
    every = {path.parent.name: _played(path.parent) for path in sorted(folder.glob("*/truth.json"))}
    late = [row for each in every.values() for row in each.late]
    return {name: _shown(each) for name, each in every.items()} | {
        "late_minutes": {
            "general": _middle(minutes for _, level, minutes in late if level == LEVELS[0]),
            "above": _middle(minutes for _, level, minutes in late if level != LEVELS[0]),
        }
    }


def compared(true: Sequence[Row], found: Sequence[Row]) -> Compared:
    """Incidents of truth.json beside those of incidents.jsonl; an incident is found where one of its record is."""
    by_record: dict[str, list[Row]] = {}
    for row in found:
        by_record.setdefault(row["disclosure"], []).append(row)
    pairs = [(row, rows.pop(0)) for row in true if (rows := by_record.get(row["disclosure"], []))]
    seen = [row["disclosure"] for row, _ in pairs]
    late = [each for mine, theirs in pairs for each in _late(mine, theirs)]
    return Compared(
        found=len(pairs),
        missed=tuple(row["disclosure"] for row in true if row["disclosure"] not in seen),
        false=tuple(row["disclosure"] or "-" for rows in by_record.values() for row in rows),
        early=tuple(dict.fromkeys(record for record, _, minutes in late if minutes < -EARLY_MINUTES)),
        wrong_severity=tuple(mine["disclosure"] for mine, theirs in pairs if mine["severity"] != theirs["severity"]),
        late=tuple((record, level, max(minutes, 0.0)) for record, level, minutes in late),
    )


def _late(true: Row, found: Row) -> Iterable[tuple[str, str, float]]:
    for level in LEVELS:
        met = [at for rule, at in true["first_met"].items() if rule.split(".")[0] == level]
        reached = [
            step["at"]
            for step in found["history"]
            if step["rule"] != "person" and LEVELS.index(step["severity"]) >= LEVELS.index(level)
        ]
        if met and reached and LEVELS.index(true["severity"]) >= LEVELS.index(level):
            begun, known = (min(map(datetime.fromisoformat, each)) for each in (met, reached))
            yield true["disclosure"], level, round((known - begun).total_seconds() / 60, 1)


def _played(scenario: Path) -> Compared:
    read = read_scenario(scenario)
    with TemporaryDirectory(prefix="huiying-scenario-") as out:
        replay(read, Path(out), lambda: Judge.load(read.settings.judge.model_dir))
        lines = (Path(out) / "incidents.jsonl").read_text(encoding="utf-8").splitlines()
    truth = json.loads((scenario / "truth.json").read_text(encoding="utf-8"))
    return compared(truth["incidents"], [json.loads(line) for line in lines])


def _shown(each: Compared) -> Row:
    return {
        "found": each.found,
        "missed": list(each.missed),
        "false": list(each.false),
        "early": list(each.early),
        "wrong_severity": list(each.wrong_severity),
        "late_minutes": {f"{record} {level}": minutes for record, level, minutes in each.late},
    }


def _middle(minutes: Iterable[float]) -> float | None:
    rows = list(minutes)
    return round(median(rows), 1) if rows else None
