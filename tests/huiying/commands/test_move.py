"""`huiying move` carries an embedded desk over to another database: whole, compared, and only onto an empty one."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from huiying.clock import SystemClock
from huiying.locking import held
from huiying.move_marker import MARKER
from huiying.moving import move_store
from huiying.settings import load
from huiying.slots import nobody_at_work, own_name
from huiying.starting import CannotStart, check_not_moved
from huiying.wiring import Desk, open_desk
from huiying.workers import run as run_worker
from storage import moving
from storage.moving import CannotMove
from storage.store import Transaction
from storage.tables import metadata
from tests.huiying.commands.desks import at, urls
from tests.storage.making import post

__all__ = ["urls"]
NOW = SystemClock().now()


@pytest.fixture
def desks(urls: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The settings of an embedded desk with three posts and an account, and of where it is to go."""
    monkeypatch.chdir(tmp_path)
    target = urls[1] or f"sqlite:///{tmp_path / 'elsewhere.db'}"
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text("data_dir: desk\n", encoding="utf-8")
    new.write_text(f"data_dir: desk\ndatabase: {{url: '{target}'}}\n", encoding="utf-8")
    assert at(old, "person", "add", "wang", "--name", "王芳", "--role", "duty") == 0
    with opened(old).store.transaction() as t:
        for number in range(3):
            t.posts.add(post(f"p{number}", text="供热管网停暖"), NOW + timedelta(days=9))
    return [old, new]


def opened(settings: Path) -> Desk:
    return open_desk(load(settings, {}), SystemClock())


def test_everything_arrives_and_is_found_there(desks: list[Path], capsys: pytest.CaptureFixture[str]):
    old, new = desks
    capsys.readouterr()
    assert at(old, "move", str(new)) == 0
    said = capsys.readouterr()
    assert f"已搬 {len(metadata.tables)} 张表" in said.out
    assert "索引里有 3 条帖文，与数据库一致" in said.out
    assert "post：3/3 行" in said.err
    assert at(new, "person", "list") == 0
    assert "王芳" in capsys.readouterr().out
    assert at(new, "audit", "verify") == 0
    desk = opened(new)
    assert sorted(desk.index().find("停暖")) == ["p0", "p1", "p2"]
    with desk.store.transaction() as t:
        t.posts.add(post("p3"), NOW + timedelta(days=9))
        assert [entry.act for entry in t.audit.newest(1)] == ["move"]
    desk.close()
    with pytest.raises(CannotStart, match=r"数据已搬到 .*请改用新设置"):
        check_not_moved(load(old, {}))
    check_not_moved(load(new, {}))
    Path("desk", MARKER).unlink()
    check_not_moved(load(old, {}))


def test_what_was_interrupted_goes_on(desks: list[Path], monkeypatch: pytest.MonkeyPatch):
    old, new = desks
    whole = moving._put
    calls = iter(range(1))

    def fails_soon(*arguments: object) -> None:
        if next(calls, None) is None:
            raise CannotMove("断电")
        whole(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(moving, "_put", fails_soon)
    assert at(old, "move", str(new)) == 1
    with pytest.raises(CannotStart, match="还没有搬完"):
        check_not_moved(load(new, {}))
    check_not_moved(load(old, {}))
    monkeypatch.setattr(moving, "_put", whole)
    assert at(old, "move", str(new)) == 0


def test_a_store_that_has_something_is_left_alone(desks: list[Path], capsys: pytest.CaptureFixture[str]):
    old, new = desks
    desk = opened(new)
    desk.close()
    assert at(old, "move", str(new)) == 1
    assert "目标数据库不是空的" in capsys.readouterr().err


def test_a_difference_is_said_and_nothing_is_called_done(
    desks: list[Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    old, new = desks
    whole, sides = moving.content, iter(["old", "new"])

    def one_is_off(t: Transaction) -> dict[str, moving.Content]:
        found = whole(t)
        return found if next(sides) == "old" else found | {"post": moving.Content(3, "0" * 64)}

    monkeypatch.setattr(moving, "content", one_is_off)
    assert at(old, "move", str(new)) == 1
    said = capsys.readouterr()
    assert "核对不符：post" in said.err
    assert "已搬" not in said.out


def test_a_desk_that_runs_is_not_moved(desks: list[Path], capsys: pytest.CaptureFixture[str]):
    old, new = desks
    with held(Path("desk", "up.lock")):
        assert at(old, "move", str(new)) == 1
    desk = opened(old)
    with desk.store.transaction() as t:
        t.clock.beat("judge@elsewhere", SystemClock().now())
    desk.close()
    assert at(old, "move", str(new)) == 1
    assert "还有进程在运行（研判）" in capsys.readouterr().err


def test_a_lone_web_desk_is_named_and_stops_the_move_and_none_starts_during_it(
    desks: list[Path], capsys: pytest.CaptureFixture[str]
):
    old, new = desks
    with own_name("desk", Path("desk")) as name:
        assert at(old, "move", str(new)) == 1
    said = capsys.readouterr().err
    assert f"还有进程在用 {Path.cwd() / 'desk'} 里的数据（值班台，在 {name.partition('@')[2]}）：请先停下它们" in said
    with nobody_at_work(Path("desk")):
        assert serve_desk(old) == (
            1,
            f"{Path.cwd() / 'desk'} 里的数据正在搬往别处（huiying move）：搬完以后请用新设置启动\n",
        )
        with pytest.raises(CannotStart, match="正在搬往别处"):
            run_worker("judge", SystemClock(), load(old, {}))
    assert at(old, "move", str(new)) == 0
    assert serve_desk(old)[1].startswith("数据已搬到 ")


def serve_desk(settings: Path) -> tuple[int, str]:
    """Start the web desk, which is to end at once: its exit code and what it says."""
    environment = {**os.environ, "HUIYING_SETTINGS": str(settings), "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(
        [sys.executable, "-m", "dashboard"], env=environment, capture_output=True, text=True, check=False, timeout=100
    )
    return ended.returncode, ended.stderr


def test_after_the_move_nothing_is_done_at_the_console_of_the_old_desk(
    desks: list[Path], capsys: pytest.CaptureFixture[str]
):
    old, new = desks
    assert at(old, "move", str(new)) == 0
    assert at(old, "person", "add", "li", "--name", "李军", "--role", "duty") == 1
    assert "数据已搬到 " in capsys.readouterr().err


def test_an_old_store_that_another_program_holds_is_not_blamed_on_the_new_one(
    desks: list[Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("storage.store.BUSY_TIMEOUT_MS", 20)
    old, new = opened(desks[0]), Desk(load(desks[1], {}), SystemClock())
    holder = sqlite3.connect("desk/huiying.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert at(desks[0], "person", "list") == 1
    assert "huiying.db 一直被别的进程占用，什么也没有做" in capsys.readouterr().err
    with pytest.raises(CannotMove, match=r"^原数据库 .*huiying\.db 出错：一直被别的进程占用：请停下占用它的程序"):
        move_store(old, new, NOW, lambda _: None)
    old.close()
    new.close()
    holder.close()
    assert at(desks[0], "move", str(desks[1])) == 0


def test_settings_that_lead_nowhere_else_are_refused(desks: list[Path], capsys: pytest.CaptureFixture[str]):
    assert at(desks[0], "move", str(desks[0])) == 2
    assert "用的还是现在的数据库" in capsys.readouterr().err


def test_a_database_that_does_not_answer_is_named_without_its_password(
    desks: list[Path], capsys: pytest.CaptureFixture[str]
):
    away = desks[1].with_name("away.yaml")
    secret = desks[1].with_name("password")
    secret.write_text("geheim", encoding="ascii")
    secret.chmod(0o600)
    database = f"url: 'postgresql+psycopg://huiying@127.0.0.1:9/huiying?password=geheim', password_file: {secret}"
    away.write_text(f"data_dir: desk\ndatabase: {{{database}}}\n", encoding="utf-8")
    assert at(desks[0], "move", str(away)) == 1
    said = capsys.readouterr().err
    assert "127.0.0.1:9" in said
    assert "geheim" not in said
