"""A proposal (拟公开事项): what a unit wants to disclose, its form after 附件1, and the entries of its course, each written once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from records.words import Attribute, Audience, Manner, Period, Purpose, Risk, TimeKind


@dataclass(frozen=True, slots=True)
class Form:
    """The approval form (H 附件1) with what H 5-10 and E 二(六)1 ask for; what is not filled in yet is None or empty.

    `record` is the published record that a correction or withdrawal is about, `explanation` what is said of it (H 20).
    `document` says that this is an official document issued in the name of committee or office (H 6), `with_government` that
    committee and government issue it together and `drafting_unit` who drafted it where not the unit itself, `important` that the
    head has to approve (H 3), `decided_on` is the day from which the time limit counts (E 二(五)), `planned_on` that on which
    it is to be published, `ends_on` that on which work disclosed by stages is to be finished. A `joint` document is issued by
    the unit, which leads, together with `co_units` (H 6). `grounds` name why it should be interpreted (H 28);
    `interpretation` is signed and published together with the document where `interpreted` says that it is needed (H 30):
    `interpreter` drafts it (None: the unit itself) until `interpretation_due`, for these `interpretation_ways` (H 29-32).
    """

    unit: str
    title: str
    body: str = ""
    filled_on: date | None = None
    purpose: Purpose = Purpose.NEW
    record: str | None = None
    explanation: str | None = None
    doc_number: str | None = None
    document: bool = False
    with_government: bool = False
    drafting_unit: str | None = None
    important: bool = False
    attribute: Attribute | None = None
    attribute_reason: str | None = None
    audience: Audience | None = None
    audience_note: str | None = None
    manners: tuple[Manner, ...] = ()
    platforms: tuple[str, ...] = ()
    time_kind: TimeKind | None = None
    period: Period | None = None
    decided_on: date | None = None
    planned_on: date | None = None
    ends_on: date | None = None
    catalogue_item: str | None = None
    co_units: tuple[str, ...] = ()
    joint: bool = False
    risk: Risk | None = None
    grounds: tuple[str, ...] = ()
    interpreted: bool = False
    interpreter: str | None = None
    interpretation_due: date | None = None
    interpretation_ways: tuple[str, ...] = ()
    interpretation: str | None = None
    watch_terms: tuple[str, ...] = ()

    @property
    def interpreting_unit(self) -> str:
        """Who drafts the interpretation."""
        return self.interpreter or self.unit


@dataclass(frozen=True, slots=True)
class Flag:
    """Something in a form that must not be published as it stands until a named person clears it (H 21-26, E 二(七)1).

    `key` is the same for the same finding in the same words, so that what was cleared stays so while other parts change;
    `place` is the part of the form in Chinese, `found` the words, `why` what is the matter with them.
    """

    key: str
    kind: str
    place: str
    found: str
    why: str
    clause: str


class Noted(StrEnum):
    """What an entry notes."""

    FILLED = "filled"
    SIGNED = "signed"
    RETURNED = "returned"
    CLEARED = "cleared"
    CHECKED = "checked"
    EXTENDED = "extended"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "filled": "填写",
            "signed": "签署",
            "returned": "退回",
            "cleared": "核销提示",
            "checked": "公开前复查",
            "extended": "延期",
            "dropped": "撤回",
        }[self.value]


@dataclass(frozen=True, slots=True)
class ProposalEntry:
    """One entry, never changed. `at` is when it was written, `actor` who wrote it, `unit` the unit for which they signed.

    What was filled in has the whole `form` and the `flags` that the check found in it then, and so has what was checked again
    before its publication the flags; a signature names its `sign` (a row of procedures.yaml), may hold an opinion in
    `reason` and the `attribute` that the signer decided (H 9), and for the publication its `link`; a cleared flag has its
    `flag` and the reason; an extension the new day `until`; what was returned or dropped its reason.
    """

    proposal: str
    noted: Noted
    at: datetime
    actor: str
    unit: str | None = None
    sign: str | None = None
    form: Form | None = None
    reason: str | None = None
    attribute: Attribute | None = None
    flag: str | None = None
    until: date | None = None
    link: str | None = None
    flags: tuple[Flag, ...] = ()
    id: int | None = None
