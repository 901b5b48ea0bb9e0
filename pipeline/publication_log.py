"""Writes into the publication log what follows from another act: a proposal that is carried out, an answer that is published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from pipeline.refusals import Refused
from records.incidents import Incident
from records.publications import OTHER_PLATFORM, Publication
from records.words import Purpose
from regulation.platforms import Platform, PlatformRules
from regulation.procedures import PUBLISH
from storage.store import Transaction

_UNNAMED = "未写明平台"
_LONGEST_LINK = 2_000


def note_carried_out(
    t: Transaction, proposal_id: str, link: str | None, at: datetime, by: str, rules: PlatformRules
) -> None:
    """An entry for each platform of the approval form on which the signature of the publication says that it is published.

    One address is of one page: a second online platform is left open until somebody notes its own. Raises Refused.
    """
    form = t.proposals.forms_with(PUBLISH, [proposal_id])[proposal_id]
    if form.purpose is Purpose.WITHDRAWAL:
        return
    t.publications.take_turn()
    address = checked_link(link)
    for platform_id, name, page in _carried_out(form.platforms, address, rules):
        t.publications.add(Publication(0, form.record or proposal_id, platform_id, name, at, page, at, by))


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


def _carried_out(names: Sequence[str], link: str | None, rules: PlatformRules) -> Iterator[tuple[str, str, str | None]]:
    """Id, name and address of every entry, for platforms by the names that the form has."""
    named = [(name, rules.named(name)) for name in names]
    holder = _holder(named)
    for name, platform in named:
        page = link if name == holder else None
        if page is not None or platform is None or not platform.online:
            yield (OTHER_PLATFORM if platform is None else platform.id), name, page


def _holder(named: Sequence[tuple[str, Platform | None]]) -> str | None:
    """The platform whose page the address is: the first online one, else the first that the desk does not know."""
    online = [name for name, platform in named if platform is not None and platform.online]
    unknown = [name for name, platform in named if platform is None]
    return next(iter(online + unknown), None)
