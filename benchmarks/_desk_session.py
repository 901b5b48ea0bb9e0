"""A signed-in browser's connection to the desk without the browser: it asks for pages and refreshes as Streamlit's own does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

_LONGEST = 60.0


@dataclass
class Session:
    """One open connection. `refreshing` are the parts of the page that ask to be drawn again: id and seconds."""

    connection: ClientConnection
    page: str = ""
    query: str = ""
    refreshing: dict[str, float] = field(default_factory=dict)

    async def open(self, page: str, query: str = "") -> float:
        """Ask for a page by its address without the slash; the seconds until it is drawn."""
        self.page, self.query = page, query
        self.refreshing = {}
        return await self._run(None)

    async def again(self) -> float:
        """Draw the whole page again, as after an act."""
        return await self._run(None)

    async def refresh(self, part: str) -> float:
        """Draw one part of the page again; the seconds until it is drawn."""
        return await self._run(part)

    async def _run(self, part: str | None) -> float:
        began = perf_counter()
        asked = BackMsg()
        asked.rerun_script.query_string = self.query
        asked.rerun_script.page_name = self.page
        if part is not None:
            asked.rerun_script.fragment_id = part
            asked.rerun_script.is_auto_rerun = True
        await self.connection.send(asked.SerializeToString())
        while perf_counter() - began < _LONGEST:
            try:
                said = await asyncio.wait_for(self.connection.recv(), _LONGEST)
            except TimeoutError:
                break
            came = ForwardMsg.FromString(_bytes(said))
            kind = came.WhichOneof("type")
            if kind == "auto_rerun":
                self.refreshing[came.auto_rerun.fragment_id] = came.auto_rerun.interval
            elif kind == "script_finished":
                if came.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise RuntimeError("the desk's script cannot be run")
                return perf_counter() - began
        raise TimeoutError(f"{self.page} was not drawn within {_LONGEST:.0f} s")


@asynccontextmanager
async def session(base: str, cookie: str) -> AsyncIterator[Session]:
    """A connection to the desk at `base` with that cookie."""
    address = base.replace("http", "ws", 1) + "/_stcore/stream"
    headers = {"Cookie": cookie}
    async with connect(address, additional_headers=headers, subprotocols=["streamlit"], max_size=None) as opened:  # type: ignore[list-item]
        yield Session(opened)


def _bytes(came: str | bytes) -> bytes:
    return came if isinstance(came, bytes) else came.encode()
