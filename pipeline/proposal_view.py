"""What a person sees of proposals: those they may see, where each stands, and what this person may do with it now."""

from __future__ import annotations

from dataclasses import dataclass

from casework.disclosures.procedure import Given, already_signed
from pipeline import proposing
from pipeline.acts import Actor
from pipeline.proposing import Proposal, may
from records.people import Person
from records.proposals import Form
from regulation.permissions import allowed
from storage.store import Transaction

ENDED = 500
"""So many of those that have ended are listed."""


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """One proposal with what this person may do now: `signs` they may give, and the other deeds."""

    proposal: Proposal
    signs: tuple[Given, ...]
    may_fill: bool
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
    kept = t.proposals.ended(ENDED) if ended else t.proposals.running()
    found = [_page(one, person) for one in proposing.proposals(t, kept) if _seen(one, person)]
    return sorted(found, key=lambda page: not page.waits_for_me)


def page(t: Transaction, person: Person, proposal_id: str) -> ProposalPage | None:
    """One proposal; None where there is none, or it is none of the person's business."""
    found = proposing.proposal(t, proposal_id)
    return None if found is None or not _seen(found, person) else _page(found, person)


def of_record(t: Transaction, person: Person, record_id: str) -> list[ProposalPage]:
    """The proposals that a published record came from or that are about it, as far as the person may see them."""
    return [_page(one, person) for one in proposing.proposals(t, t.proposals.about(record_id)) if _seen(one, person)]


def waiting(t: Transaction, person: Person) -> int:
    """How many proposals wait for a signature that the person may give, by their rows alone."""
    actor = _actor(person)
    return sum(
        any(
            allowed(person.role, f"proposal_{sign}", own=proposing.own(actor, unit, kept.office))
            for sign, unit in kept.waits
        )
        for kept in t.proposals.running()
    )


def _seen(found: Proposal, person: Person) -> bool:
    return may(_actor(person), proposing.VIEW, found)


def _page(found: Proposal, person: Person) -> ProposalPage:
    actor, now = _actor(person), found.standing
    running = now.end is None and now.published is None

    def can(act: str, when: bool) -> bool:
        return when and may(actor, act, found)

    return ProposalPage(
        found,
        signs=tuple(given for given in now.open if _may_sign(actor, given, found)),
        may_fill=can(proposing.FILL, now.in_draft),
        may_return=can(proposing.RETURN, running and not now.in_draft),
        may_clear=can(proposing.CLEAR, running and bool(now.flags)),
        may_extend=can(proposing.EXTEND, running),
        may_drop=can(proposing.DROP, running),
    )


def _may_sign(actor: Actor, given: Given, found: Proposal) -> bool:
    if not may(actor, given.sign.act, found, given.unit):
        return False
    return already_signed(found.procedure, found.standing.held, given.sign, actor.name) is None


def _actor(person: Person) -> Actor:
    return Actor(person.name, person.role, person.unit)
