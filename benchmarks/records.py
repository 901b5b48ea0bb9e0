"""How long years of old records take to import, what they then cost the reading of posts, and how fast they are found."""

from __future__ import annotations

import argparse
import csv
import json
import resource
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from openpyxl import Workbook

from benchmarks._stores import NOON, databases
from casework.disclosures.importing import read_file
from pipeline.acts import Actor
from pipeline.disclosing import import_disclosures
from pipeline.indexing import catch_up_records
from pipeline.ledger_view import Wanted, ledger
from records.people import Person
from records.words import Role
from records.zone import CHINA
from regulation.watched_records import watched_records
from storage.search.record_index import RecordIndex
from storage.store import Store

ROWS, QUICK_ROWS = 10_000, 500
BAD_EVERY = 100
MOST_SECONDS = 60.0
ROUNDS = 20
OPERATOR = Actor("基准", None)
OFFICER = Person("office", "区委办", Role.OFFICE, None)
_QUERIES = {"rare": "第4321号", "common": "接受监督", "two_words": "供热 住建局", "missing": "没有这样的词"}
HEADINGS = ("编号", "标题", "文号", "公开时间", "责任单位", "目录事项", "公开范围", "网址", "正文")
_KEYS = ("id", "title", "doc_number", "published_at", "unit", "catalogue_item", "scope", "url", "body")
_MATTERS = ("供热", "学区划分", "老旧小区改造", "公交线路", "低保", "征收补偿", "干部任免", "巡察整改", "防汛", "水价")
_UNITS = ("住建局", "教育局", "民政局", "组织部", "纪委监委", "水务局")


def main(argv: list[str]) -> int:
    """Import the same rows from each kind of file into each database; 1 where one takes longer than a minute."""
    parser = argparse.ArgumentParser(prog="records", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    rows = QUICK_ROWS if parser.parse_args(argv).quick else ROWS
    with tempfile.TemporaryDirectory(prefix="huiying-records-") as folder:
        files = [write(Path(folder) / f"records.{kind}", rows) for kind, write in _WRITERS.items()]
        found = {file.suffix[1:]: _imported_everywhere(file) for file in files}
    print(json.dumps({"benchmark": "records", "rows": rows, **found}))
    slowest = max(result["import_s"] for by_store in found.values() for result in by_store.values())
    return 0 if slowest < MOST_SECONDS else 1


def _imported_everywhere(file: Path) -> dict[str, Any]:
    with databases() as urls:
        return {name: measured(url, file) for name, url in urls.items()}


def measured(url: str, file: Path) -> dict[str, Any]:
    """Seconds for the import and for the same import again, and milliseconds to find what posts are read beside."""
    store = Store(url)
    before, began, began_cpu = _peak_mb(), perf_counter(), process_time()
    outcome = import_disclosures(store, read_file(file), OPERATOR, NOON)
    seconds, cpu = perf_counter() - began, process_time() - began_cpu
    grown = _peak_mb() - before
    began = process_time()
    again = import_disclosures(store, read_file(file), OPERATOR, NOON)
    again_cpu = process_time() - began
    watched, watching = _watched(store)
    searched = _searched(store)
    store.close()
    return {
        "new": outcome.new,
        "bad": len(outcome.bad),
        "unchanged_again": again.unchanged,
        "import_s": round(seconds, 2),
        "import_cpu_s": round(cpu, 2),
        "again_cpu_s": round(again_cpu, 2),
        "more_memory_mb": round(grown, 1),
        "watched_records": watched,
        "find_watched_ms": round(watching * 1000, 1),
        **searched,
    }


def _watched(store: Store) -> tuple[int, float]:
    rules = watched_records()
    taken: list[float] = []
    for _ in range(ROUNDS):
        began = process_time()
        with store.reading() as t:
            found = t.disclosures.since(NOON - rules.window, (), rules.at_least)
        taken.append(process_time() - began)
    return len(found), median(taken)


def _searched(store: Store) -> dict[str, Any]:
    """Milliseconds of a search on the ledger: of its rarest and of its commonest words, with the page's excerpts."""
    with tempfile.TemporaryDirectory(prefix="huiying-records-") as folder:
        index = RecordIndex(Path(folder) / "records.db")
        began = process_time()
        while catch_up_records(store, index):
            pass
        indexed = process_time() - began
        found = {f"search_{name}_ms": _search_ms(store, index, words) for name, words in _QUERIES.items()}
        index.close()
    return {"index_cpu_s": round(indexed, 2), **found}


def _search_ms(store: Store, index: RecordIndex, words: str) -> float:
    taken: list[float] = []
    for _ in range(ROUNDS):
        began = process_time()
        with store.reading() as t:
            ledger(t, OFFICER, Wanted(words), index, 25)
        taken.append(process_time() - began)
    return round(median(taken) * 1000, 1)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def rows_of(number: int) -> Iterator[tuple[str, ...]]:
    """That many rows of fifteen years that ended three years ago, a few party records and a few bad ones among them."""
    last = (NOON - timedelta(days=3 * 365)).astimezone(CHINA)
    for n in range(number):
        matter, unit = _MATTERS[n % len(_MATTERS)], _UNITS[n % len(_UNITS)]
        published = last - timedelta(days=n * 15 * 365 / number)
        title = "" if n % BAD_EVERY == 1 else f"关于{matter}有关事项的通知（{n}）"
        body = f"现将{matter}第{n}号事项公开如下，由{unit}负责实施并接受监督。" * 20
        scope = "党内" if n % 9 == 0 else "面向社会"
        link = f"https://gov.example/{n}"
        yield (
            f"R{n:05}",
            title,
            f"办发〔{published.year}〕{n}号",
            _written(published),
            unit,
            str(n % 63),
            scope,
            link,
            body,
        )


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _xlsx(file: Path, rows: int) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADINGS)
    for row in rows_of(rows):
        sheet.append(row)
    book.save(file)
    return file


def _csv(file: Path, rows: int) -> Path:
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(HEADINGS)
        writer.writerows(rows_of(rows))
    return file


def _jsonl(file: Path, rows: int) -> Path:
    with file.open("w", encoding="utf-8") as text:
        for row in rows_of(rows):
            record = dict(zip(_KEYS, row, strict=True))
            record["published_at"] = f"{record['published_at'].replace(' ', 'T')}:00+08:00"
            record["scope"] = "party" if record["scope"] == "党内" else "public"
            text.write(json.dumps(record, ensure_ascii=False) + "\n")
    return file


_WRITERS: dict[str, Callable[[Path, int], Path]] = {"xlsx": _xlsx, "csv": _csv, "jsonl": _jsonl}
