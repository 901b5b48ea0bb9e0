"""The desk's server is built so that drawing is cheap."""

from __future__ import annotations

import gc

from dashboard.backstage import Backstage
from dashboard.server import build


def test_what_is_loaded_at_the_start_is_not_walked_after_every_drawing(backstage: Backstage):
    try:
        build(backstage)
        kept, walked = gc.get_freeze_count(), len(gc.get_objects())
    finally:
        gc.unfreeze()
    assert kept > 100_000
    assert walked < kept / 10
