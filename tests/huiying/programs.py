"""Small programs for the supervisor to look after: `python -m tests.huiying.programs WHAT FILE`."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from huiying.supervise import Program, Supervisor


def main(what: str, file: Path) -> None:
    """`wait` notes its process id and waits; `family` starts a `wait` of its own; `end` ends at once;
    `stubborn` ignores SIGTERM; `supervise` looks after a `family` until it is killed."""
    with file.open("a") as noted:
        noted.write(f"{os.getpid()}\n")
    if what == "end":
        sys.exit(3)
    if what == "family":
        subprocess.Popen([sys.executable, "-m", "tests.huiying.programs", "wait", str(file)])
    if what == "stubborn":
        import signal

        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if what == "supervise":
        family = Program("family", "tests.huiying.programs", ("family", str(file)))
        Supervisor([family], dict(os.environ), file.parent, lambda *_: None).start()
    threading.Event().wait(120)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
