"""Drafts the special report (专报) on an incident as a paper of the office."""

from __future__ import annotations

from casework.reports.special import special_report
from pipeline import papering
from pipeline.attempts import attempting
from pipeline.meant import Meant
from pipeline.refusals import Refused
from pipeline.reporting import FindViews, material
from records.naming import office_name
from records.papers import About, PaperKind
from regulation.papers import paper_rule
from regulation.permissions import allowed
from regulation.severity import SeverityRules
from storage.store import Store


def draft_special(
    store: Store, meant: Meant, rules: SeverityRules | None = None, find_views: FindViews | None = None
) -> int:
    """Draft a special report on the incident `meant.subject`; one that is not signed yet stays as it is. Its number.

    Raises Refused.
    """
    act = paper_rule(PaperKind.SPECIAL).write
    with attempting(store, meant.actor, act, meant.subject, meant.at) as t:
        if meant.actor.role is not None and not allowed(meant.actor.role, act):
            raise Refused(f"专报由{office_name()}起草：您的身份不能做这一步")
        content = special_report(material(t, meant.subject, meant.at, rules, find_views))
        about = About(incident=meant.subject)
        made = papering.drafted(t, PaperKind.SPECIAL, about, content, meant.at, meant.actor.name)
        detail = {"kind": PaperKind.SPECIAL.value, "paper": made.id}
        t.audit.append(meant.at, meant.actor.name, meant.actor.role, act, meant.subject, True, detail)
    return made.id
