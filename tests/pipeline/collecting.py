"""A process that collects a source once, to be killed: `python -m tests.pipeline.collecting JSON`."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta

from crawlers.settings import CrawlSettings
from crawlers.sources import source_from
from huiying.clock import steady_seconds
from pipeline.collect import collect_due
from pipeline.patrols import Collecting
from storage.store import Store


def main() -> None:
    """Collect what the argument says, by a clock that begins when it says."""
    told = json.loads(sys.argv[1])
    began = steady_seconds()

    def now() -> datetime:
        return datetime.fromisoformat(told["now"]) + timedelta(seconds=steady_seconds() - began)

    settings = CrawlSettings(allow_private_hosts=(told["host"],), delay_seconds=0)
    collect_due(Collecting(Store(told["store"]), settings, timedelta(days=180), now), [source_from(told["row"])])


if __name__ == "__main__":
    main()
