"""Keeps the text indexes level with the store in a thread of its own: whatever ails them, judging goes on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import closing

from sqlalchemy.exc import DBAPIError

from huiying.clock import steady_seconds
from huiying.logs import facts
from huiying.settings import BadSettings
from huiying.telling_outages import note_no_answer
from huiying.wiring import Desk
from pipeline.indexing import catch_up, catch_up_records, let_go, let_go_of_spans, offer_again
from pipeline.search_note import note_search
from storage.search.record_index import RecordIndex
from storage.search.text_index import SearchDown, TextIndex

log = logging.getLogger("huiying.index")

NOW_AND_THEN_SECONDS = 600.0
"""How often refused posts are offered again, whole parts dropped, and changed settings carried to what is there."""
PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds before the index is tried again, time after time; the last one goes on."""


def keep_indexes(desk: Desk, stop: threading.Event, mine: Callable[[], bool]) -> None:
    """Take in what is new and let go what is over until `stop` is set, as far as that is `mine` to do; what ails an index is
    noted for the pages.

    After a fault the indexes are opened anew.
    """
    keeper = IndexKeeper(desk)
    failed = 0
    while not stop.is_set():
        try:
            with closing(desk.index(stop.wait)) as posts, closing(desk.record_index()) as records:
                while not stop.is_set():
                    wait = 0.0 if mine() and keeper.step(posts, records) else desk.settings.judge.poll_seconds
                    failed = 0
                    stop.wait(wait)
        except DBAPIError:
            note_no_answer(log, desk.store)
        except (SearchDown, BadSettings) as down:
            keeper.failed(str(down))
        except Exception as fault:
            # Of a fault that nobody thought of the pages must know as well.
            log.exception("the_index_failed")
            keeper.failed(f"全文索引出了故障（{type(fault).__name__}）")
        stop.wait(PAUSES[min(failed, len(PAUSES) - 1)])
        failed += 1


class IndexKeeper:
    """Keeps the indexes of one desk level, and the note of what ails them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._looked = -NOW_AND_THEN_SECONDS
        self._refused = 0
        self._noted: str | None = ""

    def step(self, posts: TextIndex, records: RecordIndex) -> bool:
        """Take in some of what is new, or else look whether something is over; whether there may be more at once."""
        store = self._desk.store
        taken_in = catch_up_records(store, records) + catch_up(store, posts)
        if taken_in:
            log.info("indexed", extra=facts(posts_and_records=taken_in))
        else:
            let_go(store, posts)
        if steady_seconds() - self._looked >= NOW_AND_THEN_SECONDS:
            posts.adjust()
            self._refused = offer_again(store, posts)
            let_go_of_spans(store, posts, self._desk.clock.now() - self._desk.keeping.posts)
            self._looked = steady_seconds()
        self._note(f"有 {self._refused} 条帖文搜索引擎不肯收，搜不到" if self._refused else None)
        return taken_in > 0

    def failed(self, trouble: str) -> None:
        """Note what ails an index."""
        if trouble != self._noted:
            log.warning("index_does_not_answer", extra=facts(reason=trouble))
        try:
            self._note(trouble)
        except DBAPIError:
            note_no_answer(log, self._desk.store)

    def _note(self, trouble: str | None) -> None:
        if trouble != self._noted:
            note_search(self._desk.store, trouble, self._desk.clock.now())
            self._noted = trouble
