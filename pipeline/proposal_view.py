"""What a person sees of proposals: those they may see, where each stands, and what this person may do with it now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casework.disclosures.procedure import Given, already_signed, namesake
from pipeline import proposing
from pipeline.acts import Actor
from pipeline.proposal_reading import may_read_reasons, seen_by
from pipeline.proposing import Proposal, may
from records.people import Person
from records.proposals import Form
from regulation.permissions import allowed
from storage.store import Transaction

ENDED = 500
"""So many of those that have ended are listed."""


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """One proposal with what this person may do now: `signs` they may give, and the other deeds.

    `lacks` is what must be done before the next signatures, in Chinese with its article; `reasons`, whether they may read why
    things were returned, cleared or withdrawn; `namesakes`, by signature, whose name is theirs but for a remark or a number.
    """

    proposal: Proposal
    lacks: tuple[str, ...]
    signs: tuple[Given, ...]
    reasons: bool
    namesakes: Mapping[str, str]
    may_fill: bool
    may_interpret: bool
    may_return: bool
    may_clear: bool
    may_extend: bool
    may_drop: bool

    @property
    def form(self) -> Form:
        """The form as it is filled in."""
        assert self.proposal.standing.form is not None  # a proposal begins with its form
        return self.proposal.standing.form

    @property
    def waits_for_me(self) -> bool:
        """Whether this person can bring it on."""
        return bool(self.signs)

    @property
    def step(self) -> str:
        """Where it stands, in Chinese."""
        now = self.proposal.standing
        return now.end.label if now.end is not None else now.step.label if now.step is not None else ""


def may_begin(person: Person, office: str) -> str | None:
    """The unit for which the person may propose; None where they may for none."""
    unit = person.unit or office
    actor = _actor(person)
    return unit if allowed(person.role, proposing.FILL, own=proposing.own(actor, unit, office)) else None


def pages(t: Transaction, person: Person, ended: bool = False) -> list[ProposalPage]:
    """The proposals that the person may see, of those that have ended the last; those that wait for them come first, then
    the last begun."""
    those = proposing.proposals(t, t.proposals.ended(ENDED)) if ended else proposing.running(t)
    found = [_page(t, one, person) for one in those if seen_by(person, one)]
    return sorted(found, key=lambda page: not page.waits_for_me)


def page(t: Transaction, person: Person, proposal_id: str) -> ProposalPage | None:
    """One proposal; None where there is none, or it is none of the person's business."""
    found = proposing.proposal(t, proposal_id)
    return None if found is None or not seen_by(person, found) else _page(t, found, person)


def choices(t: Transaction, person: Person) -> list[tuple[str, str]]:
    """Ids and titles of what is still to be published, as far as the person may see it."""
    found = [one.proposal for one in pages(t, person)]
    return [
        (one.kept.id, one.standing.form.title)
        for one in found
        if one.standing.published is None and one.standing.form is not None
    ]


def of_record(t: Transaction, person: Person, record_id: str) -> list[ProposalPage]:
    """The proposals that a published record came from or that are about it, as far as the person may see them."""
    return [
        _page(t, one, person) for one in proposing.proposals(t, t.proposals.about(record_id)) if seen_by(person, one)
    ]


def waiting(t: Transaction, person: Person) -> int:
    """How many proposals wait for a signature that the person may give."""
    actor = _actor(person)
    return sum(
        any(
            allowed(person.role, f"proposal_{sign}", own=proposing.own(actor, unit, kept.office))
            for sign, unit in kept.waits
        )
        for kept in (one.kept for one in proposing.running(t))
    )


def _page(t: Transaction, found: Proposal, person: Person) -> ProposalPage:
    actor, now = _actor(person), found.standing
    unassessed = (proposing.unassessed(t, found, given.sign) for given in now.open)
    running = now.end is None and now.published is None
    form = now.form
    interpreted = form is not None and form.interpreted

    def can(act: str, when: bool, unit: str | None = None) -> bool:
        return when and may(actor, act, found, unit)

    return ProposalPage(
        found,
        lacks=(*now.lacks, *dict.fromkeys(said for said in unassessed if said is not None)),
        signs=tuple(given for given in now.open if _may_sign(actor, given, found)),
        reasons=may_read_reasons(actor, found),
        namesakes={
            given.sign.sign: other for given in now.open if (other := _namesake(found, given, person)) is not None
        },
        may_fill=can(proposing.FILL, now.in_draft),
        may_interpret=can(
            proposing.INTERPRET, now.in_draft and interpreted, None if form is None else form.interpreting_unit
        ),
        may_return=can(proposing.RETURN, running and not now.in_draft),
        may_clear=can(proposing.CLEAR, running and bool(now.flags)),
        may_extend=can(proposing.EXTEND, running),
        may_drop=can(proposing.DROP, running),
    )


def _may_sign(actor: Actor, given: Given, found: Proposal) -> bool:
    if not may(actor, given.sign.act, found, given.unit):
        return False
    return already_signed(found.procedure, found.standing.held, given.sign, actor.name) is None


def _namesake(found: Proposal, given: Given, person: Person) -> str | None:
    return namesake(found.procedure, found.standing.held, given.sign, person.name)


def _actor(person: Person) -> Actor:
    return Actor(person.name, person.role, person.unit)
