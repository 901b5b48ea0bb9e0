"""The parts are put together as the settings say, and a mistake is said before anything starts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.delivery import Outgoing
from huiying.clock import SimulatedClock
from huiying.settings import BadSettings, load
from huiying.wiring import Desk, open_desk
from nlp.duplicates import Duplicates
from pipeline.intake import receive
from pipeline.shares import ALL, Part
from records.posts import Post, Reactions
from records.proposals import Form
from records.words import Channel
from regulation.time_limits import after_closing
from storage.assessments import Assessments

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)


@pytest.fixture
def written(tmp_path: Path) -> Iterator[list[Desk]]:
    desks: list[Desk] = []
    yield desks
    for desk in desks:
        desk.close()


def desk_of(tmp_path: Path, desks: list[Desk], text: str = "") -> Desk:
    (tmp_path / "huiying.yaml").write_text(f"data_dir: data\n{text}", encoding="utf-8")
    desk = open_desk(load(tmp_path / "huiying.yaml", {}), SimulatedClock(NOON))
    desks.append(desk)
    return desk


def test_without_settings_there_is_the_message_page_alone(tmp_path: Path, written: list[Desk]):
    assert list(desk_of(tmp_path, written).channels()) == ["page"]


def test_a_channel_is_opened_when_its_settings_stand_there(tmp_path: Path, written: list[Desk]):
    desk = desk_of(
        tmp_path,
        written,
        "alerts: {send_timeout_seconds: 7, email: {host: mail.example, tls: none, sender: desk@a.example}}",
    )
    assert sorted(desk.channels()) == ["email", "page"]
    assert desk.channels()["email"].timeout == timedelta(seconds=7)


def test_what_a_channel_cannot_use_is_said_with_its_name(tmp_path: Path, written: list[Desk]):
    desk = desk_of(tmp_path, written, "alerts: {email: {host: mail.example, user: desk, sender: desk@a.example}}")
    with pytest.raises(BadSettings, match=r"alerts\.email.*密码"):
        desk.channels()


def test_the_message_page_shows_what_is_sent_to_it_once(tmp_path: Path, written: list[Desk]):
    desk = desk_of(tmp_path, written)
    outgoing = Outgoing("key", "1", "office", "office", "opened", NOON, None, "标题", "正文", None, False)
    for _ in range(2):
        desk.channels()["page"].send(outgoing)
    with desk.store.reading() as t:
        assert [(message.recipient, message.title) for message in t.messages.of(["office"])] == [("office", "标题")]


def test_rules_follow_the_settings_and_an_unknown_one_is_named(tmp_path: Path, written: list[Desk]):
    desk = desk_of(tmp_path, written, "rules: {severity: {voices_3: {voices: 5}}}")
    assert next(rule for rule in desk.rules.rules if rule.name == "voices_3").voices == 5  # type: ignore[union-attr]
    with pytest.raises(BadSettings, match="voices_9"):
        _ = desk_of(tmp_path, written, "rules: {severity: {voices_9: {voices: 5}}}").rules


def test_further_clocks_follow_the_settings_and_a_profile_that_is_not_known_is_named(
    tmp_path: Path, written: list[Desk]
):
    assert [limit.duty for limit in desk_of(tmp_path, written).owed.limits] == ["revisit", "evaluation"]
    switched_on = desk_of(tmp_path, written, "rules: {profiles: [national]}").owed
    assert [limit.duty for limit in switched_on.limits if limit.duty not in after_closing()] == [
        "authoritative_information", "press_conference", "answer",
    ]  # fmt: skip
    with pytest.raises(BadSettings, match="国办"):
        _ = desk_of(tmp_path, written, "rules: {profiles: [国办]}").owed


def test_proposals_take_the_course_and_the_check_of_the_settings(tmp_path: Path, written: list[Desk]):
    text = "organisation: {office_name: 区委办}\nrules: {procedure: E, secrecy_words: [凤凰计划]}"
    proposing = desk_of(tmp_path, written, text).proposing
    assert (proposing.office, proposing.procedure.profile) == ("区委办", "E")
    found = proposing.check(Form(unit="住建局", title="推进凤凰计划", body="机密★20年"))
    assert [flag.found for flag in found] == ["凤凰计划", "机密★20年"]


@pytest.mark.parametrize(
    ("rules", "told"), [("procedure: Z", r"rules\.procedure.*Z"), ("secrecy_words: [密]", r"rules\.secrecy_words.*密")]
)
def test_a_course_or_word_that_cannot_be_used_is_named(tmp_path: Path, written: list[Desk], rules: str, told: str):
    with pytest.raises(BadSettings, match=told):
        desk_of(tmp_path, written, f"rules: {{{rules}}}").check_rules()


def test_the_letterhead_is_the_organisations(tmp_path: Path, written: list[Desk]):
    desk = desk_of(tmp_path, written, "organisation: {letterhead: 某区舆情专报, report_to: [区委, 区政府]}")
    assert (desk.letterhead.heading, desk.letterhead.addressee) == ("某区舆情专报", "区委、区政府")


def test_sources_that_cannot_be_used_are_told_and_end_nothing(tmp_path: Path, written: list[Desk]):
    (tmp_path / "sources.yaml").write_text("sources: [{id: A}]", encoding="utf-8")
    desk = desk_of(tmp_path, written)
    desk.store.migrate()
    assert desk.collector().tick() == 0
    assert any("sources.yaml" in fault for fault in desk.sources.last.faults)


def test_how_many_texts_are_remembered_reaches_all_who_go_by_it(
    tmp_path: Path, written: list[Desk], monkeypatch: pytest.MonkeyPatch
):
    desk = desk_of(tmp_path, written, "judge: {remembered_texts: 120000}")
    remembered: list[int] = []
    taken_back: list[int | None] = []

    def duplicates(texts: int) -> Duplicates:
        remembered.append(texts)
        return Duplicates(texts)

    def roots(self: Assessments, since: datetime, most: int | None = None) -> list[tuple[str, str]]:
        taken_back.append(most)
        return []

    monkeypatch.setattr("nlp.judge.Duplicates", duplicates)
    monkeypatch.setattr(Assessments, "roots", roots)
    with desk.store.transaction() as t:
        receive(
            t, Post("p1", "bbs", Channel.FORUM, None, None, "又停水了", NOON, NOON, Reactions()), NOON, desk.retention
        )
    assert desk.judging().step(NOON) == 1
    assert (remembered, taken_back) == ([120_000], [240_000])


@pytest.mark.parametrize(("texts", "taken_up"), [(60_000, True), (120_000, False)])
def test_a_worker_with_a_larger_memory_may_be_away_for_longer(
    tmp_path: Path, written: list[Desk], texts: int, taken_up: bool
):
    desk = desk_of(tmp_path, written, f"judge: {{remembered_texts: {texts}}}")
    here = desk.shares()
    assert here.look() == ALL
    assert isinstance(desk.clock, SimulatedClock)
    desk.clock.move_to(NOON + timedelta(seconds=45))
    assert (Part.READ in desk.shares().look()) is taken_up
