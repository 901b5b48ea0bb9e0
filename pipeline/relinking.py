"""Links an incident to another record (改关联), or to none: its posts are corrected likewise, its clocks and severity stay."""

from __future__ import annotations

from dataclasses import dataclass, replace

from casework.incidents.moves import title_of
from pipeline import regrouping
from pipeline.attempts import attempting, done_before, note_done
from pipeline.correcting import check_permission as check_may_correct
from pipeline.correcting import correct_links
from pipeline.meant import Meant
from pipeline.notify import tell
from pipeline.refusals import Refused
from pipeline.regrouping import (
    RELINK,
    Regrouping,
    audited,
    gathering_now,
    needed_reason,
    ongoing,
    overruled_in,
    record_to_link,
    recounted,
    united,
)
from pipeline.unacknowledged import followed_up
from records.disclosures import Disclosure
from records.incidents import Incident
from storage.incidents import Stale
from storage.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Link:
    """The record that the incident is really about; None for none of them, then it needs a `title`."""

    disclosure: str | None
    reason: str | None
    title: str | None = None


def relink(store: Store, meant: Meant, link: Link, how: Regrouping) -> None:
    """Link the incident that is meant. A request that was carried out before changes nothing. Raises Refused."""
    with attempting(store, meant.actor, RELINK, meant.subject, meant.at) as t:
        regrouping.check_permission(meant.actor, RELINK)
        check_may_correct(meant.actor)
        t.incidents.take_turn()
        if meant.request is not None and done_before(t, meant.request) is not None:
            return
        incident = ongoing(t, meant.subject, meant.seen)
        link = replace(link, reason=needed_reason(link.reason, "改关联的理由"))
        record = record_to_link(t, meant.actor, link.disclosure)
        _check(t, incident, link)
        try:
            _relink(t, incident, record, link, meant, how)
        except Stale as fault:
            raise Refused(str(fault)) from None
        if meant.request is not None:
            note_done(t, meant.request, incident.id)


def _check(t: Transaction, incident: Incident, link: Link) -> None:
    if link.disclosure == incident.disclosure:
        raise Refused("事件现在就关联这个公开事项，没有改动")
    if link.disclosure is None:
        return
    other = t.incidents.newest_ongoing(link.disclosure)
    if other is not None:
        raise Refused(f"这个公开事项已有进行中的事件 {other.id}：请用“合并”并入它")


def _relink(
    t: Transaction, incident: Incident, record: Disclosure | None, link: Link, meant: Meant, how: Regrouping
) -> None:
    overruled = overruled_in(t, incident, meant.at, how)
    present = gathering_now(t, link.disclosure, meant.at, how.in_force(t))
    t.incidents.relink(incident.id, link.disclosure)
    gathering = t.incidents.gathering_of(incident.id)
    mine = [one.post_id for one in t.incidents.members_of(gathering.id)]
    members = united(t, gathering.id, *(() if present is None else (present.id,)))
    title = _title(record, link)
    changed = replace(incident, disclosure=link.disclosure, title=title, gathering=gathering.number)
    changed = recounted(t, changed, members, meant, "改关联后重新计算", how, overruled)
    taught = correct_links(t, mine, link.disclosure, f"事件 {incident.id} 改关联：{link.reason}", meant)
    followed_up(t, incident.id, meant.at, meant.actor.name)
    facts: dict[str, object] = {
        "reason": link.reason,
        "before": incident.disclosure,
        "after": link.disclosure,
        "corrected": taught,
    }
    audited(t, meant, RELINK, incident.id, facts)
    said = {"by": meant.actor.name, "reason": link.reason or ""}
    tell(t, "relinked", changed, meant.at, f"relinked@{meant.at.isoformat()}", how.routes, said)


def _title(record: Disclosure | None, link: Link) -> str:
    if record is not None:
        return title_of(record)
    given = (link.title or "").strip()
    if not given:
        raise Refused("不再关联公开事项的，请填写事件名称")
    return given[:80]
