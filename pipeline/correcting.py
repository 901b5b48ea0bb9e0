"""Corrects how a post was read: keeps what a person says of it for learning, and lets its copies and incidents follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.copies import let_copies_follow
from pipeline.ledger_view import Index, Wanted, matching
from pipeline.meant import Meant
from pipeline.refusals import Refused
from pipeline.views import may_everywhere
from records.assessments import Assessment
from records.corrections import Correction, Verdict
from records.disclosures import Disclosure
from records.naming import office_name
from records.people import Person
from records.posts import Post
from records.words import Sentiment
from regulation.permissions import allowed, may_read_record
from storage.store import Store, Transaction

CORRECT = "correct_assessment"
"""The act as permissions.yaml and the audit name it."""

MOST_CHOICES = 6
"""So many records are offered at once; more words find others."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A correction as it is asked for: `seen` is the verdict that the person corrects, of that version of the post."""

    post_id: str
    version: int
    seen: Verdict
    verdict: Verdict
    reason: str | None = None


def correct(store: Store, asked: Asked, actor: Actor, at: datetime, request: str | None = None) -> None:
    """Keep the correction, change the assessment, let copies follow, queue all for their incidents, audit; in one transaction.

    A `request` that was carried out before changes nothing. Raises Refused.
    """
    with attempting(store, actor, CORRECT, asked.post_id, at) as t:
        check_permission(actor)
        t.incidents.take_turn()
        if request is not None and done_before(t, request) is not None:
            return
        post, read = _as_seen(t, asked)
        _check(asked)
        keep(t, asked, post, read, record_meant(t, asked, actor), actor, at)
        if request is not None:
            note_done(t, request, post.id)


def check_permission(actor: Actor) -> None:
    """Raises Refused for one who may not correct."""
    if actor.role is not None and not allowed(actor.role, CORRECT, own=False):
        raise Refused(f"您没有权限更正研判：请联系值班员或{office_name()}")


def keep(
    t: Transaction, asked: Asked, post: Post, read: Assessment, record: Disclosure | None, actor: Actor, at: datetime
) -> list[str]:
    """Keep a correction that was found in order, with all that follows from it; the ids of the copies that follow."""
    made = _correction(asked, post, read, record, actor, at)
    made = replace(made, number=t.corrections.add(made))
    t.assessments.correct([post.id], asked.verdict)
    copies = let_copies_follow(t, made)
    t.posts.corrected([post.id, *copies], at)
    verdicts = {"before": asdict(asked.seen), "after": asdict(asked.verdict), "reason": asked.reason}
    facts = {**verdicts, "model": read.model, "copies": copies}
    t.audit.append(at, actor.name, actor.role, CORRECT, post.id, True, facts)
    return copies


def correct_all_of(
    t: Transaction, ids: Iterable[str], meant: Callable[[Verdict], Verdict], reason: str, actor: Actor, at: datetime
) -> list[str]:
    """Correct these posts to what is meant for each, as far as they are read otherwise; those that were, copies among them.

    Copies follow their originals, which therefore come first.
    """
    ids = list(ids)
    posts, read = t.posts.many(ids), t.assessments.many(ids)
    done: set[str] = set()
    for post_id in sorted((one for one in ids if one in posts and one in read), key=lambda one: _is_copy(read[one])):
        seen = Verdict.of(read[post_id])
        if post_id not in done and meant(seen) != seen:
            asked = Asked(post_id, posts[post_id].version, seen, meant(seen), reason)
            record = record_meant(t, asked, actor)
            done |= {post_id, *keep(t, asked, posts[post_id], read[post_id], record, actor, at)}
    return [one for one in ids if one in done]


def correct_links(t: Transaction, ids: Iterable[str], disclosure: str | None, reason: str, meant: Meant) -> int:
    """Correct which record these posts are about, as a person says of all of them at once; of how many it was otherwise."""

    def linked(seen: Verdict) -> Verdict:
        return replace(seen, disclosure=disclosure)

    return len(correct_all_of(t, ids, linked, reason, meant.actor, meant.at))


def records_to_choose(t: Transaction, person: Person, words: str, index: Index | None) -> list[Disclosure]:
    """The first records with these words that the person may link a post to, best first; without words the newest.

    None for one who may not correct.
    """
    if not may_everywhere(person, CORRECT):
        return []
    ids = matching(t, person, Wanted(words), index)[:MOST_CHOICES]
    records = t.disclosures.many(ids)
    return [records[record_id] for record_id in ids]


def _is_copy(read: Assessment) -> bool:
    return read.duplicate_of is not None


def _as_seen(t: Transaction, asked: Asked) -> tuple[Post, Assessment]:
    post, read = t.posts.get(asked.post_id), t.assessments.get(asked.post_id)
    if post is None:
        raise Refused("这条帖文已不在库中")
    if read is None:
        raise Refused("这条帖文还没有研判，稍后再试")
    if post.version != asked.version or Verdict.of(read) != asked.seen:
        raise Refused("这条帖文刚有变动（原文改过，或已被他人更正），请刷新后再试")
    return post, read


def _check(asked: Asked) -> None:
    verdict = asked.verdict
    if (verdict.sentiment is Sentiment.NEGATIVE) != (verdict.category is not None):
        raise Refused("负面帖文要选定类别，其他帖文没有类别")
    if verdict == asked.seen:
        raise Refused("与现在的研判相同，没有需要更正的")


def record_meant(t: Transaction, asked: Asked, actor: Actor) -> Disclosure | None:
    """The record that the correction links to, None for none. Raises Refused for one that the person may not read."""
    if asked.verdict.disclosure is None:
        return None
    record = t.disclosures.get(asked.verdict.disclosure)
    if record is None:
        raise Refused(f"没有编号为“{asked.verdict.disclosure[:80]}”的公开事项")
    unchanged = asked.verdict.disclosure == asked.seen.disclosure
    if actor.role is None or unchanged or may_read_record(actor.role, actor.unit, record.scope, record.unit):
        return record
    raise Refused("这个公开事项不属于您可以查看的范围")


def _correction(
    asked: Asked, post: Post, read: Assessment, record: Disclosure | None, actor: Actor, at: datetime
) -> Correction:
    return Correction(
        post_id=post.id,
        root=read.duplicate_of or post.id,
        title=post.title,
        text=post.text,
        seen_at=post.seen_at,
        before=asked.seen,
        after=asked.verdict,
        version=None if record is None else record.version,
        model=read.model,
        actor=actor.name,
        at=at,
        reason=asked.reason,
        post_version=post.version,
    )
