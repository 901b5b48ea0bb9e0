"""Machines at one store that do not have in common what they must say so when a process begins there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from huiying.clock import SimulatedClock, SystemClock
from huiying.in_common import ID_FILE, differences
from huiying.settings import Crawl, Database, Settings
from huiying.settings import Desk as DeskSettings
from huiying.wiring import Desk
from storage.store import Store
from tests.storage.conftest import DATABASES, migrated_database, migrated_file, store

__all__ = ["migrated_database", "migrated_file", "store"]

pytestmark = pytest.mark.parametrize("store", DATABASES[1:], indirect=True)


class Machines:
    """Machines at one store: each with a data directory of its own, unless it shares another one's."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self._url = url
        self.desks: list[Desk] = []
        for name in ("key", "other.key"):
            (folder / name).write_text(name * 20, encoding="ascii")
        (folder / "sources.yaml").write_text("sources: []\n", encoding="utf-8")

    def starts(self, name: str, kind: str, data: str, key: str = "key", ahead: float = 0, **more: Path) -> list[str]:
        """What a process of that kind says that begins on the machine of that name."""
        settings = Settings(
            data_dir=self.folder / data,
            database=Database(url=self._url),
            desk=DeskSettings(cookie_secret_file=self.folder / key),
            crawl=Crawl(sources_file=more.get("sources", self.folder / "sources.yaml")),
        )
        clock = SimulatedClock(SystemClock().now() + timedelta(seconds=ahead))
        self.desks.append(Desk(settings, clock))
        return differences(self.desks[-1], kind, name)


@pytest.fixture
def machines(tmp_path: Path, store: Store) -> Iterator[Machines]:
    made = Machines(tmp_path, store.url)
    yield made
    for desk in made.desks:
        desk.close()


def test_machines_with_the_same_folders_and_keys_have_nothing_to_say(machines: Machines):
    for name in ("甲", "乙", "甲"):
        for kind in ("desk", "crawl", "send", "judge", "clock"):
            assert machines.starts(name, kind, "shared") == []


def test_folders_keys_and_files_that_differ_are_named_with_the_machine_and_the_setting(machines: Machines):
    assert machines.starts("甲", "desk", "one") == []
    other = machines.folder / "other.yaml"
    other.write_text("sources: [] # 另一份\n", encoding="utf-8")
    said = machines.starts("乙", "desk", "two", key="other.key", sources=other)
    assert [line.partition("与机器 甲 的不同")[0] for line in said] == [
        "注意：登录凭证密钥",
        "注意：采集源文件",
        "注意：报告目录",
        "注意：归档目录 archive",
        "注意：模板目录 templates",
        "注意：推送密钥目录",
    ]
    assert "desk.cookie_secret_file" in said[0]
    assert machines.starts("丙", "judge", "three") == [], "a judging worker needs none of these"
    (line,) = machines.starts("丁", "send", "four", key="other.key")
    assert "签收链接" in line
    assert "机器 甲 的" in line


def test_a_folder_is_recognised_wherever_it_is_mounted_and_a_copy_of_its_papers_is_another_one(machines: Machines):
    machines.starts("甲", "crawl", "one")
    mounted = machines.folder / "mounted"
    mounted.symlink_to(machines.folder / "one")
    assert machines.starts("乙", "crawl", "mounted") == []
    copied = machines.folder / "copied"
    shutil.copytree(machines.folder / "one", copied, ignore=shutil.ignore_patterns(ID_FILE))
    assert len(machines.starts("丙", "crawl", "copied")) == 1


def test_a_machine_whose_clock_is_wrong_says_by_how_much(machines: Machines):
    assert machines.starts("甲", "send", "one", ahead=3) == []
    (line,) = machines.starts("甲", "send", "one", ahead=61)
    assert "本机时间比数据库服务器快 6" in line
    (line,) = machines.starts("甲", "send", "one", ahead=-61)
    assert "本机时间比数据库服务器慢 6" in line


def test_a_desk_beside_whose_index_nobody_keeps_level_says_so(machines: Machines, store: Store):
    with store.transaction() as t:
        t.clock.beat("judge-2@甲", SystemClock().now())
    (line,) = machines.starts("乙", "desk", "shared")
    assert "检索索引在运行研判的机器 甲 上" in line
    assert machines.starts("甲", "desk", "shared") == []
