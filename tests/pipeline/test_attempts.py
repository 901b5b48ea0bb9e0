"""A refused step leaves nothing but the trace that it was tried."""

from __future__ import annotations

import pytest

from pipeline.acts import Actor
from pipeline.attempts import attempting
from pipeline.refusals import Refused
from records.words import Role
from storage.store import Store, Transaction
from tests.storage.making import NOON

READER = Actor("评估员", Role.EVALUATOR)


def half_done(t: Transaction) -> None:
    t.meta.put("done", True)
    raise Refused("没有权限")


def test_a_step_that_succeeds_commits_and_leaves_its_own_audit_to_the_step(store: Store) -> None:
    with attempting(store, READER, "edit_part", "i1", NOON) as t:
        t.meta.put("done", True)
    with store.reading() as t:
        assert t.meta.get("done") is True
        assert t.audit.count() == 0


def test_a_refused_step_changes_nothing_and_is_audited(store: Store) -> None:
    with pytest.raises(Refused, match="没有权限"), attempting(store, READER, "edit_part", "i1", NOON) as t:
        half_done(t)
    with store.reading() as t:
        assert t.meta.get("done") is None
        (entry,) = t.audit.about("i1")
    assert (entry.actor, entry.role, entry.act, entry.allowed) == ("评估员", "evaluator", "edit_part", False)
    assert entry.detail == {"refused": "没有权限"}


def test_any_other_error_rises_without_an_audit_row(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), attempting(store, READER, "edit_part", "i1", NOON):
        1 / 0  # noqa: B018
    with store.reading() as t:
        assert t.audit.count() == 0
