"""Who may read a proposal: those whom permissions.yaml names, and what is not for everybody only who may read party records."""

from __future__ import annotations

from pipeline.acts import Actor
from pipeline.proposing import VIEW, Proposal, may
from records.people import Person
from records.words import Attribute, Scope

_PARTY = "view_party_records"


def may_see(actor: Actor, found: Proposal) -> bool:
    """Whether `actor` may read this proposal with its form and course."""
    return may(actor, VIEW, found) and (_for_everybody(found) or may(actor, _PARTY, found))


def may_read_reasons(actor: Actor, found: Proposal) -> bool:
    """Whether `actor` may read why things were returned, cleared or withdrawn: such reasons were written while the matter was
    not for everybody, and may tell of what is no longer in it."""
    return may(actor, _PARTY, found)


def seen_by(person: Person, found: Proposal) -> bool:
    """Whether the person may read this proposal."""
    return may_see(Actor(person.name, person.role, person.unit), found)


def _for_everybody(found: Proposal) -> bool:
    """Whether it is to be published to society and the check has nothing open; a form half filled in says neither."""
    now = found.standing
    audience = None if now.form is None else now.form.audience
    to_society = audience is not None and audience.scope is Scope.PUBLIC
    return to_society and now.attribute is Attribute.OPEN and not now.flags
