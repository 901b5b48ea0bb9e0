"""What an administrator does to a source, who may not, and what is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline import source_acts
from pipeline.acts import Actor
from pipeline.refusals import Refused
from pipeline.source_acts import Change, Managing, disable_source, enable_source, remove_source, save_source
from pipeline.sources import Listed, LiveSources, Origin
from records.words import Role
from storage.audit import Entry
from storage.store import Store

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
ADMIN = Actor("周管理", Role.ADMIN)
FORUM: dict[str, Any] = {
    "id": "bbs",
    "name": "云川论坛",
    "kind": "feed",
    "channel": "forum",
    "url": "https://8.8.8.8/rss",
}
IN_FILE = {**FORUM, "id": "news", "name": "惠川新闻网", "channel": "news"}


@pytest.fixture
def deps(store: Store, tmp_path: Path) -> Managing:
    """A desk whose file holds one source, and that may read one inner host."""
    file = tmp_path / "sources.yaml"
    file.write_text(yaml.safe_dump({"sources": [IN_FILE]}, allow_unicode=True), encoding="utf-8")
    return Managing(LiveSources(store, file), ("127.0.0.1:8899",))


def change(revision: int | None = None, actor: Actor = ADMIN, request: str | None = None) -> Change:
    return Change(actor, NOON, revision, request)


def standing(deps: Managing, source: str = "bbs") -> Listed:
    found = deps.sources.current().find(source)
    assert found is not None
    return found


def audited(deps: Managing, source: str = "bbs") -> list[Entry]:
    with deps.sources.store.reading() as t:
        return t.audit.about(source)


def acts(deps: Managing, source: str = "bbs") -> list[tuple[str, bool]]:
    return [(entry.act, entry.allowed) for entry in audited(deps, source)]


@pytest.mark.clause("H-41")
def test_a_source_is_added_without_touching_a_file_and_audited_with_its_row(deps: Managing) -> None:
    before = deps.sources.file.read_bytes()
    assert save_source(deps, {**FORUM, "enabled": True, "interval_seconds": 600}, change()) == "bbs"
    assert [source.id for source in deps.sources.current().sources] == ["news", "bbs"]
    assert (standing(deps).origin, standing(deps).revision, standing(deps).by) == (Origin.STORE, 1, "周管理")
    (entry,) = audited(deps)
    assert (entry.actor, entry.act, entry.allowed) == ("周管理", "source_saved", True)
    assert entry.detail == {"revision": 1, "row": FORUM}
    assert deps.sources.file.read_bytes() == before


def test_a_source_of_the_file_is_changed_switched_off_and_on_and_given_back_to_the_file(deps: Managing) -> None:
    save_source(deps, {**IN_FILE, "name": "惠川新闻"}, change(0))
    assert (standing(deps, "news").name, standing(deps, "news").origin) == ("惠川新闻", Origin.CHANGED)
    disable_source(deps, "news", change(1))
    assert deps.sources.current().sources == ()
    enable_source(deps, "news", change(2))
    assert [source.name for source in deps.sources.current().sources] == ["惠川新闻"]
    remove_source(deps, "news", change(3))
    assert (standing(deps, "news").name, standing(deps, "news").origin) == ("惠川新闻网", Origin.FILE)
    assert [act for act, _ in acts(deps, "news")] == [
        "source_saved",
        "source_disabled",
        "source_enabled",
        "source_removed",
    ]


def test_what_was_removed_leaves_its_row_and_may_come_back(deps: Managing) -> None:
    save_source(deps, FORUM, change())
    remove_source(deps, "bbs", change(1))
    assert deps.sources.current().find("bbs") is None
    with deps.sources.store.reading() as t:
        kept = t.source_rows.get("bbs")
    assert kept is not None
    assert (kept.removed, kept.row) == (True, FORUM)
    save_source(deps, {**FORUM, "name": "又来"}, change())
    assert (standing(deps).name, standing(deps).revision) == ("又来", 3)


def test_a_source_of_the_file_is_not_removed_from_here(deps: Managing) -> None:
    with pytest.raises(Refused, match=r"写在采集源文件 .*可以在这里停用，或从文件里删去"):
        remove_source(deps, "news", change(0))


def test_a_saved_source_is_due_at_once_whatever_pause_it_was_in(deps: Managing) -> None:
    save_source(deps, FORUM, change())
    with deps.sources.store.transaction() as t:
        t.sources.failed("bbs", NOON, "连不上", timedelta(hours=1), timedelta(hours=1))
        assert t.sources.due(NOON, ["bbs"]) == []
    save_source(deps, {**FORUM, "url": "https://8.8.8.8/feed"}, change(1))
    with deps.sources.store.reading() as t:
        assert t.sources.due(NOON, ["bbs"]) == ["bbs"]


# Who may not


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
@pytest.mark.parametrize(
    ("act", "do"),
    [
        ("source_saved", lambda deps, one: save_source(deps, {**IN_FILE, "name": "夺"}, one)),
        ("source_disabled", lambda deps, one: disable_source(deps, "news", one)),
        ("source_enabled", lambda deps, one: enable_source(deps, "news", one)),
        ("source_removed", lambda deps, one: remove_source(deps, "news", one)),
    ],
)
def test_nobody_but_an_administrator_may_and_the_try_is_audited(
    deps: Managing, role: Role, act: str, do: Callable[[Managing, Change], object]
) -> None:
    with pytest.raises(Refused, match="没有权限管理采集源"):
        do(deps, change(0, Actor("赵敏", role)))
    assert standing(deps, "news").revision == 0
    (entry,) = audited(deps, "news")
    assert (entry.act, entry.actor, entry.role, entry.allowed) == (act, "赵敏", role.value, False)


def test_for_somebody_who_may_not_no_name_is_looked_up(deps: Managing) -> None:
    asked: list[str] = []
    nosy = Managing(deps.sources, (), lambda url, _: asked.append(url))
    with pytest.raises(Refused):
        save_source(nosy, FORUM, change(actor=Actor("赵敏", Role.EVALUATOR)))
    assert asked == []


# Inner addresses (abuse case 13)

NINE = [
    "http://127.0.0.1/rss",
    "http://2130706433/rss",
    "http://0x7f000001/rss",
    "http://0177.0.0.1/rss",
    "http://127.1/rss",
    "http://[::1]/rss",
    "http://[::ffff:127.0.0.1]/rss",
    "http://localhost/rss",
    "http://169.254.169.254/latest/meta-data",
]


@pytest.mark.parametrize("url", NINE)
def test_an_inner_address_is_refused_on_save_in_every_spelling(deps: Managing, url: str) -> None:
    with pytest.raises(Refused, match="地址指向内网"):
        save_source(deps, {**FORUM, "url": url}, change())
    assert deps.sources.current().find("bbs") is None
    assert acts(deps) == [("source_saved", False)]


def test_an_inner_address_deep_in_a_row_is_refused_as_well(deps: Managing) -> None:
    read = {"items": "data", "id": "id", "text": "text", "link_template": "http://10.0.0.8/{id}"}
    with pytest.raises(Refused, match="地址指向内网"):
        save_source(deps, {**FORUM, "kind": "json", "read": read}, change())


def test_an_inner_host_that_the_settings_name_may_be_read(deps: Managing) -> None:
    save_source(deps, {**FORUM, "url": "http://127.0.0.1:8899/rss"}, change())
    with pytest.raises(Refused, match="地址指向内网"):
        save_source(deps, {**FORUM, "url": "http://127.0.0.1:8900/rss"}, change(1))


def test_a_name_that_takes_too_long_to_look_up_holds_up_nobody(deps: Managing, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = threading.Event()
    monkeypatch.setattr(source_acts, "RESOLVE_SECONDS", 0.05)
    slow = Managing(deps.sources, (), lambda *_: str(hanging.wait(20)))
    save_source(slow, FORUM, change())
    hanging.set()
    assert standing(deps).revision == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_address_that_cannot_be_looked_at_is_not_let_pass(deps: Managing) -> None:
    def fails(*_: object) -> str | None:
        raise OSError("no resolver")

    with pytest.raises(Refused, match="网址检查不了"):
        save_source(Managing(deps.sources, (), fails), FORUM, change())


# Folders: the desk's administrator need not be the server's

HOTLINE: dict[str, Any] = {"id": "hotline", "name": "12345热线", "kind": "file", "channel": "hotline"}


@pytest.mark.parametrize("folder", ["/etc", ".", "logs", "/inbox/a"])
def test_a_folder_outside_the_inbox_is_not_read_at_the_word_of_the_desk(deps: Managing, folder: str) -> None:
    row = {**HOTLINE, "read": {"folder": folder}}
    with pytest.raises(Refused, match="只能读数据目录下 inbox 里的文件夹"):
        save_source(deps, row, change())
    save_source(deps, row, change(actor=Actor("控制台", None)))
    save_source(deps, {**row, "name": "改名"}, change(1))
    with pytest.raises(Refused, match="只能读数据目录下 inbox 里的文件夹"):
        save_source(deps, {**row, "read": {"folder": "/srv"}}, change(2))


def test_a_path_that_leads_out_of_the_inbox_is_no_path(deps: Managing) -> None:
    with pytest.raises(Refused, match="路径里不能有"):
        save_source(deps, {**HOTLINE, "read": {"folder": "inbox/../logs"}}, change())


def test_a_folder_of_the_inbox_is_read(deps: Managing) -> None:
    save_source(deps, {**HOTLINE, "read": {"folder": "inbox/12345"}}, change())
    assert standing(deps, "hotline").source is not None


# What cannot be saved


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": "file:///etc/passwd"}, "“url”应为 http"),
        ({"kind": "gopher"}, "“kind”没有“gopher”这一类"),
        ({"name": ""}, "“name”"),
        ({"author": "x", "channel": "x"}, "“channel”应为 .*；“author”不认识的项目"),
        ({"read": {"article": {"revisit_seconds": float("nan")}}}, "“read.article.revisit_seconds”应为数字"),
        ({"id": "../etc"}, "“id”只能用小写字母"),
    ],
)
def test_a_row_with_a_mistake_is_refused_with_every_fault(deps: Managing, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        save_source(deps, {**FORUM, **changes}, change())
    assert [one.id for one in deps.sources.current().listed] == ["news"]


def test_an_id_that_is_taken_is_refused_wherever_it_stands(deps: Managing) -> None:
    save_source(deps, FORUM, change())
    for taken in ("bbs", "news"):
        with pytest.raises(Refused, match=f"已有编号为“{taken}”的采集源（.*）：请换一个编号"):
            save_source(deps, {**FORUM, "id": taken}, change())


def test_an_id_is_for_good_so_its_kind_does_not_change(deps: Managing) -> None:
    listed = {**FORUM, "kind": "list", "read": {"entry": "li"}}
    save_source(deps, FORUM, change())
    with pytest.raises(Refused, match=r"类别不能由 feed 改成 list.*编号定了就不要改作他用"):
        save_source(deps, listed, change(1))
    remove_source(deps, "bbs", change(1))
    with pytest.raises(Refused, match="编号定了就不要改作他用"):
        save_source(deps, listed, change())


def test_a_row_that_holds_no_longer_can_be_switched_off_and_removed_but_not_on(deps: Managing) -> None:
    with deps.sources.store.transaction() as t:
        t.source_rows.put("old", {**FORUM, "id": "old", "kind": "gopher"}, NOON, "甲")
    with pytest.raises(Refused, match="“old”的设置有误，改好才能启用：“kind”没有“gopher”这一类"):
        enable_source(deps, "old", change(1))
    disable_source(deps, "old", change(1))
    remove_source(deps, "old", change(2))
    assert deps.sources.current().find("old") is None


@pytest.mark.parametrize("do", [enable_source, disable_source, remove_source])
def test_what_is_not_there_cannot_be_changed(deps: Managing, do: Callable[[Managing, str, Change], None]) -> None:
    with pytest.raises(Refused, match="没有编号为“none”的采集源"):
        do(deps, "none", change())


# Two at once


def test_a_double_click_saves_once(deps: Managing) -> None:
    for _ in range(2):
        save_source(deps, FORUM, change(request="r1"))
    assert standing(deps).revision == 1
    for _ in range(2):
        disable_source(deps, "bbs", change(1, request="r2"))
    assert standing(deps).revision == 2
    assert acts(deps) == [("source_saved", True), ("source_disabled", True)]


def test_of_two_administrators_who_saw_the_same_the_second_is_told(deps: Managing) -> None:
    save_source(deps, FORUM, change())
    save_source(deps, {**FORUM, "name": "甲改的"}, change(1))
    with pytest.raises(Refused, match="刚被他人改动，请刷新后再试"):
        save_source(deps, {**FORUM, "name": "乙改的"}, change(1, Actor("乙", Role.ADMIN)))
    remove_source(deps, "bbs", change(2))
    with pytest.raises(Refused, match="已被他人移除"):
        disable_source(deps, "bbs", change(2))
    assert acts(deps)[1:] == [
        ("source_saved", True),
        ("source_saved", False),
        ("source_removed", True),
        ("source_disabled", False),
    ]


def test_twenty_at_once_make_one_change(deps: Managing) -> None:
    save_source(deps, FORUM, change())
    said: list[str] = []

    def save(number: int) -> None:
        try:
            save_source(deps, {**FORUM, "name": f"第{number}"}, change(1))
            said.append("")
        except Refused as refused:
            said.append(str(refused))

    threads = [threading.Thread(target=save, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert said.count("") == 1
    assert len(said) == 20
    assert standing(deps).revision == 2
