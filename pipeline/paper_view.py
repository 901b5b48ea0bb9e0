"""What a person may see of the office's papers: the list, one paper with its course, and what may be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import papering
from pipeline.refusals import Refused
from records.papers import Content, OfficePaper, PaperKind, PaperVersionHead
from records.people import Person
from regulation.papers import PaperRule, paper_rule, paper_rules
from regulation.permissions import allowed, everywhere
from storage.store import Transaction


@dataclass(frozen=True, slots=True)
class PaperPage:
    """One paper and its course: `may_write` and `may_sign` it now, the one it takes the place of, the one that took its own.

    `versions` are for those who write or oversee such papers; who is merely told of a signed one reads that.
    """

    paper: OfficePaper
    versions: Sequence[PaperVersionHead]
    may_write: bool
    may_sign: bool
    may_correct: bool
    earlier: OfficePaper | None
    later: OfficePaper | None


def listed(t: Transaction, person: Person, kinds: Sequence[PaperKind], *, drafts_only: bool = False) -> list[int]:
    """The numbers of the papers of these kinds that the person may read, the newest first."""
    open_to = [kind for kind in kinds if _opens(person, paper_rule(kind))]
    return [
        one.id for one in t.papers.heads(open_to) if not (drafts_only and one.signed) and papering.visible(person, one)
    ]


def about_incident(t: Transaction, person: Person, incident_id: str) -> list[OfficePaper]:
    """The papers about an incident that the person may read, the newest first."""
    found = t.papers.of_incident(incident_id)[::-1]
    return [one for one in found if papering.may_see(t, person, one)]


def kinds_for(person: Person) -> list[PaperKind]:
    """The kinds of which the person may read some paper."""
    return [kind for kind, rule in paper_rules().items() if _opens(person, rule)]


def page(t: Transaction, person: Person, paper_id: int) -> PaperPage:
    """One paper. Raises Refused."""
    paper = papering.seen(t, person, paper_id)
    rule = paper_rule(paper.kind)
    may_write = papering.may(t, person, rule.write, paper.about)
    return PaperPage(
        paper=paper,
        versions=t.papers.version_heads(paper.id) if _sees_versions(t, person, paper) else (),
        may_write=may_write and not paper.signed,
        may_sign=papering.may(t, person, rule.sign, paper.about) and not paper.signed,
        may_correct=may_write and paper.signed and paper.superseded_by is None,
        earlier=None if paper.supersedes is None else t.papers.get(paper.supersedes),
        later=None if paper.superseded_by is None else t.papers.get(paper.superseded_by),
    )


def version(t: Transaction, person: Person, paper_id: int, revision: int) -> Content:
    """What one version of a paper says. Raises Refused."""
    paper = papering.seen(t, person, paper_id)
    found = t.papers.words_of(paper_id, revision) if _sees_versions(t, person, paper) else None
    if found is None:
        raise Refused("没有这一稿，或您没有权限看历次修改")
    return found


def may_download(t: Transaction, person: Person, file: str) -> bool:
    """Whether `file` is a signed paper that the person may read, in whichever format."""
    paper = t.papers.of_file(f"{file.rpartition('.')[0]}.docx")
    if paper is None:
        return False
    try:
        return papering.seen(t, person, paper.id).signed
    except Refused:
        return False


def _sees_versions(t: Transaction, person: Person, paper: OfficePaper) -> bool:
    rule = paper_rule(paper.kind)
    return everywhere(person.role, rule.view) or papering.may(t, person, rule.write, paper.about)


def _opens(person: Person, rule: PaperRule) -> bool:
    return allowed(person.role, rule.view) or (rule.notice is not None and allowed(person.role, rule.notice))
