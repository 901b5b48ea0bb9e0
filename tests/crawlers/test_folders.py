"""Watched folders, read by the real crawl: what is new, what waits, what is refused, and that nothing is touched."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest

from crawlers.folders import listing, opened
from crawlers.jobs import Done, Found, Job, PageRead
from crawlers.outcomes import Outcome
from crawlers.processes import run_crawl
from crawlers.reading import Unreadable
from crawlers.settings import CrawlSettings
from crawlers.spiders.file import FileOptions
from crawlers.visits import MARK
from tests.crawlers.crawling import NOON, Crawled, crawl, source
from tests.crawlers.dropping import HEAD, aged, drop, remembered, rows, visit
from tests.crawlers.site import Site
from tests.crawlers.spiders.exports import folder

NOBODY = 65534


def workbook(*cells: list[object]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in cells:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def everything(place: Path) -> dict[str, tuple[str, float, int]]:
    """Every file with a hash of its bytes, its time of change and its permissions."""
    return {
        path.name: (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime,
            stat.S_IMODE(path.stat().st_mode),
        )
        for path in place.iterdir()
    }


# What is new


def test_files_of_all_kinds_are_read_and_left_as_they_are(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", rows("停水"))
    drop(tmp_path, "b.xlsx", workbook(["内容"], ["停电"]))
    drop(tmp_path, "c.jsonl", '{"id": 1, "text": "停气"}\n')
    before = everything(tmp_path)
    read = visit(tmp_path)
    assert sorted(read.texts("a")) == ["停气", "停水", "停电"]
    assert read.said("a") == ("ok", None)
    assert read.done["a"].pages == 3
    assert read.ended is not None
    assert read.ended.fault is None
    assert everything(tmp_path) == before


def test_a_file_that_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    path = drop(tmp_path, "a.csv", rows("停水"))
    first = visit(tmp_path)
    again = visit(tmp_path, remembered(first))
    assert (again.said("a")[0], again.texts("a"), again.done["a"].pages) == ("unchanged", [], 0)
    aged(path, age=60)
    touched = visit(tmp_path, remembered(first))
    assert (touched.said("a")[0], touched.texts("a")) == ("unchanged", [])
    assert visit(tmp_path, remembered(first, touched)).said("a")[0] == "unchanged"


def test_a_file_that_grew_is_read_again_under_the_same_ids(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", rows("停水"))
    first = visit(tmp_path)
    drop(tmp_path, "a.csv", rows("停水", "停电"), age=60)
    again = visit(tmp_path, remembered(first))
    assert again.texts("a") == ["停水", "停电"]
    assert again.found["a"][0].id == first.found["a"][0].id


def test_after_a_change_of_columns_files_are_read_again(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", "编号,内容,补充\nGD1,停水,三天了\n")
    first = visit(tmp_path)
    again = visit(tmp_path, remembered(first), columns={"text": ["内容", "补充"]})
    assert again.texts("a") == ["停水\n三天了"]


def test_older_files_come_first_so_that_the_newest_holds(tmp_path: Path) -> None:
    drop(tmp_path, "b.csv", rows("旧"), age=7200)
    drop(tmp_path, "a.csv", rows("新"), age=60)
    assert visit(tmp_path).texts("a") == ["旧", "新"]


def test_no_more_files_than_the_bound_are_read_at_once(tmp_path: Path) -> None:
    for number in range(5):
        drop(tmp_path, f"{number}.csv", rows(f"第{number}件"))
    first = visit(tmp_path, max_pages=3)
    assert first.texts("a") == ["第0件", "第1件", "第2件"]
    assert first.said("a") == ("ok", "已到一次最多 3 个文件的上限，其余下次再读")
    assert visit(tmp_path, remembered(first), max_pages=3).texts("a") == ["第3件", "第4件"]


# What waits, and what is passed over


def test_what_is_still_being_written_waits_for_the_next_visit(tmp_path: Path) -> None:
    drop(tmp_path, "fresh.csv", rows("停水"), age=2)
    drop(tmp_path, "half.csv.part", rows("停电"))
    drop(tmp_path, "half.crdownload", rows("停电"))
    first = visit(tmp_path)
    assert first.said("a") == ("empty", "3 个文件还在写入，下次再读")
    aged(tmp_path / "fresh.csv", age=30)
    assert visit(tmp_path, remembered(first)).texts("a") == ["停水"]


def test_a_file_of_a_server_whose_clock_is_ahead_is_read(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", rows("停水"), age=-600)
    assert visit(tmp_path).texts("a") == ["停水"]


def test_locks_hidden_files_links_and_pipes_are_never_opened(tmp_path: Path) -> None:
    place, outside = tmp_path / "drop", tmp_path / "outside"
    drop(outside, "secret.csv", rows("外面的"))
    drop(place, "~$a.xlsx", "锁")
    drop(place, ".a.csv", rows("藏着的"))
    (place / "link.csv").symlink_to(outside / "secret.csv")
    (place / "sub").symlink_to(outside)
    os.mkfifo(place / "pipe.csv")
    drop(place, "a.csv", rows("停水"))
    read = visit(place, recursive=True)
    assert (read.texts("a"), read.said("a")) == (["停水"], ("ok", None))


def test_files_of_another_kind_are_counted(tmp_path: Path) -> None:
    drop(tmp_path, "说明.docx", "x")
    assert visit(tmp_path).said("a") == ("empty", "另有 1 个文件不是要读的类别，没有读")


def test_sub_folders_are_read_where_the_row_says_so(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", rows("停水"))
    drop(tmp_path, "三月/a.csv", rows("停电"))
    assert visit(tmp_path).texts("a") == ["停水"]
    assert sorted(visit(tmp_path, recursive=True).texts("a")) == ["停水", "停电"]


def test_a_pattern_chooses_files_by_name_whatever_their_ending(tmp_path: Path) -> None:
    drop(tmp_path, "日报1.CSV", rows("停水"))
    drop(tmp_path, "日报2.dat", rows("停电"))
    drop(tmp_path, "周报.csv", rows("停气"))
    assert sorted(visit(tmp_path, pattern="日报*").texts("a")) == ["停水", "停电"]
    assert visit(tmp_path, pattern=["*.csv"]).said("a")[0] == "ok"


# Nothing there, and nothing to be had


def test_an_empty_folder_is_an_answer(tmp_path: Path) -> None:
    read = visit(tmp_path)
    assert read.said("a") == ("empty", None)
    assert read.done["a"].outcome.answered


def test_a_heading_without_rows_is_an_answer(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", HEAD)
    assert visit(tmp_path).said("a") == ("empty", None)


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    read = visit(tmp_path / "没有")
    assert read.said("a") == ("folder_missing", f"{tmp_path}/没有 没有这个文件夹")
    assert not read.done["a"].outcome.answered
    assert visit(drop(tmp_path, "a.csv", "x")).said("a")[1] == f"{tmp_path}/a.csv 是文件，应为文件夹"


def test_what_may_not_be_read_is_a_fault() -> None:
    options = FileOptions(folder="a")
    with TemporaryDirectory(dir="/tmp") as made:
        place = Path(made)
        place.chmod(0o755)
        drop(place, "a.csv", rows("停水")).chmod(0)
        with nobody():
            (found,) = listing(place, options, NOON).files
            with pytest.raises(Unreadable, match="没有读取权限"), opened(found):
                pass
        place.chmod(0)
        with nobody(), pytest.raises(Unreadable, match="没有读取权限") as fault:
            listing(place, options, NOON)
        assert fault.value.outcome is Outcome.FOLDER_MISSING
        place.chmod(0o700)


@contextmanager
def nobody() -> Iterator[None]:
    """As somebody without rights: root, as whom tests may run, may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_relative_folder_lies_in_the_data_folder(tmp_path: Path) -> None:
    drop(tmp_path, "exports/a.csv", rows("停水"))
    row = folder("a", "exports")
    assert crawl([row], data_dir=str(tmp_path)).texts("a") == ["停水"]
    assert crawl([row]).said("a") == ("folder_missing", "“exports”不是完整路径，又没有数据目录可依")


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    drop(tmp_path, "坏.xlsx", b"PK\x03\x04" + bytes(50))
    drop(tmp_path, "旧.xls", b"x")
    drop(tmp_path, "空.csv", b"")
    drop(tmp_path, "好.csv", rows("停水"))
    read = visit(tmp_path)
    outcome, detail = read.said("a")
    assert (outcome, read.texts("a")) == ("ok", ["停水"])
    assert detail is not None
    assert "“旧.xls”这类表格读不了：请打开后另存为 .xlsx" in detail
    assert "“坏.xlsx”不是完整的 Excel 文件：可能没有复制完，或已损坏，请重新导出" in detail
    assert "“空.csv”是空文件：请重新导出" in detail


def test_a_file_that_cannot_be_read_stays_a_fault_until_it_is_replaced(tmp_path: Path) -> None:
    drop(tmp_path, "good.csv", rows("停水"))
    drop(tmp_path, "bad.csv", "张三,13912345678\n")
    first = visit(tmp_path)
    again = visit(tmp_path, remembered(first))
    assert again.said("a")[0] == "not_expected"
    assert again.said("a")[1] == "“bad.csv”前 30 行里没有认得的表头：请在 columns 的 text 写明正文是哪一列"
    assert again.done["a"].pages == 0, "it is not read over and over"
    drop(tmp_path, "bad.csv", rows("停电", begin=9), age=60)
    assert visit(tmp_path, remembered(first, again)).texts("a") == ["停电"]


def test_rows_that_are_lost_are_named_by_file_and_number_but_never_quoted(tmp_path: Path) -> None:
    bad = "".join(f"GD{number},,2026-11-02\n" for number in range(30))
    drop(tmp_path, "a.csv", HEAD + "GD1,停水,2026-11-02\nGD2,,2026-11-02\nGD3,张三的电话,不详\n")
    drop(tmp_path, "b.csv", HEAD + bad)
    read = visit(tmp_path)
    assert read.done["a"].dropped == {"缺少正文": 31, "时间无法辨认": 1}
    detail = read.said("a")[1]
    assert detail is not None
    assert "“a.csv”第 3 行：缺少正文；“a.csv”第 4 行：时间无法辨认" in detail
    assert "“b.csv”第 2、3、4、5、6、7、8、9、10、11 行等 30 行：缺少正文" in detail
    assert "张三" not in detail


def test_an_export_of_which_every_row_is_lost_was_not_collected(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", rows("", ""))
    assert visit(tmp_path).said("a") == ("nothing_extracted", "“a.csv”第 2、3 行：缺少正文")


def test_a_name_of_a_file_cannot_forge_a_line_of_the_log(tmp_path: Path) -> None:
    drop(tmp_path, "a\n丢弃\x1b[2J.csv", "x")
    detail = visit(tmp_path).said("a")[1]
    assert detail is not None
    assert detail.startswith("“a?丢弃?[2J.csv”")


# Bounds


def test_a_workbook_that_would_unpack_to_gigabytes_is_refused_at_once(tmp_path: Path) -> None:
    sound = workbook(["内容"], ["停水"])
    for name, part, content in (
        ("cell.xlsx", "xl/worksheets/sheet1.xml", b"<worksheet>" + b"A" * 300_000_000),
        ("strings.xlsx", "xl/sharedStrings.xml", b"<sst>" + b"<si/>" * 40_000_000),
        ("other.xlsx", "xl/extra.bin", b"\0" * 300_000_000),
    ):
        bomb = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(sound)) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
            for each in old.namelist():
                if each != part:
                    new.writestr(each, old.read(each))
            new.writestr(part, content)
        drop(tmp_path, name, bomb.getvalue())
        del content, bomb
    drop(tmp_path, "good.xlsx", sound)
    read = visit(tmp_path, settings={"run_seconds": 20})
    detail = read.said("a")[1]
    assert read.texts("a") == ["停水"]
    assert detail is not None
    assert [part.partition("”")[2] for part in detail.split("；")] == ["解压后过大：请分成几个文件导出"] * 3


def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w", encoding="gb18030") as export:
        export.write("编号,姓名,内容,时间\n")
        for number in range(60_000):
            export.write(f"GD{number},张三,{'小区停水没有人管' * 20}{number},2026-11-02 08:00\n")
    aged(tmp_path / "a.csv")
    found, peak, others = 0, 0, set(peaks_of_children())
    for event in run_crawl(Job(NOON, CrawlSettings(), [folder("a", str(tmp_path))])):
        found += isinstance(event, Found)
        if isinstance(event, PageRead | Done):
            peak = max(peak, *(size for pid, size in peaks_of_children().items() if pid not in others), 0)
    assert found == 60_000
    assert peak < 100 * 1024, f"{peak} kB"


def peaks_of_children() -> dict[str, int]:
    """The peak of memory in kB of each process that this one has started and that still runs."""
    own = os.getpid()
    peaks = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(lines["PPid"]) == own and "VmHWM" in lines:
            peaks[status.parent.name] = int(lines["VmHWM"].split()[0])
    return peaks


# Beside the web, in time, and after a crash


def test_a_large_file_holds_up_neither_the_web_nor_another_folder(tmp_path: Path, site: Site) -> None:
    site.pages["/rss"] = (
        '<rss version="2.0"><channel><title>t</title><item><title>停水</title><link>/a/1</link>'
        "<description>三天没水了</description></item></channel></rss>"
    )
    drop(tmp_path / "large", "a.csv", rows(*(f"第{number}件" for number in range(100_000))))
    drop(tmp_path / "small", "a.csv", rows("停电"))
    sources = [folder("large", str(tmp_path / "large")), folder("small", str(tmp_path / "small"))]
    sources.append(source("web", site.url("/rss")))
    job = Job(NOON, CrawlSettings(allow_private_hosts=(site.host,), delay_seconds=0), sources)
    order = [event.source for event in run_crawl(job) if isinstance(event, Done)]
    assert order[-1] == "large"
    assert set(order) == {"large", "small", "web"}


def broken_off(place: Path) -> Crawled:
    """A visit that runs out of time after some rows, as little time as this machine needs for that."""
    for seconds in (0.5, 1, 2, 4, 8, 16, 32):
        found = visit(place, settings={"run_seconds": seconds})
        if found.texts("a"):
            return found
    raise AssertionError("no row was read within 32 seconds")


def test_a_visit_that_runs_out_of_time_goes_on_where_it_ended(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", rows(*(f"第{number}件" for number in range(100_000))))
    first = broken_off(tmp_path)
    assert first.said("a")[0] == "cut_off"
    assert 0 < len(first.texts("a")) < 100_000
    second = visit(tmp_path, remembered(first))
    assert second.said("a")[0] == "ok"
    assert [*first.texts("a"), *second.texts("a")] == [f"第{number}件" for number in range(100_000)]
    assert visit(tmp_path, remembered(first, second)).said("a")[0] == "unchanged"


def test_after_a_crash_rows_may_be_repeated_and_none_is_lost(tmp_path: Path) -> None:
    total = 3 * MARK
    drop(tmp_path, "a.csv", rows(*(f"第{number}件" for number in range(total))))
    events = run_crawl(Job(NOON, CrawlSettings(), [folder("a", str(tmp_path))]))
    seen, pages = [], []
    for event in events:
        if isinstance(event, Found):
            seen.append(event.text)
        if isinstance(event, PageRead):
            pages.append(event.page)
        if len(seen) == MARK + 7:
            break
    close(events)  # the process is killed here
    again = visit(tmp_path, pages)
    assert again.texts("a")[0] == f"第{MARK}件"
    assert {*seen, *again.texts("a")} == {f"第{number}件" for number in range(total)}


def close(events: Iterator[object]) -> None:
    events.close()  # type: ignore[attr-defined]


def test_a_file_that_was_replaced_before_it_was_read_to_its_end_is_begun_anew(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", rows(*(f"第{number}件" for number in range(60_000))))
    first = visit(tmp_path, settings={"run_seconds": 1.0})
    drop(tmp_path, "a.csv", rows("另一批"), age=60)
    assert visit(tmp_path, remembered(first)).texts("a") == ["另一批"]


def test_what_is_remembered_of_a_file_is_kept_alive_once_a_day(tmp_path: Path) -> None:
    drop(tmp_path, "a.csv", rows("停水"))
    first = visit(tmp_path)
    assert visit(tmp_path, remembered(first)).pages["a"] == []
    later = crawl([folder("a", str(tmp_path))], known={"a": remembered(first)}, now=NOON + timedelta(days=2))
    assert [page.page for page in later.pages["a"]] == [page.page for page in first.pages["a"]]
