"""The release calendar gives back what was written, by the day on which a release now is."""

from __future__ import annotations

from dataclasses import replace

from records.releases import Release, ReleaseState, ReleaseStep
from storage.store import Store
from tests.storage.making import DAY, HOUR, NOON

FIRST = ReleaseStep(ReleaseState.PLANNED, NOON, "王芳", NOON + DAY)
PLANNED = Release(0, "进展", "新闻发布会", "d1", "t1", "住建局", "住建局", (FIRST,))


def test_a_release_comes_back_with_its_steps_on_the_day_to_which_it_was_moved(store: Store):
    moved = ReleaseStep(ReleaseState.MOVED, NOON + HOUR, "李强", NOON + 9 * DAY, "会期调整")
    with store.transaction() as t:
        number = t.releases.add(PLANNED)
        t.releases.step(number, moved)
        other = t.releases.add(PLANNED)
    with store.reading() as t:
        assert t.releases.get(number) == replace(PLANNED, id=number, steps=(FIRST, moved))
        assert [one.id for one in t.releases.between(NOON, NOON + 2 * DAY)] == [other]
        assert [one.id for one in t.releases.between(NOON, NOON + 10 * DAY)] == [other, number]
        assert t.releases.between(NOON, NOON + DAY) == []
        assert t.releases.get(99) is None
