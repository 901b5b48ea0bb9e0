"""Writes into the publication log what follows from another act: a proposal that is carried out, an answer that is published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from pipeline.refusals import Refused
from records.incidents import Incident
from records.publications import OTHER_PLATFORM, Publication
from records.words import Purpose
from regulation.platforms import PlatformRules
from regulation.procedures import PUBLISH
from storage.store import Transaction

_UNNAMED = "未写明平台"
_LONGEST_LINK = 2_000


@dataclass(frozen=True, slots=True)
class Page:
    """The address of what was published, and on which platforms of the form it is read there: None, on every online one."""

    link: str | None = None
    on: Sequence[str] | None = None


NO_PAGE = Page()


def note_carried_out(t: Transaction, proposal_id: str, page: Page, at: datetime, by: str, rules: PlatformRules) -> None:
    """An entry for each platform of the approval form on which the signature of the publication says that it is published.

    An online platform without the address is left open until somebody notes its own. Raises Refused.
    """
    form = t.proposals.forms_with(PUBLISH, [proposal_id])[proposal_id]
    if form.purpose is Purpose.WITHDRAWAL:
        return
    t.publications.take_turn()
    read = Page(checked_link(page.link), page.on)
    for platform_id, name, link in _carried_out(read, form.platforms, rules):
        t.publications.add(Publication(0, form.record or proposal_id, platform_id, name, at, link, at, by))


def note_answer(
    t: Transaction, incident: Incident, link: str, platform_id: str | None, at: datetime, by: str, rules: PlatformRules
) -> None:
    """An entry for a published answer in the log of its record; it does not stand for the record itself. Raises Refused."""
    platform = None if platform_id is None else rules.platform(platform_id)
    if platform_id is not None and platform is None:
        raise Refused("没有这个发布平台：请从列表中选择")
    if incident.disclosure is None:
        return
    t.publications.take_turn()
    known, name = (OTHER_PLATFORM, _UNNAMED) if platform is None else (platform.id, platform.name)
    t.publications.add(
        Publication(0, incident.disclosure, known, name, at, checked_link(link), at, by, incident=incident.id)
    )


def checked_link(link: str | None) -> str | None:
    """The address of a published page, None where there is none. Raises Refused."""
    text = (link or "").strip()
    if not text:
        return None
    parts = urlsplit(text)
    if len(text) > _LONGEST_LINK or parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise Refused("网址应以 http:// 或 https:// 开头，不含用户名")
    return text


def online_names(names: Sequence[str], rules: PlatformRules) -> tuple[str, ...]:
    """Of the platforms named on a form those that have pages of their own; of none that the desk knows, those that it does
    not know."""
    named = {name: rules.named(name) for name in names}
    online = tuple(name for name, platform in named.items() if platform is not None and platform.online)
    return online or tuple(name for name, platform in named.items() if platform is None)


def _carried_out(page: Page, names: Sequence[str], rules: PlatformRules) -> Iterator[tuple[str, str, str | None]]:
    """Id, name and address of every entry, for platforms by the names that the form has."""
    held = () if page.link is None else online_names(names, rules) if page.on is None else page.on
    for name in dict.fromkeys(names):
        platform, link = rules.named(name), page.link if name in held else None
        if link is not None or platform is None or not platform.online:
            yield (OTHER_PLATFORM if platform is None else platform.id), name, link
