"""How an incident spread and what reaction did after its answers, for one person."""

from __future__ import annotations

from casework.incidents.calming import Turn
from pipeline.acts import Actor, attempt
from pipeline.incident_spread import incident_spread
from records.actions import Act, Action
from records.words import Channel, Role, Sentiment
from regulation.calming import calming_rules
from storage.store import Store
from tests.pipeline.answered import approved
from tests.pipeline.known_answers import HOUR, NOON
from tests.pipeline.test_incident_view import DEPS, FIRST, town
from tests.pipeline.test_views import OFFICER, SCHOOLS

RULES = calming_rules()


def test_the_first_post_of_each_channel_is_named_with_its_source(store: Store):
    town(store)
    with store.reading() as t:
        found = incident_spread(t, OFFICER, FIRST, NOON + HOUR, RULES)
    assert found is not None
    assert [(row.reached.channel, row.first.id) for row in found.channels if row.first is not None] == [
        (Channel.FORUM, "v0"),
        (Channel.NEWS, "copy"),
    ]
    assert found.media is not None
    assert found.answers == []


def test_an_answer_is_followed_by_what_reaction_did_the_newest_first(store: Store):
    made = town(store)
    for number, text in enumerate(("第一次回应", "第二次回应")):
        approved(store, FIRST, text, NOON)
        args = {"incident": FIRST, "text": text}
        approved(store, FIRST, text, NOON)
        attempt(store, Action(NOON + (3 + number) * HOUR, "王芳", Act.PUBLISH_RESPONSE, args), OFFICE, DEPS)
    made.come("glad", NOON + 5 * HOUR, sentiment=Sentiment.POSITIVE)
    with store.reading() as t:
        found = incident_spread(t, OFFICER, FIRST, NOON + 7 * HOUR, RULES)
    assert found is not None
    second, first = found.answers
    assert (second[0].text, first[0].text) == ("第二次回应", "第一次回应")
    assert (first[1].before.posts, first[1].after.posts, first[1].turn) == (4, 0, Turn.CALMER)
    assert (first[1].before.negative_share, first[1].after.negative_share) == (1.0, 0.0)


def test_another_unit_sees_nothing_of_it(store: Store):
    town(store)
    with store.reading() as t:
        assert incident_spread(t, SCHOOLS, FIRST, NOON + HOUR, RULES) is None
        assert incident_spread(t, OFFICER, "20990101-001", NOON + HOUR, RULES) is None


OFFICE = Actor("王芳", Role.OFFICE)
