"""The desk's server is built so that drawing is cheap."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from streamlit import config

from dashboard.backstage import Backstage
from dashboard.server import build


@pytest.fixture
def built(backstage: Backstage) -> Iterator[None]:
    build(backstage)
    yield
    gc.unfreeze()


def test_what_is_loaded_at_the_start_is_not_walked_any_more(built: None) -> None:
    kept, walked = gc.get_freeze_count(), len(gc.get_objects())
    assert kept > 100_000
    assert walked < kept / 10


def test_drawing_is_not_followed_by_a_walk_through_everything_else(built: None) -> None:
    assert config.get_option("runner.postScriptGC") is False
