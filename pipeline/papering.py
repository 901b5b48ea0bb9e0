"""Takes a paper of the office through its course: drafted from the data, written in versions, signed, superseded by name.

What a paper of each kind says is drafted elsewhere; who may do what with it, papers.yaml and permissions.yaml say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from casework.papers import writing
from casework.reports.document import Letterhead, Paper, moment, office_paper, superseding
from casework.reports.numbering import year_of
from pipeline.attempts import attempting, done_before, note_done
from pipeline.masking import Mask, kept
from pipeline.meant import Meant
from pipeline.printing import FORMATS, Format, write_formats
from pipeline.refusals import Refused
from pipeline.reporting import LONGEST_REASON, next_number
from records.naming import office_name
from records.papers import About, Basis, Content, Ledger, OfficePaper, PaperHead, PaperKind
from records.people import Person
from regulation.papers import REPORTS, PaperRule, paper_rule
from regulation.permissions import allowed, concerns, everywhere
from storage.papers import PaperChanged, Signing
from storage.store import Store, Transaction

Signed = Callable[[Transaction, OfficePaper], None]
"""What else happens in the transaction that signs a paper."""

_CHANGED = "刚有人改过或签发了这份文稿，请刷新后再办"


@dataclass(frozen=True, slots=True)
class Office:
    """What papers need besides the store. The first of `formats` is the signed one, the others lie beside it."""

    letterhead: Letterhead
    reports_dir: Path
    mask: Mask
    formats: Sequence[Format] = FORMATS
    signed: Sequence[Signed] = ()


def drafted(t: Transaction, kind: PaperKind, about: About, content: Content, at: datetime, by: str) -> OfficePaper:
    """Keep a draft; where one about exactly this is not signed yet, that one as it stands."""
    t.papers.take_turn()
    there = t.papers.draft_of(kind, about)
    if there is not None:
        return there
    return _known(t, t.papers.add(kind, about, content, at, by))


def draft(store: Store, kind: PaperKind, about: About, content: Content, meant: Meant) -> int:
    """`drafted` by a person; its number. Raises Refused, also where one about exactly this is signed and nobody corrects it."""
    with attempting(store, meant.actor, paper_rule(kind).write, kind.value, meant.at) as t:
        _require(t, meant, paper_rule(kind).write, about)
        t.papers.take_turn()
        if t.papers.draft_of(kind, about) is None and (signed := t.papers.valid_of(kind, about)) is not None:
            raise Refused(f"{named(signed)}已经签发，要改请打开它另出更正")
        made = drafted(t, kind, about, content, meant.at, meant.actor.name)
        _note(t, meant, paper_rule(kind).write, made)
    return made.id


def write_section(store: Store, meant: Meant, section: int, text: str, office: Office) -> Mapping[str, int]:
    """Write another text for a section (from 0); `meant.seen` is the revision that the person has read. Raises Refused.

    What was masked in it, by kind.
    """
    with _changing(store, meant) as (t, paper):
        by = Basis(Ledger.PERSON, f"{meant.actor.name}，{moment(meant.at)}")
        standing = writing.text_of(paper.content.sections[section])
        said = kept(t, text, office.mask, standing)
        try:
            content = writing.rewritten(paper.content, section, said.text, by)
        except writing.BadText as fault:
            raise Refused(str(fault)) from None
        _write(t, meant, paper, content)
    return said.masked


def refresh(store: Store, meant: Meant, content: Content) -> None:
    """Take the figures as the data gives them now; what people wrote in a section of the same heading stays. Raises Refused."""
    with _changing(store, meant) as (t, paper):
        _write(t, meant, paper, writing.refreshed(paper.content, content))


def drop(store: Store, meant: Meant) -> None:
    """Forget a draft. Raises Refused for a signed paper."""
    with _changing(store, meant) as (t, paper):
        _stored(lambda: t.papers.drop_draft(paper.id))
        _note(t, meant, paper_rule(paper.kind).write, paper)


def sign(store: Store, meant: Meant, office: Office) -> OfficePaper:
    """Sign the revision that the person has read: it gets its number, its files are on the disk before its row can commit.

    Raises Refused, also while something must still be written.
    """
    with _acting(store, meant, "sign") as (t, paper):
        t.papers.take_turn()
        paper = _known(t, paper.id)
        if meant.request is not None and done_before(t, meant.request) is not None:
            return paper
        if paper.signed or paper.revision != meant.seen:
            raise Refused(_CHANGED)
        if open_parts := writing.pending(paper.content):
            raise Refused(f"还不能签发，这些部分有待填写的内容：{'、'.join(open_parts)}")
        rule = paper_rule(paper.kind)
        signing = _signing(t, paper, rule, meant, office)
        printed = _printed(t, paper, rule, signing, office)
        _stored(lambda: t.papers.sign(paper.id, paper.revision, signing))
        signed = _known(t, paper.id)
        for also in office.signed:
            also(t, signed)
        _note(t, meant, rule.sign, signed)
        if meant.request is not None:
            note_done(t, meant.request, str(paper.id))
        # Last: whatever refuses the signature leaves no file behind.
        stem = signing.file.rpartition(".")[0]
        write_formats(t, office.reports_dir, stem, office.formats, lambda one: one.printed(printed))
    return signed


def correct(store: Store, meant: Meant, reason: str, office: Office) -> int:
    """Begin the paper that takes the place of a signed one, with its words; its number. Raises Refused."""
    with _acting(store, meant, "write") as (t, paper):
        t.papers.take_turn()
        paper = _known(t, paper.id)
        said = office.mask(reason.strip(), {one.name for one in t.people.all()}).strip()
        if not said or len(said) > LONGEST_REASON:
            raise Refused(f"请写明更正的理由（最多 {LONGEST_REASON} 字）")
        if not paper.signed or paper.superseded_by is not None:
            raise Refused("只有已签发、没有被替代的文稿才能更正")
        if (there := t.papers.draft_of(paper.kind, paper.about)) is not None:
            if there.supersedes == paper.id:
                return there.id
            raise Refused("已有一份同一内容的草稿，请先签发或删去它")
        made = t.papers.add(
            paper.kind, paper.about, paper.content, meant.at, meant.actor.name, supersedes=paper.id, reason=said
        )
        _note(t, meant, paper_rule(paper.kind).write, _known(t, made))
    return made


def seen(t: Transaction, person: Person, paper_id: int) -> OfficePaper:
    """The paper, where the person may read it. Raises Refused."""
    paper = _known(t, paper_id)
    if not may_see(t, person, paper):
        raise Refused(f"您没有权限看这份文稿：请联系{office_name()}")
    return paper


def named(paper: OfficePaper) -> str:
    """How another paper or a page names a signed one, such as 月报2026年第3期; a draft by its title."""
    return f"{paper_rule(paper.kind).label}{paper.serial}" if paper.signed else f"《{paper.content.title}》"


def may_see(t: Transaction, person: Person, paper: OfficePaper) -> bool:
    """Whether the person may read the paper as it stands."""
    return visible(person, PaperHead(paper.id, paper.kind, paper.about, paper.signed, _unit(t, paper.about)))


def visible(person: Person, head: PaperHead) -> bool:
    """Whether the person may read the paper of this head as it stands."""
    rule = paper_rule(head.kind)
    if is_notice(head) and rule.notice is not None and allowed(person.role, rule.notice):
        return True
    if rule.own_when_signed and not head.signed and not everywhere(person.role, rule.view):
        return False
    return allowed(person.role, rule.view, own=concerns(person.unit, head.unit))


def is_notice(paper: OfficePaper | PaperHead) -> bool:
    """Whether it is signed and goes to every unit."""
    about = paper.about
    return paper.signed and paper_rule(paper.kind).notice is not None and about.unit is None and about.incident is None


def may(t: Transaction, person: Person, act: str, about: About) -> bool:
    """Whether the person may do `act` with a paper about this."""
    return allowed(person.role, act, own=concerns(person.unit, _unit(t, about)))


@contextmanager
def _acting(store: Store, meant: Meant, which: Literal["write", "sign"]) -> Iterator[tuple[Transaction, OfficePaper]]:
    """A transaction for a deed to one paper. Raises Refused where the person may not, or where there is no such paper."""
    with store.reading() as t:
        rule = paper_rule(_known(t, int(meant.subject)).kind)
    act = rule.write if which == "write" else rule.sign
    with attempting(store, meant.actor, act, _subject(int(meant.subject)), meant.at) as t:
        paper = _known(t, int(meant.subject))
        _require(t, meant, act, paper.about)
        yield t, paper


@contextmanager
def _changing(store: Store, meant: Meant) -> Iterator[tuple[Transaction, OfficePaper]]:
    with _acting(store, meant, "write") as (t, paper):
        if paper.signed:
            raise Refused("已签发的文稿不能再改；确有错误的，请用“更正”另出一份替代它")
        yield t, paper


def _write(t: Transaction, meant: Meant, paper: OfficePaper, content: Content) -> None:
    if meant.request is not None and done_before(t, meant.request) is not None:
        return
    if paper.revision != meant.seen:
        raise Refused(_CHANGED)
    if content != paper.content:
        _stored(lambda: t.papers.write(paper.id, paper.revision, content, meant.at, meant.actor.name))
        _note(t, meant, paper_rule(paper.kind).write, paper)
    if meant.request is not None:
        note_done(t, meant.request, str(paper.id))


def _signing(t: Transaction, paper: OfficePaper, rule: PaperRule, meant: Meant, office: Office) -> Signing:
    year, _, _ = year_of(meant.at)
    number = next_number(t, meant.at) if rule.series == REPORTS else t.papers.last_number(rule.series, year) + 1
    return Signing(
        at=meant.at,
        by=meant.actor.name,
        series=rule.series,
        year=year,
        number=number,
        serial=_filled(rule.serial, office, year=year, number=number),
        file=f"{paper.kind.value}-{year}-{number}.{office.formats[0].EXTENSION}",
    )


def _printed(t: Transaction, paper: OfficePaper, rule: PaperRule, signing: Signing, office: Office) -> Paper:
    head = office.letterhead
    earlier = None if paper.supersedes is None else _known(t, paper.supersedes)
    return office_paper(
        paper.content,
        Letterhead(_filled(rule.heading, office), head.serial_prefix, _addressee(rule, paper, office), head.issuer),
        signing.serial,
        signing.at,
        f"（签发人：{signing.by}，签发时间：{moment(signing.at)}）",
        superseding=None if earlier is None else superseding(named(earlier), paper.reason),
        kind=paper.kind,
    )


def _addressee(rule: PaperRule, paper: OfficePaper, office: Office) -> str:
    """To whom it goes: what is told to one unit, to that unit."""
    return paper.about.unit if rule.to_unit and paper.about.unit is not None else _filled(rule.to, office)


def _filled(words: str, office: Office, **numbers: int) -> str:
    head = office.letterhead
    return words.format(prefix=head.serial_prefix, report_to=head.addressee, letterhead=head.heading, **numbers)


def _require(t: Transaction, meant: Meant, act: str, about: About) -> None:
    actor = meant.actor
    if actor.role is not None and not allowed(actor.role, act, own=concerns(actor.unit, _unit(t, about))):
        raise Refused(f"“{actor.role.label}”不能对这份文稿做这一步：请联系{office_name()}")


def _unit(t: Transaction, about: About) -> str | None:
    if about.incident is None:
        return about.unit
    incident = t.incidents.get(about.incident)
    return None if incident is None else incident.unit


def _known(t: Transaction, paper_id: int) -> OfficePaper:
    paper = t.papers.get(paper_id)
    if paper is None:
        raise Refused(f"没有编号为 {paper_id} 的文稿，可能已被删去")
    return paper


def _stored(write: Callable[[], object]) -> None:
    try:
        write()
    except PaperChanged:
        raise Refused(_CHANGED) from None


def _note(t: Transaction, meant: Meant, act: str, paper: OfficePaper) -> None:
    detail = {"kind": paper.kind.value, "revision": paper.revision, "serial": paper.serial}
    t.audit.append(meant.at, meant.actor.name, meant.actor.role, act, _subject(paper.id), True, detail)


def _subject(paper_id: int) -> str:
    return f"paper:{paper_id}"
