"""Serves the desk as `python -m dashboard` does, and writes a mark for every query; with a last argument without its guards.

HUIYING_SETTINGS=… python -m benchmarks._abused_desk MARKS [--mutant]
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event


def main(arguments: Sequence[str]) -> int:
    """Serve until told to stop."""
    marks = Path(arguments[0])
    marks.touch()

    def mark(*_: Any) -> None:
        with marks.open("ab") as file:
            file.write(b".")

    event.listen(Engine, "before_cursor_execute", mark)
    if arguments[1:]:
        _open_the_doors()
    # Only now: pages take what they use by name when they are imported.
    from dashboard import __main__ as program
    from huiying.clock import SystemClock

    return program.main(SystemClock())


def _open_the_doors() -> None:
    """Take away every guard that the benchmark's cases at the door rely on."""
    from dashboard import cookies, gate, wording
    from huiying import cookie_secret
    from pipeline import accounts, inbound
    from storage.people import People
    from storage.pushes import Pushes

    log = logging.getLogger("benchmarks.mutant")
    replaced: list[tuple[Any, str, Any]] = [
        (gate.Gate, "_refusal", _lets_pass),
        (gate.Gate, "_websocket", lambda self, *given: self._app(*given)),
        (accounts, "whoami", _remembered(accounts.whoami)),
        (accounts, "_claim_try", lambda t, username, *_: t.people.credentials(username).password),
        (wording, "plain", str),
        (inbound, "_proven", lambda deps, push, now: deps.source(push.source)),
        (inbound, "_check_pace", lambda *_: None),
        (Pushes, "knows", lambda *_: False),
        (Pushes, "add", lambda *_: True),
        (People, "end_sessions_of", lambda *_, **__: None),
        (cookie_secret, "SHORTEST", 0),
        (cookies.Signer, "__init__", lambda self, key: setattr(self, "_key", key)),
        (cookies.Signer, "token_in", _told(cookies.Signer.token_in, log)),
    ]
    for owner, name, stand_in in replaced:
        setattr(owner, name, stand_in)


async def _lets_pass(*_: Any) -> None:
    return None


def _remembered(whoami: Any) -> Any:
    """Asked once a token, and never again."""
    known: dict[str, Any] = {}

    def asked(store: Any, token: str, now: Any) -> Any:
        return known.get(token) or known.setdefault(token, whoami(store, token, now))

    return asked


def _told(token_in: Any, log: logging.Logger) -> Any:
    """Writes down what the browser sent."""

    def told(self: Any, sent: Any) -> Any:
        found = token_in(self, sent)
        if found:
            log.warning(f"a visitor with {found}")
        return found

    return told


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
