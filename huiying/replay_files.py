"""Writes what a replay found, as the contracts name it: the same outcome gives the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from huiying.scenario import Rejected
from pipeline.assess_file import assessment_row
from records.alerts import Alert, DeadlineState
from records.incidents import Incident
from records.words import Level
from regulation.time_limits import INITIAL_REPORT
from storage.store import Transaction

BEIJING = timezone(timedelta(hours=8))
"""The offset in which a replay writes its times."""

REPORTS = "reports"
_FILED = re.compile(r"\d{8}-\d+-(initial|progress|final)-\d+\.docx")
_READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """How much of the scenario was used and what came of it."""

    posts: int
    rejected_posts: int
    incidents: int
    alerts: int
    rejected_actions: int


def make_room(out: Path) -> None:
    """Make the folders; the reports of an earlier replay go. Raises OSError."""
    (out / REPORTS).mkdir(parents=True, exist_ok=True)
    for file in (out / REPORTS).iterdir():
        if _FILED.fullmatch(file.name):
            file.unlink()


def write_outcome(
    t: Transaction,
    out: Path,
    post_ids: Sequence[str],
    rejected_posts: Sequence[Rejected],
    rejected_actions: Sequence[Rejected],
) -> Outcome:
    """Write every file of the contract but the reports, which were written when they were filed."""
    incidents = sorted(t.incidents.list(), key=lambda incident: (incident.opened_at, incident.id))
    alerts = t.alerts.all()
    _write(out / "assessments.jsonl", _assessments(t, post_ids))
    _write(out / "incidents.jsonl", (_incident(t, incident) for incident in incidents))
    _write(out / "alerts.jsonl", map(_alert, alerts))
    _write(out / "posts.rejected.jsonl", map(_rejected, _by_line(rejected_posts)))
    _write(out / "actions.rejected.jsonl", map(_rejected, _by_line(rejected_actions)))
    return Outcome(len(post_ids), len(rejected_posts), len(incidents), len(alerts), len(rejected_actions))


def _write(file: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as opened:
        opened.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _assessments(t: Transaction, post_ids: Sequence[str]) -> Iterable[dict[str, Any]]:
    for start in range(0, len(post_ids), _READ_AT_ONCE):
        part = post_ids[start : start + _READ_AT_ONCE]
        posts, assessments = t.posts.many(part), t.assessments.many(part)
        yield from (assessment_row(posts[post_id], assessments[post_id]) for post_id in part)


def _incident(t: Transaction, incident: Incident) -> dict[str, Any]:
    clock = t.deadlines.latest(incident.id, INITIAL_REPORT)
    running = None if clock is None or clock.state is DeadlineState.CANCELLED else clock
    return {
        "id": incident.id,
        "disclosure": incident.disclosure,
        "category": incident.category,
        "severity": incident.severity,
        "opened_at": _time(incident.opened_at),
        "history": [
            {"at": _time(step.at), "severity": step.severity, "rule": step.rule}
            for step in t.incidents.history(incident.id)
        ],
        "posts": [member.post_id for member in t.incidents.members(incident.id)],
        "plan_started_at": None if running is None else _time(running.started_at),
        "report_due_at": None if running is None else _time(running.due_at),
        "reports": [
            {"kind": report.kind, "filed_at": _time(report.filed_at), "file": f"{REPORTS}/{report.file}"}
            for report in t.reports.of(incident.id)
        ],
        "state": incident.state,
    }


def _alert(alert: Alert) -> dict[str, Any]:
    row = {
        "at": _time(alert.at),
        "kind": alert.kind,
        "incident": alert.incident,
        "recipient": alert.recipient,
        "due_at": None if alert.due_at is None else _time(alert.due_at),
        "key": alert.key,
        "state": alert.state,
    }
    if alert.level is not Level.DUTY:
        row["level"] = alert.level
    return row if alert.reason is None else {**row, "reason": alert.reason}


def _by_line(rejected: Iterable[Rejected]) -> list[Rejected]:
    return sorted(rejected, key=lambda one: one.line)


def _rejected(one: Rejected) -> dict[str, Any]:
    return {"line": one.line, "reason": one.reason, **(one.row or {})}


def _time(moment: datetime) -> str:
    return moment.astimezone(BEIJING).isoformat()
