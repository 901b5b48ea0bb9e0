"""The store knows which units help with an incident now; one that was taken off may be named again."""

from __future__ import annotations

from threading import Barrier, Thread

from records.co_units import CoUnit
from records.incidents import SeverityChange
from records.words import Severity
from storage.store import Store
from tests.storage.making import HOUR, NOON, incident

ID = "20260410-001"


def fill(store: Store) -> None:
    with store.transaction() as t:
        gathering = t.incidents.start_gathering(None, NOON)
        t.incidents.open(incident(ID), gathering.id, SeverityChange(NOON, Severity.GENERAL, "voices_3"))
        for unit in ("教体局", "水务局"):
            t.co_units.name(CoUnit(ID, unit, NOON, "王芳", "涉及校园"))


def test_units_are_kept_in_the_order_in_which_they_were_named(store: Store):
    fill(store)
    with store.reading() as t:
        assert t.co_units.names(ID) == ("教体局", "水务局")
        assert t.co_units.get(ID, "教体局") == CoUnit(ID, "教体局", NOON, "王芳", "涉及校园")
        assert t.co_units.get(ID, "住建局") is None
        assert t.co_units.of_incidents([ID, "20260410-002"])["20260410-002"] == []


def test_two_who_name_a_unit_at_the_same_moment_name_it_once(store: Store):
    fill(store)
    together = Barrier(2, timeout=60)
    named: list[bool] = []

    def name(by: str) -> None:
        with store.transaction() as t:
            if store.engine.dialect.name == "postgresql":
                together.wait(30)
            named.append(t.co_units.name(CoUnit(ID, "区住建局", NOON, by, None)))

    threads = [Thread(target=name, args=(by,)) for by in ("王芳", "李军")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(named) == [False, True]
    with store.reading() as t:
        assert t.co_units.names(ID) == ("教体局", "水务局", "区住建局")


def test_one_acknowledgement_is_that_unit_s_alone_and_can_be_taken_back(store: Store):
    fill(store)
    with store.transaction() as t:
        t.co_units.acknowledge(ID, "水务局", NOON + HOUR, "赵敏")
    with store.reading() as t:
        assert [(one.acknowledged_at, one.acknowledged_by) for one in t.co_units.of(ID)] == [
            (None, None),
            (NOON + HOUR, "赵敏"),
        ]
    with store.transaction() as t:
        t.co_units.acknowledge(ID, "水务局", None, None)
        assert t.co_units.of(ID)[1].acknowledged_at is None


def test_a_unit_that_was_taken_off_and_named_again_begins_anew(store: Store):
    fill(store)
    with store.transaction() as t:
        t.co_units.acknowledge(ID, "教体局", NOON, "赵敏")
        t.co_units.remove(ID, "教体局", NOON + HOUR)
        assert t.co_units.names(ID) == ("水务局",)
        t.co_units.name(CoUnit(ID, "教体局", NOON + 2 * HOUR, "王芳", None))
        assert t.co_units.get(ID, "教体局") == CoUnit(ID, "教体局", NOON + 2 * HOUR, "王芳", None)
