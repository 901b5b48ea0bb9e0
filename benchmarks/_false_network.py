"""Gives the programs of a block another network: names that resolve as we want, and public addresses that lead here.

Only what lies below our program is replaced (the system's resolver and its routes), in the processes that are started
within the block: Python runs the `sitecustomize` that it finds on PYTHONPATH.
"""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parent.parent
_HOOK = """
from pathlib import Path
from benchmarks._false_network import install
install(Path(__file__).with_name("network.json"))
"""


@contextmanager
def false_network(names: Mapping[str, Sequence[str]], routes: Mapping[str, str]) -> Iterator[None]:
    """`names` gives the answers for a name, one after another, the last for good; `routes` the `host:port` that is really
    connected to in place of an address."""
    before = os.environ.get("PYTHONPATH")
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        (Path(folder) / "sitecustomize.py").write_text(_HOOK, "utf-8")
        network = {"names": {name: list(answers) for name, answers in names.items()}, "routes": dict(routes)}
        (Path(folder) / "network.json").write_text(json.dumps(network), "utf-8")
        os.environ["PYTHONPATH"] = os.pathsep.join((folder, str(_ROOT)))
        try:
            yield
        finally:
            if before is None:
                del os.environ["PYTHONPATH"]
            else:
                os.environ["PYTHONPATH"] = before


def install(file: Path) -> None:
    """Put that network under this process."""
    network = json.loads(file.read_text("utf-8"))
    names: dict[str, list[str]] = network["names"]
    routes: dict[str, str] = network["routes"]
    true_resolver, asked = socket.getaddrinfo, Counter[str]()

    def getaddrinfo(host: Any, port: Any, *more: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name in names:
            answers = names[name]
            host = answers[min(asked[name], len(answers) - 1)]
            asked[name] += 1
        return true_resolver(host, port, *more, **options)

    class Socket(socket.socket):
        def connect_ex(self, address: Any) -> int:
            if address[0] in routes:
                host, _, port = routes[address[0]].rpartition(":")
                address = (host, int(port))
            return super().connect_ex(address)

    socket.getaddrinfo = getaddrinfo
    socket.socket = Socket  # type: ignore[misc]
