"""Says what the articles ask of the interpretation of what is proposed: whether one should be there, and how its draft stands."""

from __future__ import annotations

from datetime import date

from records.proposals import Form
from records.words import Attribute, Purpose
from regulation.clauses import citation
from regulation.procedures import Ground, Procedure


def grounds_of(procedure: Procedure, form: Form) -> tuple[Ground, ...]:
    """Why the form should be interpreted: what it names, and what is plain from it."""
    facts = {"document": form.document, "important": form.important}
    return tuple(
        ground
        for ground in procedure.interpreting.grounds
        if ground.ground in form.grounds or (ground.facts and all(facts[one] for one in ground.facts))
    )


def without_interpretation(procedure: Procedure, form: Form, attribute: Attribute | None) -> str | None:
    """What is to be stated where something in the scope of interpretation is to be disclosed without one (第二十八条)."""
    if form.interpreted or form.purpose is Purpose.WITHDRAWAL or attribute is not Attribute.OPEN:
        return None
    grounds = grounds_of(procedure, form)
    if not grounds:
        return None
    said = "；".join(ground.label for ground in grounds)
    return f"属于政策解读范围而没有安排解读：{said}（{citation(grounds[0].clause)}）"


def plan_of(form: Form) -> str | None:
    """Who drafts the interpretation, until when and for which ways; None where none is needed."""
    if not form.interpreted:
        return None
    day = "" if form.interpretation_due is None else f"，{form.interpretation_due:%Y-%m-%d} 前拟好"
    ways = f"；方式：{'、'.join(form.interpretation_ways)}" if form.interpretation_ways else ""
    return f"{form.interpreting_unit}起草{day}{ways}"


def awaits_draft(form: Form) -> bool:
    """Whether an interpretation is needed and not there yet."""
    return form.interpreted and not form.interpretation


def late_by(form: Form, today: date) -> int:
    """For how many days the draft has been overdue; 0 where it is there, is not yet due, or nobody said until when."""
    if not awaits_draft(form) or form.interpretation_due is None:
        return 0
    return max(0, (today - form.interpretation_due).days)
