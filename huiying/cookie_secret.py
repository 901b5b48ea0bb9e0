"""The key that signs sign-in cookies: made once, kept in a file that only the desk's own user reads."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from huiying.settings import BadSettings, Settings

SHORTEST = 32


def cookie_secret(settings: Settings) -> bytes:
    """The key, made on first use unless the settings name a file. Raises BadSettings for a weak or missing one."""
    file = settings.desk.cookie_secret_file
    if file is None:
        file = settings.data_dir / "cookie.secret"
        _make(file)
    try:
        key = file.read_bytes().strip()
    except OSError:
        raise BadSettings(f"读不到 desk.cookie_secret_file 指向的密钥文件：{file}") from None
    if len(key) < SHORTEST:
        raise BadSettings(f"登录凭证密钥太短：{file} 至少要 {SHORTEST} 字节")
    return key


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(secrets.token_urlsafe(48))
