"""Moves a desk from the file that it began with to a database server, and the words of its posts to the index in use there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError

from huiying.move_marker import MARKER, address_of, note, noted
from huiying.wiring import Desk
from pipeline.indexing import catch_up
from records.worker_names import kind_of, worker_name
from storage import moving
from storage.backup import is_empty
from storage.moving import CannotMove
from storage.outages import trouble_of
from storage.revisions import newest_schema
from storage.store import Store
from storage.tables import metadata

ALIVE = timedelta(seconds=60)
_PART = 2_000

Tell = Callable[[str], None]
"""Hears one Chinese line now and then."""


def move_store(old: Desk, new: Desk, now: datetime, tell: Tell) -> dict[str, moving.Content]:
    """Copy everything of the old desk's store into that of the new one, and compare; what each table holds.

    Nothing can be written into the old store meanwhile. An interrupted move goes on where it was. Raises CannotMove.
    """
    _refuse(old, now)
    marker = old.settings.data_dir / MARKER
    with _answering(old, new):
        _make_ready(new.store, marker, address_of(new.settings))
        with old.store.transaction() as source:
            moving.copy(source, new.store, _Lines(tell))
            tell("正在核对两边的行数和内容……")
            here = moving.content(source)
            with new.store.reading() as t:
                there = moving.content(t)
    wrong = [name for name in here if here[name] != there[name]]
    if wrong:
        raise CannotMove(f"核对不符：{'、'.join(wrong)}。原库没有动；请清空目标库后重新搬")
    note(marker, address_of(new.settings), done=True)
    return here


def fill_index(new: Desk, tell: Tell) -> int:
    """Let the index of the new desk take in every post of its store, and compare; how many it holds.

    Raises CannotMove; SearchDown where the index cannot be reached.
    """
    with new.store.reading() as t:
        posts = t.posts.count()
    with closing(new.index()) as index:
        done = 0
        while taken := catch_up(new.store, index, _PART):
            done += taken
            tell(f"索引：已收入 {done} 条")
        held = index.count()
        if held != posts:
            raise CannotMove(f"索引里有 {held} 条帖文，数据库里有 {posts} 条：请看搜索引擎拒收了什么（huiying doctor）")
    return held


def _refuse(old: Desk, now: datetime) -> None:
    if make_url(old.settings.database_url).drivername != "sqlite":
        raise CannotMove("现在的数据库已经在服务器上：PostgreSQL 之间请用 pg_dump 和 pg_restore 搬")
    with old.store.reading() as t:
        living = {kind_of(one.worker) for one in t.clock.heartbeats() if now - ALIVE <= one.at <= now + ALIVE}
    if living:
        names = "、".join(sorted(map(worker_name, living)))
        raise CannotMove(f"还有进程在运行（{names}）：请先停下回应台，一分钟后再搬")


def _make_ready(target: Store, marker: Path, address: str) -> None:
    """An empty store, or what an interrupted move to the same place has left. Raises CannotMove."""
    begun = marker.exists() and noted(marker) == {"to": address, "done": False}
    if is_empty(target.engine):
        note(marker, address, done=False)
        target.migrate()
        with target.transaction() as t:
            # Migrations leave rows of their own, which come from the old store as well.
            for table in reversed(metadata.sorted_tables):
                t.connection.execute(table.delete())
    elif not begun:
        raise CannotMove("目标数据库不是空的：请给回应台单独建一个空库。已有内容一律不覆盖")
    elif target.schema_version() != newest_schema():
        raise CannotMove("目标数据库是用另一版本的程序开始搬的：请清空它，重新搬")


@contextmanager
def _answering(old: Desk, new: Desk) -> Iterator[None]:
    """What either database does not do becomes CannotMove, which names the one that it was."""
    failed: list[BaseException] = []

    def of_old(context: ExceptionContext) -> None:
        failed.append(context.original_exception)

    event.listen(old.store.engine, "handle_error", of_old)
    try:
        yield
    except DBAPIError as error:
        said = trouble_of(error) or (str(error.orig).splitlines() or ["没有说明原因"])[0]
        which = ("原数据库", old) if error.orig in failed else ("目标数据库", new)
        raise CannotMove(
            f"{which[0]} {address_of(which[1].settings)} 出错：{said}。已搬过去的不丢，问题解决后再运行一次会接着搬"
        ) from None
    finally:
        event.remove(old.store.engine, "handle_error", of_old)


class _Lines:
    """Tells of every table that has arrived, and of long ones in between."""

    def __init__(self, tell: Tell, every: int = 50_000) -> None:
        self._tell = tell
        self._every = every

    def __call__(self, table: str, done: int, rows: int) -> None:
        if done == rows or done // self._every != (done - moving.PART) // self._every:
            self._tell(f"{table}：{done}/{rows} 行")
