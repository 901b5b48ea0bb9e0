"""Carries what a person does with inspections and rectification items to the service layer, and names both as pages show them."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import streamlit as st

from casework.inspection.papers import shown_ref
from dashboard import acting
from dashboard.backstage import Backstage
from dashboard.navigation import Place
from dashboard.visit import Visit
from dashboard.wording import plain
from nlp.admission import without_personal_data
from pipeline.inspecting import VIEW, Inspecting
from pipeline.inspection_view import OPEN
from pipeline.meant import Meant
from pipeline.notify import stored_contacts
from pipeline.rectifying import Rectifying
from pipeline.views import may, may_everywhere
from records.inspections import Sheet, SheetKind
from records.naming import office_name
from records.papers import Ledger, OfficePaper
from records.people import Person
from records.rectifications import RectificationStanding
from regulation.inspection import inspection_rules

_COLOURS = {
    RectificationStanding.TO_PLAN: "orange",
    RectificationStanding.TO_RECTIFY: "blue",
    RectificationStanding.TO_CHECK: "violet",
    RectificationStanding.TO_PUBLISH: "orange",
    RectificationStanding.FINISHED: "green",
    RectificationStanding.VOID: "gray",
}
_PLACES = {
    Ledger.RECORD: Place.RECORD,
    Ledger.PROPOSAL: Place.PROPOSAL,
    Ledger.SUGGESTION: Place.SUGGESTION,
    Ledger.CLOCK: Place.INCIDENT,
}
"""On which page the rows of a ledger are read."""

_CLOCKS = ("acknowledged", "reported", "answered")
_REMARKED = ("limits_kept", "suggestions_answered")
_WITHOUT_PAGE = "platforms_used"


def inspecting(parts: Backstage) -> Inspecting:
    """What acts on sheets need, as the settings say."""
    desk = parts.desk
    return Inspecting(inspection_rules(), desk.disclosure_time, without_personal_data, tuple(desk.upward.labels))


def rectifying() -> Rectifying:
    """What acts on rectification items need."""
    return Rectifying(inspection_rules().rectification, without_personal_data, stored_contacts)


def act(key: str, said: str, subject: str, work: Callable[[acting.Doing, Meant], object]) -> None:
    """Do something with a sheet or an item for the person who is signed in, and draw the page anew."""
    acting.do(f"inspection|{key}|{subject}", said, lambda doing: work(doing, meant(doing, subject)))
    st.rerun(scope="app")


def act_in_dialog(key: str, said: str, subject: str, work: Callable[[acting.Doing, Meant], object]) -> None:
    """The same from a dialog: where it is refused, what was typed stays there."""
    if acting.do_in_dialog(f"inspection|{key}|{subject}", said, lambda doing: work(doing, meant(doing, subject))):
        st.rerun(scope="app")


def draft(visit: Visit, key: str, work: Callable[[acting.Doing], int]) -> None:
    """Draft a paper, and open it where that was done."""
    made: list[int] = []
    if acting.do(f"draft|{key}", "文稿已起草，请核对后签发", lambda doing: made.append(work(doing))):
        visit.go(Place.PAPER, str(made[0]))
    st.rerun(scope="app")


def paper_link(visit: Visit, paper: OfficePaper | None, what: str) -> None:
    """Draw a link to a paper with where it stands, where there is one."""
    if paper is not None:
        state = f"{paper.serial} 已签发" if paper.signed else "草稿，待签发"
        visit.link(Place.PAPER, f"{what}（{state}）", str(paper.id))


def meant(doing: acting.Doing, subject: str) -> Meant:
    """What is meant by a press of a button."""
    return Meant(subject, acting.actor(doing.person), doing.at, doing.request)


def standing_badge(standing: RectificationStanding) -> str:
    """Where an item stands as a markdown badge."""
    return f":{_COLOURS[standing]}-badge[{standing.label}]"


def nothing_listed(person: Person) -> str:
    """What is said where the person sees no item at all: how one comes to be, to who may hand one over."""
    if may_everywhere(person, OPEN):
        return "没有整改事项。检查出的问题在检查表上“交办整改”。"
    if may_everywhere(person, VIEW):
        return f"没有整改事项。{office_name()}交办以后列在这里。"
    return f"没有要您的单位整改的事项。{office_name()}交办以后列在这里，并提醒您的单位。"


def nothing_of_sheet(person: Person, sheet: Sheet) -> str:
    """The same of one sheet; of a self-inspection nothing is handed over."""
    if sheet.kind is SheetKind.SELF:
        return f"自查表上不交办整改；{office_name()}督导检查交办的，列在“督导检查 → 整改”里。"
    if may(person, OPEN, sheet.unit):
        return "没有交办整改事项。在“九项检查”里一项下面交办。"
    return "这次检查没有交办整改事项。"


def row_link(figure: str, ledger: Ledger, ref: str) -> str:
    """The number of a row as markdown, a link where a page shows it."""
    place = _PLACES.get(ledger)
    if place is None or figure == _WITHOUT_PAGE:
        return plain(ref)
    return f"[{plain(shown_ref(figure, ref))}]({place.address}?id={quote(_item(figure, ref), safe='')})"


def _item(figure: str, ref: str) -> str:
    """The number by which the page opens the row: without what stands behind it in the number of the case."""
    if figure in _CLOCKS:
        return ref.partition("/")[0]
    if figure == "links_readable":
        return ref.rpartition("/")[0]
    return ref.rpartition("（")[0] or ref if figure in _REMARKED else ref
