"""Puts into words what this desk calls its own office and whom that reports to: settings of the organisation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """`office` watches, coordinates and reports; `report_to` are those to whom reports are addressed."""

    office: str = "区委办公室"
    report_to: tuple[str, ...] = ("区委", "区政府")


DEFAULT = Names()
_in_force: list[Names] = [DEFAULT]


def call(names: Names) -> None:
    """Use these names in this process from now on.

    Every stage puts labels and messages together; a name handed down to each of them would be forgotten in one.
    """
    _in_force[:] = [names]


def office_name() -> str:
    """What people read for the office."""
    return _in_force[0].office


def name_fields() -> dict[str, str]:
    """What stands for {office}, {report_to} and, the first of these, {committee} in a text of ours."""
    report_to = _in_force[0].report_to
    return {"office": office_name(), "report_to": "、".join(report_to), "committee": report_to[0]}


def named(text: str) -> str:
    """A text of ours with the names in it."""
    if "{" in text:
        for field, name in name_fields().items():
            text = text.replace(f"{{{field}}}", name)
    return text
