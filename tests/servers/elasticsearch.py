"""A real Elasticsearch for tests: one node of the server's own jars, without a container, gone with whoever started it.

`python -m tests.servers.elasticsearch FOLDER` fetches the jars into FOLDER with Maven, starts the node, prints its address
and runs until its standard input ends: whoever holds the other end of that pipe cannot be outlived, not even when killed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

_HERE = Path(__file__).with_name("elasticsearch_node")
_MEMORY = Path("/dev/shm")
"""Where data are in memory: making and dropping indices, which tests do all the time, waits for no disk there."""
_HEAP = "-Xms512m -Xmx512m -XX:+UseSerialGC"
# The server looks for its own module by name, so its jars are modules and not a class path.
_MODULES = "--add-modules=jdk.net,ALL-MODULE-PATH"


def fetch(home: Path) -> None:
    """Lay the server's jars out in `home`; Maven checks each against its checksum and fails where one differs."""
    subprocess.run(
        [
            "mvn",
            "--quiet",
            "--batch-mode",
            "--strict-checksums",
            f"--file={_HERE / 'pom.xml'}",
            f"-Dhome={home}",
            "package",
        ],
        check=True,
        stdout=sys.stderr,
        stdin=subprocess.DEVNULL,
        timeout=1200,
    )


def command(home: Path, data: Path) -> list[str]:
    """What starts the node whose jars are in `home` and whose indices go to `data`."""
    return [
        "java",
        *_HEAP.split(),
        "--module-path",
        str(home / "lib"),
        _MODULES,
        str(_HERE / "EmbeddedNode.java"),
        str(home),
        str(data),
    ]


if __name__ == "__main__":
    folder = Path(sys.argv[1]).resolve()
    fetch(folder)
    started = command(folder, Path(tempfile.mkdtemp(prefix="huiying-", dir=_MEMORY if _MEMORY.is_dir() else folder)))
    os.execvp(started[0], started)
