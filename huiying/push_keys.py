"""The keys with which outside programs sign what they push: one file a source, read by the desk's own user alone.

A file holds one key a line, the newest first. While there are two, both are good: the sender changes over in between.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from records.os_errors import reason
from records.secret_files import UnusableSecret, secret_lines

SHORTEST = 32
"""Bytes that a key must have."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}", re.ASCII)
_MOST = 2


def keys_of(folder: Path, source: str) -> tuple[bytes, ...]:
    """The keys of a source, newest first; none where it has no file. Raises UnusableSecret."""
    if not _NAME.fullmatch(source):
        return ()
    file = file_of(folder, source)
    keys = secret_lines(file, "推送密钥文件")
    if keys is None:
        return ()
    if not keys or len(keys) > _MOST:
        raise UnusableSecret(f"推送密钥文件 {file} 应有一行或两行密钥，现有 {len(keys)} 行")
    if any(len(key) < SHORTEST for key in keys):
        raise UnusableSecret(f"推送密钥太短：{file} 每行至少要 {SHORTEST} 字节")
    return keys


def new_key(folder: Path, source: str) -> str:
    """Make a key, beside the newest one that is there. Raises UnusableSecret."""
    key = secrets.token_urlsafe(48)
    _write(folder, source, (key.encode(), *keys_of(folder, source)[: _MOST - 1]))
    return key


def drop_older(folder: Path, source: str) -> int:
    """Let only the newest key be good; return how many went. Raises UnusableSecret."""
    keys = keys_of(folder, source)
    if len(keys) > 1:
        _write(folder, source, keys[:1])
    return max(0, len(keys) - 1)


def file_of(folder: Path, source: str) -> Path:
    """Where the keys of a source lie."""
    return folder / f"{source}.key"


def _write(folder: Path, source: str, keys: tuple[bytes, ...]) -> None:
    file = file_of(folder, source)
    part = file.with_suffix(f".{os.getpid()}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(b"\n".join(keys) + b"\n")
        part.replace(file)
    except OSError as error:
        raise UnusableSecret(f"写不了推送密钥文件 {file}：{reason(error)}") from None
