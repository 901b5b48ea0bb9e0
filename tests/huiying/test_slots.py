"""Two processes of a kind on one machine have two names, and a dead one's is free at once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from huiying.slots import log_name, own_name
from tests.huiying.waiting import line_of

HOLD = (
    "import sys, signal; from pathlib import Path; from huiying.slots import own_name\n"
    "with own_name('judge', Path(sys.argv[1])) as name:\n"
    "    print(name, flush=True); signal.pause()"
)


def test_every_process_has_a_name_of_its_own_and_a_killed_ones_goes_to_the_next(tmp_path: Path):
    host = socket.gethostname()
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert line_of(other).strip() == f"judge@{host}"
        with own_name("judge", tmp_path) as second, own_name("judge", tmp_path) as third:
            assert (second, third) == (f"judge-2@{host}", f"judge-3@{host}")
            with own_name("crawl", tmp_path) as first:
                assert first == f"crawl@{host}"
            os.kill(other.pid, signal.SIGKILL)
            other.wait(10)
            with own_name("judge", tmp_path) as again:
                assert again == f"judge@{host}"
    finally:
        other.kill()
        other.wait(60)
        other.stdout.close()


def test_the_log_is_named_without_the_machine():
    assert [log_name("judge@host"), log_name("judge-2@host")] == ["judge", "judge-2"]
