"""What the office changes on a page holds in every process, and the settings file is what it stands over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from huiying.clock import SystemClock
from huiying.doctor import Level, examine
from huiying.own_settings import Following
from huiying.settings import Settings, load
from huiying.wiring import Desk, open_desk
from pipeline import own_values
from pipeline.acts import Actor
from pipeline.own_values import Ground
from records import naming
from records.words import Role

ACTOR = Actor("王芳", Role.OFFICE)
SETTINGS = """\
data_dir: data
organisation: {name: 惠川区委, letterhead: 区委舆情专报}
rules: {telling: {digest_seconds: 600}}
"""
MakeDesk = Callable[[], Desk]


@pytest.fixture
def another(tmp_path: Path) -> Iterator[MakeDesk]:
    """Opens the same desk as another process does."""
    (tmp_path / "huiying.yaml").write_text(SETTINGS, "utf-8")
    made: list[Desk] = []

    def make() -> Desk:
        made.append(open_desk(load(tmp_path / "huiying.yaml", {}), SystemClock()))
        return made[-1]

    yield make
    for desk in made:
        desk.close()
    naming.call(naming.DEFAULT)


def change(desk: Desk, ground: Ground, after: dict[str, Any]) -> None:
    with desk.store.reading() as t:
        standing = ground.standing(ground.own(t))
    seen = {name: standing[name].now for name in after}
    own_values.change(desk.store, ground, seen, after, "机构改革", ACTOR, desk.clock.now())


def test_a_name_that_was_changed_in_one_process_is_what_all_others_print(another: MakeDesk) -> None:
    page, worker = another(), another()
    assert worker.letterhead.heading == "区委舆情专报"
    change(page, page.names_below, {"letterhead": "县委舆情专报", "office_name": "县委办公室", "report_to": ["县委"]})
    for desk in (page, worker):
        desk.following.look_again()
        head = desk.letterhead
        assert (head.heading, head.issuer, head.addressee) == ("县委舆情专报", "县委办公室", "县委")
    assert naming.office_name() == "县委办公室"
    assert another().organisation.office_name == "县委办公室"
    assert worker.proposing.office == "县委办公室"
    assert worker.archive_shelf.wording.organisation == "惠川区委"


def test_without_being_asked_to_look_a_process_sees_the_change_after_a_second(another: MakeDesk) -> None:
    seconds = [100.0]
    page = another()
    worker = Following(page.settings, lambda: page.store, lambda: seconds[0])
    assert worker.book().settings.organisation.name == "惠川区委"
    change(page, page.names_below, {"name": "惠川县委"})
    seconds[0] += 0.9
    assert worker.book().settings.organisation.name == "惠川区委"
    seconds[0] += 0.1
    assert worker.book().settings.organisation.name == "惠川县委"


def test_a_figure_holds_for_what_sends_and_judges_and_is_taken_back(another: MakeDesk) -> None:
    page, worker = another(), another()
    assert worker.telling.digest_seconds == 600
    change(page, page.rules_below, {"telling.digest_seconds": 60, "telling.quiet_from": "21:00"})
    change(page, page.rules_below, {"escalation.major.office": 25})
    worker.following.look_again()
    assert (worker.telling.digest_seconds, worker.telling.quiet_from.hour) == (60, 21)
    assert sorted(row.office for key, row in worker.escalation.rows.items() if key[0] == "major") == [25]
    with page.store.reading() as t:
        history = own_values.history(t, page.rules_below)
    for made in history:
        own_values.undo(page.store, page.rules_below, made, ACTOR, page.clock.now())
    worker.following.look_again()
    assert (worker.telling.digest_seconds, worker.telling.quiet_from.hour) == (600, 22)


def test_the_doctor_says_what_the_page_has_over_the_settings_file(another: MakeDesk) -> None:
    desk = another()
    change(desk, desk.names_below, {"name": "惠川县委"})
    change(desk, desk.rules_below, {"telling.digest_seconds": 60})
    found = [one for one in examine(desk, "huiying.yaml") if one.subject == "页面上的改动"]
    assert [(one.level, one.state) for one in found] == [
        (Level.GOOD, "单位名称 惠川区委 → 惠川县委"),
        (Level.GOOD, "不紧急的提醒攒多久合成一条 600 → 60"),
    ]
    assert all("设置文件里的这几项不起作用" in one.advice for one in found)


def test_figures_that_fit_the_settings_no_more_count_no_more_and_the_doctor_says_so(another: MakeDesk) -> None:
    desk = another()
    with desk.store.transaction() as t:
        t.meta.put("own_rules", {"calming.worse_percent": 40})
        t.meta.put("own_names", {"name": "惠川县委"})
    desk.following.look_again()
    assert (desk.calming.worse_percent, desk.organisation.name) == (120, "惠川县委")
    [fault] = [
        one for one in examine(desk, "huiying.yaml") if one.subject == "页面上的改动" and one.level is Level.FAULT
    ]
    assert "没有起作用" in fault.state


def test_to_ask_what_holds_makes_no_store(tmp_path: Path) -> None:
    desk = Desk(Settings(data_dir=tmp_path / "data"), SystemClock())
    assert desk.organisation.name == "惠川区委"
    assert not (tmp_path / "data").exists()
