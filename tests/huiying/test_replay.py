"""A scenario is played through the live pipeline on a simulated clock: at one moment posts, then actions, then timers."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from huiying.replay import replay
from huiying.scenario import read_scenario
from records.words import Category, Sentiment
from tests.huiying.test_scenario import ACTION, POST, RECORD, folder
from tests.pipeline.known_answers import KnownAnswers

SCENARIOS = Path(__file__).parents[1] / "scenarios"
NEGATIVE = (Sentiment.NEGATIVE, "d1", Category.PUBLIC_INTEREST, None)


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def at(clock: str) -> str:
    return f"2026-04-10T{clock}:00+08:00"


def complaint(number: int, clock: str, **more: Any) -> dict[str, Any]:
    return {**POST, "id": f"p{number}", "text": f"{number}号楼停水，没有人通知", "published_at": at(clock), **more}


def deed(clock: str, name: str, **args: Any) -> dict[str, Any]:
    return {**ACTION, "at": at(clock), "action": name, "args": {"disclosure": "d1", **args}}


def played(path: Path, **files: list[Any]) -> Path:
    """Play a scenario in which every post is a complaint about d1; the folder with its results."""
    read = read_scenario(folder(path, **files))
    answers = KnownAnswers({one.post.id: NEGATIVE for one in read.posts})
    replay(read, path / "out", lambda: answers)
    return path / "out"


def fired(out: Path, recipient: str = "office") -> list[tuple[str, str]]:
    return [(row["at"][11:16], row["kind"]) for row in rows(out / "alerts.jsonl") if row["recipient"] == recipient]


@pytest.mark.clause("H-38", "H-42")
@pytest.mark.parametrize("name", sorted(path.name for path in SCENARIOS.iterdir() if path.is_dir()))
def test_with_the_true_labels_a_written_scenario_gives_the_incidents_of_its_truth(name: str, tmp_path: Path):
    truth = json.loads((SCENARIOS / name / "truth.json").read_text(encoding="utf-8"))
    labels = {
        post_id: (
            Sentiment(label["sentiment"]),
            label["disclosure"],
            None if label["category"] is None else Category(label["category"]),
            label["duplicate_of"],
        )
        for post_id, label in truth["posts"].items()
    }
    replay(read_scenario(SCENARIOS / name), tmp_path, lambda: KnownAnswers(labels))
    found = {row["disclosure"]: row for row in rows(tmp_path / "incidents.jsonl")}
    assert set(found) == {incident["disclosure"] for incident in truth["incidents"]}
    for incident in truth["incidents"]:
        mine = found[incident["disclosure"]]
        for key in ("category", "severity", "opened_at", "history", "posts"):
            assert mine[key] == incident[key], key
    assert rows(tmp_path / "actions.rejected.jsonl") == []


@pytest.mark.clause("H-42(3)")
def test_a_started_plan_runs_its_clock_to_the_last_event(tmp_path: Path):
    out = played(
        tmp_path,
        posts=[complaint(1, "07:00"), complaint(2, "12:40")],
        actions=[deed("10:00", "start_plan")],
    )
    assert fired(out) == [
        ("10:00", "opened"),
        ("10:00", "plan_started"),
        ("11:00", "reminder"),
        ("11:30", "reminder"),
        ("11:50", "reminder"),
        ("12:00", "escalated"),
        ("12:00", "overdue"),
        ("12:15", "escalated"),
        ("12:30", "escalated"),
    ]
    incident = rows(out / "incidents.jsonl")[0]
    assert incident["plan_started_at"] == at("10:00")
    assert incident["report_due_at"] == at("12:00")
    assert {row["state"] for row in rows(out / "alerts.jsonl")} == {"sent"}


@pytest.mark.clause("H-42(3)")
def test_timers_run_up_to_and_including_the_last_moment(tmp_path: Path):
    out = played(tmp_path, posts=[complaint(1, "12:15")], actions=[deed("10:00", "start_plan")])
    assert fired(out)[-1] == ("12:15", "escalated")


@pytest.mark.clause("H-42(3)")
def test_a_report_filed_exactly_when_due_is_in_time_and_cancels_that_moments_alerts(tmp_path: Path):
    out = played(
        tmp_path,
        posts=[complaint(1, "13:00")],
        actions=[deed("10:00", "start_plan"), deed("12:00", "file_report", kind="initial")],
    )
    assert Counter(kind for _, kind in fired(out)) == {"opened": 1, "plan_started": 1, "reminder": 3}
    report = rows(out / "incidents.jsonl")[0]["reports"]
    assert [(row["kind"], row["filed_at"]) for row in report] == [("initial", at("12:00"))]
    assert (out / report[0]["file"]).is_file()


def test_at_one_moment_posts_come_before_actions(tmp_path: Path):
    out = played(
        tmp_path,
        posts=[complaint(number, "10:00") for number in (1, 2, 3)],
        actions=[deed("10:00", "acknowledge")],
    )
    assert rows(out / "actions.rejected.jsonl") == []
    assert rows(out / "incidents.jsonl")[0]["history"] == [
        {"at": at("10:00"), "severity": "general", "rule": "voices_3"}
    ]


def test_an_action_without_an_incident_is_rejected_with_its_reason(tmp_path: Path):
    out = played(tmp_path, actions=[deed("10:00", "acknowledge"), deed("10:05", "close")])
    rejected = rows(out / "actions.rejected.jsonl")
    assert [(row["line"], row["action"]) for row in rejected] == [(1, "acknowledge"), (2, "close")]
    assert all("没有进行中的事件" in row["reason"] for row in rejected)
    assert rows(out / "incidents.jsonl") == []


def test_a_cancelled_plan_has_no_start_and_no_due_time(tmp_path: Path):
    out = played(
        tmp_path,
        posts=[complaint(1, "13:00")],
        actions=[deed("10:00", "start_plan"), deed("10:10", "cancel_plan")],
    )
    incident = rows(out / "incidents.jsonl")[0]
    assert (incident["plan_started_at"], incident["report_due_at"]) == (None, None)
    assert [kind for _, kind in fired(out)] == ["opened", "plan_started"]


def test_an_update_counts_from_its_own_moment_and_writes_no_second_assessment(tmp_path: Path):
    liked = complaint(1, "09:00", seen_at=at("09:00"), reactions={"likes": 100})
    out = played(tmp_path, posts=[complaint(1, "08:00"), complaint(2, "08:30"), liked], actions=[])
    assert rows(out / "incidents.jsonl")[0]["history"] == [
        {"at": at("09:00"), "severity": "general", "rule": "reactions_100"}
    ]
    assert [row["id"] for row in rows(out / "assessments.jsonl")] == ["p1", "p2"]


def test_a_known_id_with_another_text_is_rejected_by_its_line_and_without_its_text(tmp_path: Path):
    other = {**complaint(1, "09:00"), "text": "完全不同的一段话"}
    out = played(tmp_path, posts=[complaint(1, "08:00"), other], actions=[])
    rejected = rows(out / "posts.rejected.jsonl")
    assert [row["line"] for row in rejected] == [2]
    assert "完全不同" not in (out / "posts.rejected.jsonl").read_text(encoding="utf-8")


def test_assessments_stand_in_the_order_of_the_file(tmp_path: Path):
    posts = [complaint(1, "08:00", seen_at=at("09:00")), complaint(2, "08:10")]
    out = played(tmp_path, posts=posts, actions=[])
    assert [row["id"] for row in rows(out / "assessments.jsonl")] == ["p1", "p2"]


def test_the_scenarios_own_rules_hold(tmp_path: Path):
    (tmp_path / "settings.yml").write_text("rules: {severity: {voices_3: {voices: 2}}}\n", encoding="utf-8")
    out = played(tmp_path, posts=[complaint(1, "08:00"), complaint(2, "08:10")], actions=[])
    assert rows(out / "incidents.jsonl")[0]["opened_at"] == at("08:10")


def test_a_scenario_in_which_nothing_happens_gives_empty_files(tmp_path: Path):
    out = played(tmp_path, posts=[], actions=[])
    assert {file.name: file.read_text() for file in out.iterdir() if file.is_file()} == dict.fromkeys(
        ["alerts.jsonl", "assessments.jsonl", "incidents.jsonl", "posts.rejected.jsonl", "actions.rejected.jsonl"], ""
    )


def test_the_reports_of_an_earlier_replay_into_the_same_folder_go(tmp_path: Path):
    out = tmp_path / "out"
    (out / "reports").mkdir(parents=True)
    (out / "reports" / "20200101-001-initial-1.docx").write_bytes(b"old")
    (out / "reports" / "mine.docx").write_bytes(b"kept")
    played(tmp_path, posts=[complaint(1, "08:00")], actions=[])
    assert [file.name for file in (out / "reports").iterdir()] == ["mine.docx"]


@pytest.mark.clause("H-39")
def test_the_risk_of_a_record_changes_nothing_of_a_replay_unless_the_settings_say_so(tmp_path: Path):
    posts = [complaint(number, f"08:{number:02}") for number in range(40)]
    told = {}
    for name, risk, closer in (("none", None, {}), ("high", "high", {}), ("closer", "high", {"high": {"used": True}})):
        path = tmp_path / name
        path.mkdir()
        (path / "settings.yml").write_text(json.dumps({"rules": {"closer_watch": closer}}), encoding="utf-8")
        record = {**RECORD, "published_at": at("07:00"), "risk": risk}
        out = played(path, disclosures=[record], posts=posts, actions=[deed("09:00", "start_plan")])
        told[name] = {file.relative_to(out): file.read_bytes() for file in sorted(out.rglob("*")) if file.is_file()}
    assert told["high"] == told["none"]
    assert told["closer"].keys() == told["none"].keys()
    assert told["closer"][Path("alerts.jsonl")] != told["none"][Path("alerts.jsonl")]
