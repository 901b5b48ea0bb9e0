"""Lets the copies of a corrected post be read as it is read: those that are judged already, and later ones at once.

A copy follows where it says about as much as the post that was corrected, unless a person has said of the very copy how
it is to be read. Of several corrections among copies the store names the one that leads (storage/corrections.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime

from nlp.cleaning import bare
from nlp.duplicates import as_much
from records.assessments import Assessment
from records.corrections import Correction, Verdict
from records.posts import Post
from storage.store import Transaction

FOLLOWED = "correction_followed"
"""The audit's name for later copies that take over a correction."""

JUDGING = "研判"
"""Who does it in the audit: nobody pressed a button."""


def let_copies_follow(t: Transaction, made: Correction) -> list[str]:
    """Correct the copies that are judged already likewise, where this correction leads them; their ids."""
    leading = t.corrections.leading([made.root]).get(made.root)
    if leading is None or leading.number != made.number:
        return []
    read = t.assessments.many(t.assessments.copies(made.root))
    posts = t.posts.many(read)
    own = t.corrections.latest(post_id for post_id, found in read.items() if found.corrected)
    following = [
        _taken_over(made, post, read[post_id], made.at)
        for post_id, post in posts.items()
        if not (post_id in own and own[post_id].follows is None)
        and not (post_id == made.root and post.version > 1)
        and _follows(made, post, read[post_id])
    ]
    t.corrections.add_copies(following)
    ids = [one.post_id for one in following]
    t.assessments.correct(ids, made.after)
    return ids


def followed(
    t: Transaction, read: Mapping[str, Assessment], posts: Mapping[str, Post], at: datetime
) -> dict[str, Assessment]:
    """The assessments by post as they are to be kept: copies of what a person has corrected take that over, audited."""
    roots = sorted({found.duplicate_of for found in read.values() if found.duplicate_of is not None})
    leading = t.corrections.leading(roots)
    kept, following = dict(read), dict[str, list[Correction]]()
    for post_id, found in read.items():
        made = leading.get(found.duplicate_of or "")
        if made is not None and _follows(made, posts[post_id], found):
            verdict = asdict(made.after)
            kept[post_id] = replace(found, **verdict, corrected=True)
            following.setdefault(made.root, []).append(_taken_over(made, posts[post_id], found, at))
    for root, copies in following.items():
        t.corrections.add_copies(copies)
        facts = {
            "by": leading[root].actor,
            "after": asdict(leading[root].after),
            "copies": [one.post_id for one in copies],
        }
        t.audit.append(at, JUDGING, None, FOLLOWED, leading[root].post_id, True, facts)
    return kept


def _follows(made: Correction, post: Post, read: Assessment) -> bool:
    """Whether that copy takes the correction over: it says about as much, and does not stand corrected so already.

    One that the machine read like that by itself is held to it as well: nothing that is said later reads it otherwise.
    """
    if made.text is None or (read.corrected and Verdict.of(read) == made.after):
        return False
    return as_much(len(bare(made.title, made.text)), len(bare(post.title, post.text)))


def _taken_over(made: Correction, copy: Post, read: Assessment, at: datetime) -> Correction:
    """The copy's own row. It holds no text: nothing is learned from it beside the correction that it follows."""
    return replace(
        made,
        post_id=copy.id,
        title=None,
        text=None,
        seen_at=copy.seen_at,
        before=Verdict.of(read),
        model=read.model,
        at=at,
        post_version=copy.version,
        follows=made.post_id,
        number=0,
    )
