"""What the desk should find in the town, by the labels and the rules of the contracts."""

from dataclasses import replace

from samples.town.reading import Label, Texts
from samples.town.truth import near_duplicates, truth


def test_there_is_one_general_incident_and_one_major_emergency(texts: Texts) -> None:
    found = {incident.record: incident for incident in truth(texts).incidents}
    assert {record: incident.severity for record, incident in found.items()} == {
        "s01": "major_emergency",
        "s02": "general",
    }
    assert found["s01"].category == "emergency"
    assert found["s02"].category == "public_interest"
    assert 4 <= found["s02"].voices <= 8


def test_the_general_one_comes_in_the_first_minute_and_the_emergency_rises_within_two(texts: Texts) -> None:
    found = {incident.record: incident for incident in truth(texts).incidents}
    assert found["s02"].history[0][0] < 60
    (began, first, _), (rose, _, rule) = found["s01"].history
    assert first == "general"
    assert 40 <= began <= 60
    assert rose <= 120
    assert rule == "major_and_emergency"


def test_every_other_record_stays_below_three_voices(texts: Texts) -> None:
    assert truth(texts).quiet == {"s03": 2, "s04": 1, "s05": 1, "s06": 1}


def test_no_negative_post_outside_the_emergency_draws_a_hundred_reactions(texts: Texts) -> None:
    drawn = {
        item.id: item.likes + item.reposts + len(texts.within(item.id))
        for item in texts.items
        if item.label.sentiment == "negative" and item.label.record != "s01"
    }
    assert max(drawn.values()) < 100


def test_the_emergency_is_said_on_news_forum_and_in_comments(texts: Texts) -> None:
    said = [item for item in texts.items if item.label.category == "emergency"]
    assert {item.channel for item in said} == {"forum", "news", "comment"}
    assert sum(item.channel == "news" for item in said) == 2


def test_copies_are_labelled_and_nothing_else_is_nearly_the_same(texts: Texts) -> None:
    labelled = {(item.label.duplicate_of, item.id) for item in texts.items if item.label.duplicate_of}
    assert len(labelled) >= 5
    assert near_duplicates(texts) == labelled


def test_other_labels_give_other_incidents(texts: Texts) -> None:
    calm = {
        item.id: Label("neutral", None, item.label.record) if item.label.record == "s01" else item.label
        for item in texts.items
    }
    assert [incident.record for incident in truth(texts, calm).incidents] == ["s02"]


def test_a_third_voice_opens_an_incident_and_a_copy_is_no_voice(texts: Texts) -> None:
    labels = {item.id: item.label for item in texts.items}
    copied = labels | {"c01-6": Label("negative", "public_interest", "s03", "f01-4")}
    assert truth(texts, copied).quiet["s03"] == 2
    own = labels | {"c01-6": replace(copied["c01-6"], duplicate_of=None)}
    opened = {incident.record: incident for incident in truth(texts, own).incidents}
    assert opened["s03"].history == ((0.0, "general", "voices_3"),)
