"""Small programs for the supervisor to look after: `python -m tests.huiying.programs WHAT FILE`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from huiying.supervise import Program, Supervisor


def main(what: str, file: Path) -> None:
    """`wait` notes its process id and waits; `family` starts a `wait` of its own; `end` ends at once;
    `stubborn` ignores SIGTERM; `talk` says one line, and another at SIGUSR1; `supervise` looks after a `family` until it is killed."""
    with file.open("a") as noted:
        noted.write(f"{os.getpid()}\n")
    if what == "end":
        sys.exit(3)
    if what == "family":
        subprocess.Popen([sys.executable, "-m", "tests.huiying.programs", "wait", str(file)])
    if what == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if what == "talk":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
        os.write(1, b"one\n")
        signal.sigwait({signal.SIGUSR1})
        os.write(1, b"two\n")
    if what == "supervise":
        family = Program("family", "tests.huiying.programs", ("family", str(file)))
        Supervisor([family], dict(os.environ), file.parent, lambda *_: None).start()
    threading.Event().wait(120)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
