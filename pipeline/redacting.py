"""Takes away the words of a post in which the masking missed something personal; its verdict and its fingerprint stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.acts import Actor
from pipeline.attempts import attempting
from pipeline.refusals import Refused
from records.naming import office_name
from records.papers import OfficePaper
from records.posts import REDACTED_TEXT, Post
from records.suggestions import origin_of_post
from records.words import ReportKind
from regulation.permissions import allowed
from storage.store import Store, Transaction

REDACT = "redact"
"""The act as permissions.yaml and the audit name it."""

_TO_REWRITE = "〔待重写：这里引用的帖文已遮盖〕"

_OVERLAP = 12
"""So many characters of a post in a row are taken for a quotation of it."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """What was taken away: the posts, near-copies among them; `to_check` says in Chinese where their words may still stand."""

    posts: tuple[str, ...]
    to_check: tuple[str, ...]


def redact(store: Store, post_id: str, reason: str, actor: Actor, at: datetime) -> Redacted:
    """Redact a post and its near-copies: text, title, the words that decided, the texts kept with corrections
    and those of suggestions that were taken from them.

    Reports are documents: nothing in them is changed, they are named. Raises Refused.
    """
    if not reason.strip():
        raise Refused("请写明遮盖的理由（不要写出要遮盖的内容）")
    with attempting(store, actor, REDACT, post_id, at) as t:
        if actor.role is not None and not allowed(actor.role, REDACT):
            raise Refused(f"您没有权限遮盖帖文：请联系{office_name()}或管理员")
        # Before anything is looked at: whoever judges or corrects the post just now would write its words after us.
        t.incidents.take_turn()
        t.read_ahead.forget()
        posts = _with_copies(t, post_id)
        to_check = tuple(_quoting(t, posts))
        hashes = [t.posts.redact(post.id, at) for post in posts]
        ids = [post.id for post in posts]
        t.assessments.forget_words(ids)
        t.corrections.let_go_of_texts_of(ids)
        t.suggestions.redact(t.suggestions.by_origin(map(origin_of_post, ids)).values())
        for post, was in zip(posts, hashes, strict=True):
            facts = {"reason": reason, "of": post_id, "version": post.version, "sha256": was}
            t.audit.append(at, actor.name, actor.role, REDACT, post.id, True, facts)
    return Redacted(tuple(ids), to_check)


def _with_copies(t: Transaction, post_id: str) -> list[Post]:
    """The post first, then its near-copies, as far as they are still readable."""
    named = t.posts.get(post_id)
    if named is None:
        raise Refused(f"没有编号为“{post_id[:80]}”的帖子")
    read = t.assessments.get(post_id)
    copies = [] if read is None else t.assessments.copies(read.duplicate_of or post_id)
    others = t.posts.many(one for one in copies if one != post_id).values()
    return [named, *(post for post in others if post.text != REDACTED_TEXT)]


def _quoting(t: Transaction, posts: Sequence[Post]) -> list[str]:
    """Drafts and filed reports of the posts' incidents, the drafts where they hold words of theirs.

    What stood in earlier versions of a draft goes: nobody would rewrite it.
    """
    incidents = {one.id: one for post in posts for one in t.incidents.of_post(post.id)}
    found: list[str] = []

    def quotes(text: str) -> bool:
        return any(_quotes(text, post.text) for post in posts)

    for incident in incidents:
        for kind in ReportKind:
            for part in t.reports.parts(incident, kind).values():
                if quotes(part.text):
                    found.append(f"事件 {incident} 正在起草的{kind.label}“{part.part.label}”引用了它：请改写这一部分")
        t.reports.redact_versions(incident, quotes, REDACTED_TEXT)
        found += [_paper_to_check(one) for one in t.papers.redact(incident, quotes, _TO_REWRITE)]
        found += [
            f"事件 {incident} 已报送的{report.kind.label}（{report.serial}）可能引用了它：请核对文件 {report.file}"
            for report in t.reports.of(incident)
        ]
    return found


def _paper_to_check(paper: OfficePaper) -> str:
    if paper.signed:
        return f"已签发的文稿（{paper.serial}）引用了它：请核对文件 {paper.file}"
    return f"文稿“{paper.content.title}”的草稿引用了它：那一句已换成待重写的标记"


def _quotes(text: str, said: str) -> bool:
    """Whether the text holds some words of what was said in a row."""
    whole, pieces = "".join(text.split()), "".join(said.split())
    if len(pieces) <= _OVERLAP:
        return bool(pieces) and pieces in whole
    return any(pieces[n : n + _OVERLAP] in whole for n in range(len(pieces) - _OVERLAP + 1))
