"""A desk in a time of its own: `python -m tests.dashboard.set_clock` serves it as `python -m dashboard` does, at the time
that a file sets. From the moment that is set the clock runs on."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from dashboard.__main__ import main
from huiying.clock import Reading, SystemClock

VARIABLE = "HUIYING_TEST_CLOCK"
"""Names the file: how many seconds the clock is ahead of the machine's."""

MODULE = "tests.dashboard.set_clock"


@dataclass(frozen=True)
class SetClock:
    """The machine's clock, ahead of it by what stands in the file now."""

    file: Path

    def now(self) -> datetime:
        """The moment in UTC."""
        return SystemClock().now() + self._ahead

    def read(self) -> Reading:
        """The moment, as if the machine had been running meanwhile."""
        here = SystemClock().read()
        return replace(here, wall=here.wall + self._ahead, boottime=here.boottime + self._ahead.total_seconds())

    def move_to(self, moment: datetime) -> None:
        """Let it be that moment for everybody who reads the file."""
        written = self.file.with_suffix(".new")
        written.write_text(str((moment - SystemClock().now()).total_seconds()), "ascii")
        written.replace(self.file)

    @property
    def _ahead(self) -> timedelta:
        return timedelta(seconds=float(self.file.read_text("ascii")))


if __name__ == "__main__":
    sys.exit(main(SetClock(Path(os.environ[VARIABLE]))))
