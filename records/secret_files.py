"""Reads a small file of secrets, one a line, that nobody but the desk's own user may read."""

from __future__ import annotations

import os
from pathlib import Path

from records.os_errors import reason

MOST_BYTES = 10_000
"""What is read of a file at most."""


class UnusableSecret(Exception):
    """A file of secrets that cannot be relied on. The message is one Chinese line and holds nothing of a secret."""


def secret_lines(file: Path, what: str) -> tuple[bytes, ...] | None:
    """The lines of the file, without blank ones; None where there is no such file. `what` names the file in a message.

    Raises UnusableSecret: it cannot be read, or others may read it too.
    """
    try:
        with file.open("rb") as opened:
            others = os.fstat(opened.fileno()).st_mode & 0o077
            lines = opened.read(MOST_BYTES).split(b"\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnusableSecret(f"读不了{what} {file}：{reason(error)}") from None
    if others and os.name == "posix":
        raise UnusableSecret(f"{what} {file} 别的用户也能读：请执行 chmod 600 {file}")
    return tuple(line.strip() for line in lines if line.strip())
