"""Starts the desk's web server: `python -m dashboard`."""

from __future__ import annotations

import os
import sys

from dashboard.backstage import Backstage
from dashboard.cookies import Signer, WeakSecret
from huiying.clock import Clock, SystemClock
from huiying.cookie_secret import cookie_secret
from huiying.logs import start_logging
from huiying.settings import BadSettings, load
from huiying.wiring import open_desk


def main(clock: Clock) -> int:
    """Serve by this clock until told to stop. Unusable settings or a weak cookie secret: one Chinese line, exit 2."""
    try:
        settings = load(None, os.environ)
        signer = Signer(cookie_secret(settings))
    except (BadSettings, WeakSecret) as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    start_logging(settings, "desk")
    # Streamlit is slow to import and reads its options once: nothing of it before the settings are known to be good.
    from dashboard.server import server

    desk = open_desk(settings, clock)
    try:
        server(Backstage(desk, signer)).run()
    finally:
        desk.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(SystemClock()))
