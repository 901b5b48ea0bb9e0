"""The files of a package: nothing of a form or version is left out, and nothing that nobody named gets in."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest

from casework.disclosures.archive_pieces import FORM, VERSION, Material, Wording, pieces_of, remarks_on
from casework.disclosures.archive_text import name_of
from records.disclosures import Disclosure
from records.proposals import Form
from records.suggestions import Did, Suggestion, SuggestionEntry
from regulation.risk import risk_rules
from regulation.severity import severity_rules
from regulation.suggestions import suggestion_rules
from regulation.upward import upward_rules
from tests.storage.making import HOUR, NOON

WORDING = Wording("惠川区委", suggestion_rules(), severity_rules(), upward_rules(), risk_rules())
ORIGIN = "f" * 64
SUGGESTION = Suggestion("2026-00001", "早些供热", "mailbox", NOON, "d1", "住建局", ORIGIN)
ENTRIES = [
    SuggestionEntry("2026-00001", Did.REGISTERED, NOON, "赵主任", id=1),
    SuggestionEntry("2026-00001", Did.ADOPTED, NOON, "陈杰", "提前三天", id=2),
    SuggestionEntry("2026-00001", Did.VOID, NOON + HOUR, "赵主任", "记错了", of=2, id=3),
]


@pytest.mark.clause("H-36")
def test_every_field_of_a_form_and_of_a_version_has_its_place():
    assert {field.name for field in fields(Form)} == set(FORM)
    assert {field.name for field in fields(Disclosure)} - {"id"} <= set(VERSION)


@pytest.mark.clause("H-35(4)")
def test_a_suggestion_comes_with_its_course_and_not_with_what_it_was_taken_from():
    pieces = {
        piece.path: piece.content.decode()
        for piece in pieces_of(Material(suggestions=[(SUGGESTION, ENTRIES)]), WORDING)
    }
    assert list(pieces) == ["意见建议/2026-00001.txt", "意见建议/2026-00001.json"]
    assert not any(ORIGIN in content for content in pieces.values())
    steps = json.loads(pieces["意见建议/2026-00001.json"])["steps"]
    assert [(one["text"], one["taken_back"]) for one in steps] == [(None, False), ("提前三天", True), ("记错了", False)]


def test_the_same_material_gives_the_same_pieces_and_nothing_gives_none():
    material = Material(suggestions=[(replace(SUGGESTION, text="换一句"), ENTRIES)])
    assert pieces_of(material, WORDING) == pieces_of(material, WORDING)
    assert pieces_of(Material(), WORDING) == []
    assert not any(remarks_on(Material()).values())


@pytest.mark.parametrize(
    ("name", "step"), [("d1", "d1"), ("../x", "_x"), ("a/b", "a_b"), ("a\nb", "a_b"), ("..", "_"), ("", "_")]
)
def test_a_name_is_one_step_of_a_path(name: str, step: str):
    assert name_of(name) == step
