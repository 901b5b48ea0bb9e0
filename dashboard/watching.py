"""Answers the script that runs beside every page: what time it is at the desk, and which major incidents go on."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dashboard.backstage import Backstage
from dashboard.pieces import recipient_name
from pipeline import views
from records.alerts import OFFICE
from records.people import Person

log = logging.getLogger(__name__)

PATH = "/watch"
SCRIPT_PATH = "/watch.js"
_SCRIPT = Path(__file__).with_name("watch.js")
_NEVER_KEEP = {"Cache-Control": "no-store"}


class Watching:
    """The two endpoints over one desk; the gate lets only signed-in people come here."""

    def __init__(self, parts: Backstage) -> None:
        self._parts = parts

    async def script(self, _request: Request) -> Response:
        """The script."""
        return Response(_SCRIPT.read_bytes(), media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def show(self, request: Request) -> Response:
        """The desk's clock, how often to ask, and the major incidents that this person may see, without their titles."""
        try:
            found = await run_in_threadpool(self._found, request)
        except SQLAlchemyError:
            log.exception("the watch of the pages has no answer")
            return JSONResponse({}, status_code=503, headers=_NEVER_KEEP)
        return JSONResponse(found, status_code=401 if found is None else 200, headers=_NEVER_KEEP)

    def _found(self, request: Request) -> dict[str, Any] | None:
        person = self._parts.person(self._parts.signer.token_in(request.cookies))
        return None if person is None else self._seen_by(person)

    def _seen_by(self, person: Person) -> dict[str, Any]:
        with self._parts.store.reading() as t:
            major = views.calling_incidents(t, person)
        return {
            "at": self._parts.now().timestamp(),
            "every": self._parts.settings.desk.refresh_seconds,
            "major": [
                {"id": one.id, "severity": one.severity.label, "unit": recipient_name(one.unit or OFFICE)}
                for one in major
            ],
        }
