"""What each page of the desk must show to count as drawn, which item it is opened with, and how long it takes in a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Page, TimeoutError
from sqlalchemy import func, select

from dashboard.navigation import Place
from huiying.wiring import Desk
from storage import tables

_DRAWN = "[data-testid=stApp][data-test-script-state=notRunning] h2"
_WRONG = "[data-testid=stException]"
_LATEST_MS = 30_000
_WORDS = "停暖"
_FOUND = "条，新的在前"
SHOWS: Mapping[Place, str] = {
    Place.DESK: "[class*='st-key-row_']",
    Place.INCIDENT: ".st-key-incident_tabs",
    Place.MESSAGES: "[class*='st-key-message_']",
    Place.ENTRY: ".st-key-do_enter_post",
    Place.SEARCH: ".st-key-search_words",
    Place.UPWARD: ".st-key-upward_xlsx",
    Place.PATROL: "[class*='st-key-period_']",
    Place.DUTY: "[data-testid=stTable]:has-text('值班员')",
    Place.PROPOSALS: "[class*='st-key-proposal_G']",
    Place.PROPOSAL: ".st-key-proposal_to_do",
    Place.LEDGER: ".st-key-ledger_page",
    Place.RECORD: "[class*='st-key-archive_']",
    Place.RISK: "[class*='st-key-risk_means_']",
    Place.CATALOGUE: ".st-key-catalogue_items",
    Place.RELEASES: "[class*='st-key-held_']",
    Place.SUGGESTIONS: "[class*='st-key-suggestion_2']",
    Place.SUGGESTION: ".st-key-suggestion_entries",
    Place.INSPECTIONS: "[class*='st-key-sheet_']",
    Place.INSPECTION: ".st-key-check_archive",
    Place.RECTIFICATION: ".st-key-item_entries",
    Place.PAPERS: "[class*='st-key-paper_']",
    Place.PAPER: "role=tab[name=数据依据]",
    Place.PUBLIC: "[class*='st-key-public_K']",
    Place.ARCHIVE: "[class*='st-key-to_archive_']",
    Place.PUT_AWAY: "[class*='st-key-archive_page_']",
    Place.SOURCES: "[class*='st-key-source_source-']",
    Place.ADMINISTRATION: ".st-key-administration_tabs",
    Place.LOG: "[data-testid=stTable]",
    Place.HELP: ".st-key-manual_text",
}
"""By page, what only a filled page has: an empty one, or an error, is no figure."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one drawing took: seconds of the clock, and of the processor in the server and in the browser."""

    wall: float
    server: float
    browser: float


class Processor:
    """Counts seconds of the processor, of one process or of the browsers below this one."""

    def __init__(self, server: int) -> None:
        self._server = server

    def server(self) -> float:
        """Seconds that the desk's server has used."""
        return _seconds(_stat(self._server))

    def browsers(self) -> float:
        """Seconds that the browser's processes that live now have used."""
        return sum(_seconds(stat) for stat in _below(os.getpid()) if stat[0].startswith("chrom"))


def drawn(page: Page, processor: Processor, place: Place, items: Mapping[Place, str]) -> Taken:
    """Open the page by its address and wait until it stands; on 搜索 search. Raises RuntimeError where it is empty or broken."""
    address = f"{place.address}?id={items[place]}" if place in items else place.address
    began = perf_counter(), processor.server(), processor.browsers()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(_DRAWN)
    _require(page, place, SHOWS[place])
    if place is Place.SEARCH:
        began = perf_counter(), processor.server(), processor.browsers()
        page.get_by_label("词语").fill(_WORDS)
        page.get_by_test_id("stForm").get_by_role("button", name="搜索").click()
        page.get_by_text(_FOUND).wait_for()
    ended = perf_counter(), processor.server(), processor.browsers()
    return Taken(*(after - before for before, after in zip(began, ended, strict=True)))


def _require(page: Page, place: Place, shows: str) -> None:
    try:
        page.locator(shows).first.wait_for(state="attached", timeout=_LATEST_MS)
        broken = page.locator(_WRONG).count() > 0
    except TimeoutError:
        broken = True
    if broken:
        told = page.get_by_test_id("stMain").inner_text()[:300]
        raise RuntimeError(f"the page {place.name} is empty or broken: {told}")


def items_of(desk: Desk) -> dict[Place, str]:
    """The ongoing incident with the most posts, the record of which people speak most, and what is the newest of the rest."""
    incident, member, read = tables.incident.c, tables.member.c, tables.assessment.c
    most = (
        select(incident.id)
        .join(tables.member, member.gathering == incident.gathering)
        .where(incident.closed_at.is_(None))
        .group_by(incident.id)
        .order_by(func.count().desc())
    )
    spoken_of = select(read.disclosure).where(read.disclosure.is_not(None)).group_by(read.disclosure)
    proposal, suggestion = tables.proposal.c, tables.suggestion.c
    wanted = {
        Place.INCIDENT: most,
        Place.PUT_AWAY: select(incident.id).where(incident.closed_at.is_not(None)).order_by(incident.closed_at.desc()),
        Place.RECORD: spoken_of.order_by(func.count().desc()),
        Place.PROPOSAL: select(proposal.id).where(proposal.ended.is_(None)).order_by(proposal.begun_at.desc()),
        Place.SUGGESTION: select(suggestion.id).order_by(suggestion.received_at.desc()),
        Place.INSPECTION: select(tables.inspection_sheet.c.id).order_by(tables.inspection_sheet.c.id.desc()),
        Place.RECTIFICATION: select(tables.rectification.c.id).order_by(tables.rectification.c.id.desc()),
        Place.PAPER: select(tables.paper.c.id).order_by(tables.paper.c.id.desc()),
        Place.RISK: select(tables.risk_assessment.c.subject).order_by(tables.risk_assessment.c.id),
    }
    with desk.store.reading() as t:
        return {place: str(t.connection.execute(query.limit(1)).scalar_one()) for place, query in wanted.items()}


def _below(pid: int) -> Iterator[tuple[str, list[str]]]:
    """The processes that `pid` has begun, and those that these have."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            try:
                yield _stat(int(child))
                yield from _below(int(child))
            except FileNotFoundError:  # it ended meanwhile
                continue


def _stat(pid: int) -> tuple[str, list[str]]:
    """The name of a process and the fields behind it."""
    before, _, after = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")
    return before.partition("(")[2], after.split()


def _seconds(stat: tuple[str, list[str]]) -> float:
    return (int(stat[1][11]) + int(stat[1][12])) / os.sysconf("SC_CLK_TCK")
