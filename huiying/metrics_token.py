"""The token that a monitoring system shows to read the desk's figures: a line in a file that the settings name."""

from __future__ import annotations

from huiying.settings import Settings
from records.secret_files import UnusableSecret, secret_lines

SHORTEST = 16


def metrics_token(settings: Settings) -> bytes | None:
    """The token; None where the settings name no file. Read each time, so that a new one holds at once.

    Raises UnusableSecret for a file that is not there, that others may read, or whose token is too short.
    """
    file = settings.desk.metrics_token_file
    if file is None:
        return None
    lines = secret_lines(file, "监控令牌文件")
    if not lines:
        raise UnusableSecret(f"没有监控令牌文件 {file}，或它是空的")
    if len(lines[0]) < SHORTEST:
        raise UnusableSecret(f"监控令牌太短：{file} 的第一行至少要 {SHORTEST} 个字符")
    return lines[0]
