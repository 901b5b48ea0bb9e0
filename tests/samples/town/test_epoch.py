"""When the town began is kept across restarts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from samples.town.epoch import EPOCH_FILE, DamagedState, epoch, records_dated

FIRST = datetime(2026, 11, 22, 2, 20, 0, 123456, tzinfo=UTC)


def test_a_restart_goes_on_from_the_same_epoch(tmp_path: Path) -> None:
    state = tmp_path / "new" / "state"
    assert epoch(state, FIRST) == FIRST
    assert epoch(state, FIRST + timedelta(days=3)) == FIRST


def test_dating_the_records_before_the_first_serving_does_not_start_the_town(tmp_path: Path) -> None:
    assert records_dated(tmp_path, FIRST) == FIRST
    later = FIRST + timedelta(minutes=5)
    assert epoch(tmp_path, later) == later
    assert records_dated(tmp_path, later) == FIRST


def test_nothing_but_the_two_times_is_left_in_the_state_folder(tmp_path: Path) -> None:
    epoch(tmp_path, FIRST)
    records_dated(tmp_path, FIRST)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("damage", ["", "昨天", "2026-11-22T10:20:00"])
def test_a_state_that_is_no_time_with_a_zone_is_said_and_not_overwritten(tmp_path: Path, damage: str) -> None:
    (tmp_path / EPOCH_FILE).write_text(damage, encoding="utf-8")
    with pytest.raises(DamagedState, match="epoch"):
        epoch(tmp_path, FIRST)
    assert (tmp_path / EPOCH_FILE).read_text(encoding="utf-8") == damage
