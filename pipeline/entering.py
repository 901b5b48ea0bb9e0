"""Takes in what a person heard another way (telephone, chat group): masked like a crawled post before it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.acts import Actor, Deps, attempt
from pipeline.intake import receive
from pipeline.refusals import Refused
from records.actions import Action
from records.naming import office_name
from records.posts import Post, RawPost
from records.reading import BadRecord
from regulation.permissions import allowed
from storage.store import Store

Admit = Callable[[RawPost], Post]
"""Cleans and masks: nlp.admission.admit."""

Mask = Callable[[str], str]
"""Cleans and masks words alone: nlp.admission.without_personal_data."""

_WRITTEN = ("title", "reason")


def enter_post(store: Store, raw: RawPost, actor: Actor, now: datetime, retention: timedelta, admit: Admit) -> str:
    """Store what was heard and queue it for judging; the post's id. Entering the same id again changes nothing.

    Raises Refused where `actor` may not, or there is nothing in it; a refusal for want of permission is audited.
    """
    if actor.role is not None and not allowed(actor.role, "open_incident"):
        with store.transaction() as t:
            t.audit.append(now, actor.name, actor.role, "enter_post", raw.id or "", False)
        raise Refused(f"您没有权限录入：请联系{office_name()}值班人员")
    try:
        post = admit(raw)
    except BadRecord as fault:
        raise Refused(f"没有录入：{fault}") from None
    with store.transaction() as t:
        if t.posts.fingerprint(post.id) is None:
            receive(t, post, now, retention)
            t.audit.append(now, actor.name, actor.role, "enter_post", post.id, True, {"channel": post.channel.value})
    return post.id


def enter_incident(store: Store, action: Action, actor: Actor, deps: Deps, mask: Mask) -> str:
    """Open an incident that a person learnt of another way, its name and reason masked; its id. Raises Refused."""
    masked = {name: mask(str(action.args[name])) for name in _WRITTEN if action.args.get(name)}
    return attempt(store, replace(action, args={**action.args, **masked}), actor, deps)
