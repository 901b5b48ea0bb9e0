"""Starts the desk's web server: `python -m dashboard`."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import closing

from dashboard.backstage import Backstage
from dashboard.cookies import Signer, WeakSecret
from huiying.awaiting import await_store, to_stderr, told_to_stop
from huiying.clock import Clock, SystemClock
from huiying.cookie_secret import cookie_secret
from huiying.in_common import differences
from huiying.logs import start_logging
from huiying.settings import BadSettings, Settings, load
from huiying.slots import BeingMoved, log_name, own_name
from huiying.starting import CannotStart
from huiying.telling_outages import TellingOutages
from huiying.wiring import Desk


def main(clock: Clock) -> int:
    """Serve by this clock until told to stop. Unusable settings or a weak cookie secret: one Chinese line, exit 2; a
    database of another version: one, exit 1."""
    try:
        settings = load(None, os.environ)
        signer = Signer(cookie_secret(settings))
    except (BadSettings, WeakSecret) as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    try:
        with own_name("desk", settings.data_dir) as name:
            log = start_logging(settings, "desk", log_name(name))
            return serve(settings, signer, clock, log)
    except (BeingMoved, CannotStart) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1


def serve(settings: Settings, signer: Signer, clock: Clock, log: logging.Logger) -> int:
    """Serve until told to stop; the exit code. Raises CannotStart."""
    # Streamlit is slow to import and reads its options once: nothing of it before the settings are known to be good.
    from dashboard.server import server

    # The server has handlers of its own while it runs, and hands on to these afterwards.
    with closing(Desk(settings, clock)) as desk, told_to_stop() as stop:
        if await_store(desk, stop, to_stderr):
            TellingOutages(desk.store, log, to_stderr)
            _ = desk.book
            for line in differences(desk, "desk"):
                to_stderr(line)
            server(Backstage(desk, signer)).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(SystemClock()))
