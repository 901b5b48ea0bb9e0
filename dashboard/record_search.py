"""Opens the text index of disclosure records for a page, level with the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dashboard.backstage import backstage
from pipeline.indexing import catch_up_records
from storage.search.record_index import RecordIndex


@contextmanager
def record_index() -> Iterator[RecordIndex]:
    """The index, for as long as the page asks."""
    parts = backstage()
    index = parts.desk.record_index()
    try:
        catch_up_records(parts.store, index)
        yield index
    finally:
        index.close()
