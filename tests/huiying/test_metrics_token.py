"""The token of the monitoring system: where there is none in the settings there is no address."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.metrics_token import metrics_token
from huiying.settings import Desk, Settings
from records.secret_files import UnusableSecret


def with_token(file: Path | None) -> Settings:
    return Settings(desk=Desk(metrics_token_file=file))


def written(file: Path, text: str, mode: int = 0o600) -> Path:
    file.write_text(text, "utf-8")
    file.chmod(mode)
    return file


def test_no_file_in_the_settings_is_no_token():
    assert metrics_token(with_token(None)) is None


def test_the_first_line_is_the_token_and_a_new_one_holds_at_once(tmp_path: Path):
    settings = with_token(written(tmp_path / "token", "a" * 16 + "\n"))
    assert metrics_token(settings) == b"a" * 16
    written(tmp_path / "token", "b" * 16)
    assert metrics_token(settings) == b"b" * 16


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [(None, 0, "没有监控令牌文件"), ("\n", 0o600, "是空的"), ("a" * 15, 0o600, "太短"), ("a" * 16, 0o644, "chmod 600")],
)
def test_a_file_that_protects_nothing_is_refused(tmp_path: Path, text: str | None, mode: int, said: str):
    file = tmp_path / "token" if text is None else written(tmp_path / "token", text, mode)
    with pytest.raises(UnusableSecret, match=said):
        metrics_token(with_token(file))
