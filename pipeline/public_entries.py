"""Takes an entry of the public site (回应公开) through its course: written by the office, approved by another of it, public,
withdrawn. Only what is published to society can have one, and none holds words of a post.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select

from casework.answers.checks import denials, party_named, valid
from casework.answers.course import AnswerStanding, NotNow
from casework.answers.quoting import quoting
from pipeline.acts import Actor
from pipeline.answer_checks import Checking
from pipeline.answering import Answering, course_of, course_through
from pipeline.attempts import attempting, done_before, note_done
from pipeline.meant import Meant
from pipeline.refusals import Refused
from pipeline.views import title_for
from records.answers import Answer, AnswerEntry, AnswerKind, AnswerNoted, Exchange, PublicWords
from records.disclosures import Disclosure
from records.people import Person
from records.proposals import Flag
from records.words import Scope
from regulation.permissions import allowed
from storage import tables
from storage.store import Store, Transaction

WRITE, APPROVE, VIEW = "write_public_entry", "approve_public_entry", "view_public_entries"
"""The acts as permissions.yaml and the audit name them."""

ACTS: Mapping[AnswerNoted, str] = MappingProxyType(
    {
        AnswerNoted.WRITTEN: WRITE,
        AnswerNoted.SUBMITTED: WRITE,
        AnswerNoted.DROPPED: WRITE,
        AnswerNoted.RETURNED: APPROVE,
        AnswerNoted.APPROVED: APPROVE,
        AnswerNoted.PUBLISHED: APPROVE,
        AnswerNoted.WITHDRAWN: APPROVE,
    }
)
"""The act of each entry."""

LONGEST, MOST_EXCHANGES = 4000, 12
"""No text of an entry is longer, and it answers no more questions."""

_GO_OUT = frozenset({AnswerNoted.SUBMITTED, AnswerNoted.APPROVED, AnswerNoted.PUBLISHED})
"""What brings an entry nearer to the public looks at it anew each time."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What stands against an entry: what forbids it, and the marks on which whoever approves it must say something."""

    forbid: Sequence[str]
    flags: Sequence[Flag]


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """One entry as it stands with the title of its record, and what this person may do with it and read of it now."""

    answer: Answer
    now: AnswerStanding
    words: PublicWords
    record_title: str | None
    entries: Sequence[AnswerEntry]
    acts: frozenset[AnswerNoted]


def begin(
    store: Store,
    record_id: str,
    words: PublicWords,
    actor: Actor,
    at: datetime,
    request: str | None = None,
) -> str:
    """Begin an entry on a record with its first version; its id. Raises Refused."""
    with attempting(store, actor, WRITE, record_id, at) as t:
        t.answers.take_turn()
        _require(actor, WRITE)
        if request is not None and (done := done_before(t, request)) is not None:
            return done
        record = _public_record(t, record_id)
        begun = Answer(
            t.answers.next_id(AnswerKind.PUBLIC, at), AnswerKind.PUBLIC, record.id, actor.unit, at, actor.name
        )
        t.answers.begin(begun)
        entry = AnswerEntry(begun.id, AnswerNoted.WRITTEN, at, actor.name, actor.unit, words=_checked(words))
        _take(t, Meant(begun.id, actor, at, request), begun, entry)
    return begun.id


def write(store: Store, meant: Meant, words: PublicWords, after: int, checking: Checking) -> None:
    """Write another version; `after` is the number of the one that the person has seen. Raises Refused."""

    def entry(now: AnswerStanding) -> AnswerEntry:
        if now.version != after:
            raise Refused("刚有人改过这一条，请刷新后再改")
        return replace(_bare(meant, AnswerNoted.WRITTEN), words=_checked(words))

    _note(store, meant, AnswerNoted.WRITTEN, entry, checking)


def note(
    store: Store, meant: Meant, noted: AnswerNoted, version: int, reason: str | None, answering: Answering
) -> None:
    """Hand in, return, approve, make public, withdraw or give up exactly the version that the person has seen; the reason is
    kept masked. Raises Refused."""
    said = answering.mask(reason or "").strip() or None

    def entry(now: AnswerStanding) -> AnswerEntry:
        if now.version != version:
            raise Refused("刚有人改过这一条，请刷新后重新阅读")
        return replace(_bare(meant, noted), reason=said)

    _note(store, meant, noted, entry, answering.checking)


def faults(t: Transaction, record_id: str, words: PublicWords, checking: Checking) -> Faults:
    """What stands against these words about this record now, and against what else of the record their page shows."""
    return faults_of_each(t, record_id, [words], checking)[0]


def faults_of_each(t: Transaction, record_id: str, said: Sequence[PublicWords], checking: Checking) -> list[Faults]:
    """`faults` of several words about one record: its posts are read once."""
    record, names = t.disclosures.get(record_id), t.disclosures.party_names()
    shown = [] if record is None or not _open(record) else list(_shown(record))
    forbid = []
    if record is None or not _open(record):
        forbid.append("所涉事项不是面向社会公开的，或已撤回，不能公开")
    own = () if record is None else (record.title, record.doc_number)
    others = [name for name in names if name not in own]
    named = [place for place, text in shown if party_named(text, others, checking.rules)]
    if named:
        forbid.append(f"{'、'.join(named)}里出现了党内公开事项的题目或文号，请先更正这件事项")
    wholes = ["\n".join(text for _, text in _texts(words)) for words in said]
    found: list[Faults] = []
    quotes = quoting(wholes, _posts(t, record_id), _own(t, record_id))
    for words, whole, is_quoting in zip(said, wholes, quotes, strict=True):
        also = []
        if party_named(whole, names, checking.rules):
            also.append("出现了党内公开事项的题目或文号，请删去")
        if denials(whole, checking.rules) and not _found_untrue(t, record_id):
            also.append("说某事“不实”“谣言”，但这一事项的事件没有核实记录")
        if is_quoting:
            also.append("有与网上帖文相同的文字：请概括群众的疑问，不引用帖文")
        found.append(Faults([*forbid, *also], checking.flags([*_texts(words), *shown])))
    return found


def unread(t: Transaction, record_id: str, now: AnswerStanding, found: Faults, checking: Checking) -> Sequence[Flag]:
    """Of the marks found, those that came after the approval, with another version of the record or with other rules: nobody
    has read them there."""
    approved, words = now.approved, now.words
    if approved is None or not isinstance(words, PublicWords):
        return ()
    if approved.read is not None:
        return [flag for flag in found.flags if flag.key not in approved.read]
    return _unread_since(t, record_id, approved, words, found, checking)


def _unread_since(
    t: Transaction, record_id: str, approved: AnswerEntry, words: PublicWords, found: Faults, checking: Checking
) -> Sequence[Flag]:
    """`unread` of an approval that does not say what was read with it, by the versions of the record."""
    versions = t.disclosures.versions(record_id)
    if versions[-1].recorded_at < approved.at:
        return ()
    before = [one.disclosure for one in versions if one.recorded_at < approved.at][-1:]
    if approved.reason is None:
        return found.flags
    texts = (*_texts(words), *(shown for record in before for shown in _shown(record)))
    read = {flag.key for flag in checking.flags(texts)}
    return [flag for flag in found.flags if flag.key not in read]


def listed(t: Transaction, person: Person, record_id: str | None = None) -> list[Answer]:
    """Every entry that the person may see, the last begun first; of one record where it is named."""
    if not allowed(person.role, VIEW):
        return []
    kind = AnswerKind.PUBLIC
    return (t.answers.of_kind(kind) if record_id is None else t.answers.about(kind, record_id))[::-1]


def entries(t: Transaction, person: Person, those: Sequence[Answer]) -> list[PublicEntry]:
    """These of the entries that are `listed` for the person, as they stand."""
    noted = t.answers.entries([one.id for one in those])
    records = t.disclosures.many(one.about for one in those)
    return [_entry(person, one, noted[one.id], records.get(one.about)) for one in those]


def may_write(person: Person) -> bool:
    """Whether the person may write entries."""
    return allowed(person.role, WRITE)


def record_choices(t: Transaction, limit: int = 200) -> dict[str, str]:
    """Ids and titles of the newest records on which an entry can be written."""
    table, newer = tables.disclosure, tables.disclosure.alias()
    later = select(newer.c.id).where(newer.c.id == table.c.id, newer.c.version > table.c.version).exists()
    query = select(table.c.id, table.c.title).where(~later, table.c.scope == Scope.PUBLIC.value, ~table.c.withdrawn)
    newest = query.order_by(table.c.published_at.desc(), table.c.id).limit(limit)
    return {row.id: row.title for row in t.connection.execute(newest)}


def answered(t: Transaction, record_id: str) -> list[str]:
    """What was published in answer to the reaction to a record, the newest first: material for an entry."""
    response, incident = tables.response, tables.incident
    mine = select(response.c.text).join(incident, incident.c.id == response.c.incident)
    newest = mine.where(incident.c.disclosure == record_id).order_by(
        response.c.published_at.desc(), response.c.id.desc()
    )
    return list(t.connection.execute(newest).scalars())


def _entry(person: Person, answer: Answer, noted: Sequence[AnswerEntry], record: Disclosure | None) -> PublicEntry:
    course = course_through(answer, noted)
    now = course.standing()
    assert isinstance(now.words, PublicWords)  # an entry begins with its first version
    acts = frozenset(
        one
        for one in ACTS
        if allowed(person.role, ACTS[one])
        and course.allows(AnswerEntry(answer.id, one, answer.begun_at, person.name, words=now.words, reason="…"))
    )
    title = None if record is None else title_for(person, record)
    return PublicEntry(answer, now, now.words, title, noted, acts)


def _note(
    store: Store,
    meant: Meant,
    noted: AnswerNoted,
    making: Callable[[AnswerStanding], AnswerEntry],
    checking: Checking,
) -> None:
    found = _faults_before(store, meant.subject, checking) if noted in _GO_OUT else None
    with attempting(store, meant.actor, ACTS[noted], meant.subject, meant.at) as t:
        t.answers.take_turn()
        _require(meant.actor, ACTS[noted])
        if meant.request is not None and done_before(t, meant.request) is not None:
            return
        answer = t.answers.get(meant.subject)
        if answer is None or answer.kind is not AnswerKind.PUBLIC:
            raise Refused(f"没有编号为“{meant.subject[:40]}”的公开条目")
        now = course_of(t, answer).standing()
        entry = making(now)
        if found is not None:
            _require_clear(found, entry, checking)
            if noted is AnswerNoted.APPROVED:
                entry = replace(entry, read=tuple(flag.key for flag in found.flags))
            if noted is AnswerNoted.PUBLISHED:
                _require_read(unread(t, answer.about, now, found, checking), checking)
        _take(t, meant, answer, entry)


def _faults_before(store: Store, entry_id: str, checking: Checking) -> Faults | None:
    """What stands against the newest version, read before anybody has to wait for it: an act names the version it means, and
    the site looks once more."""
    with store.reading() as t:
        answer = t.answers.get(entry_id)
        words = None if answer is None else course_of(t, answer).standing().words
        if answer is None or not isinstance(words, PublicWords):
            return None
        return faults(t, answer.about, words, checking)


def _require_clear(found: Faults, entry: AnswerEntry, checking: Checking) -> None:
    if found.forbid:
        raise Refused("；".join(found.forbid))
    if entry.noted is AnswerNoted.APPROVED and found.flags and entry.reason is None:
        raise Refused(f"还有保密或隐私提示：{_named(found.flags, checking)}。可以公开的，请写明理由；否则退回修改")


def _require_read(flags: Sequence[Flag], checking: Checking) -> None:
    """Raise Refused where marks came up after the approval."""
    if flags:
        told = _named(flags, checking)
        raise Refused(f"审定后又有还没有人看过的保密或隐私提示：{told}。请退回，核对后重新送审、审定")


def _named(flags: Iterable[Flag], checking: Checking) -> str:
    """The marks by their words and places; personal data by its place alone, since what is refused is logged."""
    told = (
        f"{flag.place}有{flag.kind}" if flag.kind == checking.personal else f"“{flag.found}”（{flag.place}）"
        for flag in flags
    )
    return "、".join(dict.fromkeys(told))


def _take(t: Transaction, meant: Meant, answer: Answer, entry: AnswerEntry) -> None:
    course = course_of(t, answer)
    try:
        course.take(entry)
    except NotNow as fault:
        raise Refused(str(fault)) from None
    t.answers.add(entry)
    t.answers.stand(answer.id, course.standing().state)
    if meant.request is not None:
        note_done(t, meant.request, answer.id)
    facts = {"noted": entry.noted.value, "record": answer.about, "version": course.standing().version}
    more = {"reason": entry.reason} if entry.reason else {}
    t.audit.append(meant.at, meant.actor.name, meant.actor.role, ACTS[entry.noted], answer.id, True, facts | more)


def _require(actor: Actor, act: str) -> None:
    if actor.role is not None and not allowed(actor.role, act, own=False):
        raise Refused("您没有权限做这一步：公开条目由办公室办理")


def _public_record(t: Transaction, record_id: str) -> Disclosure:
    record = t.disclosures.get(record_id)
    if record is None:
        raise Refused(f"没有编号为“{record_id[:60]}”的公开事项")
    if not _open(record):
        raise Refused("这件事项不是面向社会公开的，或已撤回，不能列入回应公开")
    return record


def _checked(words: PublicWords) -> PublicWords:
    exchanges = tuple(
        Exchange(one.question.strip(), one.answer.strip())
        for one in words.exchanges
        if one.question.strip() or one.answer.strip()
    )
    said = PublicWords(words.title.strip(), exchanges, words.done.strip())
    if not said.title or not exchanges:
        raise Refused("请填写题目，并至少写一个疑问和答复")
    if not all(one.question and one.answer for one in exchanges):
        raise Refused("每个疑问都要有答复")
    if len(exchanges) > MOST_EXCHANGES or any(len(text) > LONGEST for _, text in _texts(said)):
        raise Refused(f"最多 {MOST_EXCHANGES} 个疑问，每段最多 {LONGEST} 个字")
    return said


def _texts(words: PublicWords) -> Iterable[tuple[str, str]]:
    yield "题目", words.title
    for number, one in enumerate(words.exchanges, 1):
        yield f"疑问{number}", one.question
        yield f"答复{number}", one.answer
    yield "办理情况", words.done


def _open(record: Disclosure) -> bool:
    return record.scope is Scope.PUBLIC and not record.withdrawn


def _shown(record: Disclosure) -> Iterable[tuple[str, str]]:
    """What of the record the page of an entry shows, each with its place."""
    yield "事项题目", record.title
    yield "事项文号", record.doc_number or ""
    yield "事项正文", record.body
    yield "解读材料", record.interpretation or ""


def _found_untrue(t: Transaction, record_id: str) -> bool:
    mine = select(tables.incident.c.id).where(tables.incident.c.disclosure == record_id)
    known = [one for incident in t.connection.execute(mine).scalars() for one in t.answers.verifications(incident)]
    return any(one.verdict.contradicts for one in valid(known))


def _posts(t: Transaction, record_id: str) -> Iterable[str]:
    """The texts of every post that is kept on the record."""
    post, read = tables.post, tables.assessment
    mine = (
        select(post.c.title, post.c.text).join(read, read.c.post_id == post.c.id).where(read.c.disclosure == record_id)
    )
    for row in t.connection.execute(mine):
        yield f"{row.title or ''}\n{row.text}"


def _own(t: Transaction, record_id: str) -> Iterable[str]:
    """What the office itself has said of the record in public."""
    record = t.disclosures.get(record_id)
    if record is not None:
        yield from (record.title, record.body, record.interpretation or "")
    yield from answered(t, record_id)


def _bare(meant: Meant, noted: AnswerNoted) -> AnswerEntry:
    return AnswerEntry(meant.subject, noted, meant.at, meant.actor.name, meant.actor.unit)
