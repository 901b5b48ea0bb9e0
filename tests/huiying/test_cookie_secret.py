"""The cookie key is made once, readable by its owner only, and never weak."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.cookie_secret import cookie_secret
from huiying.settings import BadSettings, Desk, Settings


def test_it_is_made_once_and_kept(tmp_path: Path):
    settings = Settings(data_dir=tmp_path / "data")
    first = cookie_secret(settings)
    assert len(first) >= 32
    assert cookie_secret(settings) == first
    assert (tmp_path / "data" / "cookie.secret").stat().st_mode & 0o777 == 0o600


def test_two_desks_have_different_ones(tmp_path: Path):
    assert cookie_secret(Settings(data_dir=tmp_path / "a")) != cookie_secret(Settings(data_dir=tmp_path / "b"))


def test_a_weak_or_missing_one_is_refused(tmp_path: Path):
    file = tmp_path / "key"
    settings = Settings(data_dir=tmp_path, desk=Desk(cookie_secret_file=file))
    with pytest.raises(BadSettings, match="读不到"):
        cookie_secret(settings)
    file.write_bytes(b"x" * 31)
    with pytest.raises(BadSettings, match="太短"):
        cookie_secret(settings)
    file.write_bytes(b"x" * 32)
    assert cookie_secret(settings) == b"x" * 32
