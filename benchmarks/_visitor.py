"""Somebody at the desk without a browser: signs in over HTTP and speaks with a page over its websocket."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from ssl import SSLContext
from types import TracebackType
from typing import Any, Self

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE = 60.0
_FORM_TOKEN = re.compile(r"name='form_token' value='([0-9a-f]+)'")


class TurnedAway(Exception):
    """The desk does not speak with this visitor."""


@dataclass
class Drawn:
    """What one run of a page sent: its elements by kind, and whether it drew anything beside itself (a dialog)."""

    elements: list[tuple[str, Any]] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Any]:
        """The elements of these kinds."""
        return [element for kind, element in self.elements if kind in kinds]

    @property
    def written(self) -> str:
        """Everything that the page says, one element a line."""
        return "\n".join(str(element) for _, element in self.elements)

    @property
    def markdown(self) -> list[str]:
        """The bodies that are read as markdown, labels of widgets and links among them."""
        bodies = [str(element.body) for element in self.of("markdown", "alert")]
        bodies += [str(element.label) for _, element in self.elements if hasattr(element, "label")]
        return bodies

    def button(self, label: str) -> str | None:
        """The id of the button that says so."""
        return next((str(one.id) for one in self.of("button") if one.label == label), None)


class Visitor:
    """One browser's worth of cookies and, once a page is open, one websocket."""

    def __init__(self, base: str, tls: SSLContext | None = None) -> None:
        """Somebody at the desk that is at `base`; `tls` says whom to trust where that is an https address."""
        self.http = httpx.Client(base_url=base, timeout=PATIENCE, trust_env=False, verify=tls or True)
        self._base = base
        self._tls = tls
        self._socket: ClientConnection | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        self.http.close()

    def sign_in(self, username: str, password: str) -> httpx.Response:
        """Send the sign-in form."""
        return self.send_form("/signin", username=username, password=password, next="/")

    def send_form(self, path: str, **values: str) -> httpx.Response:
        """Fetch one of the desk's own forms, fill it in and send it."""
        found = _FORM_TOKEN.search(self.http.get(path).text)
        return self.http.post(path, data={**values, "form_token": found[1] if found else ""})

    def open(self, page: str = "", query: str = "") -> Drawn:
        """Open a page as a browser that loads it. Raises TurnedAway."""
        self._open.close()
        cookies = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        address = f"{self._base.replace('http', 'ws', 1)}/_stcore/stream"
        try:
            self._socket = self._open.enter_context(
                connect(
                    address,
                    additional_headers={"Cookie": cookies},
                    origin=Origin(self._base),
                    subprotocols=[Subprotocol("streamlit")],
                    ssl=self._tls,
                    proxy=None,
                    max_size=None,
                    open_timeout=PATIENCE,
                )
            )
            self._page = (page, query)
            return self.again()
        except (ConnectionClosed, InvalidStatus) as fault:
            raise TurnedAway(str(fault)) from None

    def again(self, pressed: str | None = None, values: Mapping[str, str] | None = None) -> Drawn:
        """Let the page run again, with a button pressed and texts filled in: by the ids of their widgets."""
        states = [WidgetState(id=one, string_value=value) for one, value in (values or {}).items()]
        if pressed is not None:
            states.append(WidgetState(id=pressed, trigger_value=True))
        page, query = self._page
        state = ClientState(query_string=query, page_name=page, widget_states=WidgetStates(widgets=states))
        assert self._socket is not None
        self._socket.send(BackMsg(rerun_script=state).SerializeToString())
        return Drawn(list(self._elements(self._socket)))

    def _elements(self, socket: ClientConnection) -> Iterator[tuple[str, Any]]:
        """Until no run of the page is under way: an act starts another one when it is done."""
        runs = 0
        while True:
            message = ForwardMsg.FromString(_bytes(socket.recv(PATIENCE)))
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                of = str(element.WhichOneof("type"))
                yield of, getattr(element, of)
            runs += kind == "new_session"
            if kind == "script_finished":
                runs -= 1
                if runs <= 0 and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    return


def _bytes(received: str | bytes) -> bytes:
    return received.encode() if isinstance(received, str) else received
