"""The desk's own addresses beside Streamlit's: sign-in, password, sign-out, report files, health, metrics, pushes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard import acknowledging, exposing, forms, manual_pictures, receiving, wall, watching
from dashboard.backstage import Backstage
from dashboard.cookies import FORM, SESSION, new_nonce
from dashboard.exporting import DOCX
from dashboard.index_page import FAVICON
from dashboard.provider_sign_in import BACK, PATH, ProviderSignIn
from pipeline import accounts, notify, paper_view, state_view, views
from pipeline.refusals import Refused
from records.alerts import Alert
from records.people import Person
from regulation.sign_in import sign_in_rules
from storage.store import Transaction

log = logging.getLogger(__name__)

_LONGEST_FORM = 20_000
_EXPIRED = "页面已过期，请再试一次"
_LEFT = "left"
"""What the sign-in form is told of somebody who came by the provider and signed out here."""

_MEDIA = {".docx": DOCX, ".pdf": "application/pdf"}
_NEVER_KEEP = {"Cache-Control": "no-store"}


class Routes:
    """The endpoints over one desk; `index` is the page that starts it in a browser."""

    def __init__(self, parts: Backstage, index: str) -> None:
        self._parts = parts
        self._index = index
        self._secure = parts.settings.public_url.startswith("https://")
        self._provider = ProviderSignIn(parts, self._sign_in_page, self._set_session, _target)

    def all(self, pages: list[str]) -> list[Route]:
        """Every route; `pages` are the addresses that start the desk in a browser."""
        return [
            Route("/signin", self.sign_in_form, methods=["GET"]),
            Route("/signin", self.sign_in, methods=["POST"]),
            Route(PATH, self._provider.begin, methods=["GET"]),
            Route(BACK, self._provider.come_back, methods=["GET"]),
            Route("/signout", self.sign_out_form, methods=["GET"]),
            Route("/signout", self.sign_out, methods=["POST"]),
            Route("/password", self.password_form, methods=["GET"]),
            Route("/password", self.change_password, methods=["POST"]),
            Route("/reports/{file:path}", self.report, methods=["GET"]),
            Route("/health", self.health, methods=["GET"]),
            Route(exposing.PATH, exposing.Exposing(self._parts).show, methods=["GET"]),
            Route(receiving.PATH, receiving.Receiving(self._parts).push, methods=["POST"]),
            Route(acknowledging.PATH, acknowledging.Acknowledging(self._parts).show, methods=["GET"]),
            Route(acknowledging.PATH, acknowledging.Acknowledging(self._parts).press, methods=["POST"]),
            Route(wall.PATH, wall.Wall(self._parts).show, methods=["GET"]),
            Route(watching.PATH, watching.Watching(self._parts).show, methods=["GET"]),
            Route(watching.SCRIPT_PATH, watching.Watching(self._parts).script, methods=["GET"]),
            Route(manual_pictures.PATH, manual_pictures.show, methods=["GET"]),
            Route("/favicon.svg", self.favicon, methods=["GET"]),
            Route("/robots.txt", self.robots, methods=["GET"]),
            *(Route(path, self.index, methods=["GET"]) for path in pages),
        ]

    async def index(self, _request: Request) -> Response:
        """The page that starts the desk."""
        return HTMLResponse(self._index, headers={"Cache-Control": "no-cache"})

    async def sign_in_form(self, request: Request) -> Response:
        """The empty sign-in form."""
        word = request.query_params.get("said", "")
        said = {"out": "已退出登录。", _LEFT: "已退出登录。", "changed": "密码已修改，请用新密码登录。"}.get(word)
        return self._sign_in_page(request, _target(request.query_params.get("next")), said=said, left=word == _LEFT)

    async def sign_in(self, request: Request) -> Response:
        """Check name and password; start a session or say why not."""
        form = await self._form(request)
        target = _target(None if form is None else form.get("next"))
        if form is None:
            return self._sign_in_page(request, target, wrong=_EXPIRED, status=403)
        try:
            signed = await run_in_threadpool(
                accounts.sign_in,
                self._parts.store,
                form.get("username", ""),
                form.get("password", ""),
                self._parts.now(),
                tell=_tell,
                only=self._provider.passwords_of,
            )
        except Refused as refused:
            wrong = f"{refused}{self._provider.hint}"
            return self._sign_in_page(request, target, wrong=wrong, status=401)
        response = RedirectResponse("/password" if signed.person.must_change_password else target, status_code=303)
        self._set_session(response, signed)
        return response

    async def sign_out_form(self, request: Request) -> Response:
        """Ask whether to sign out."""
        person = await self._person(request)
        return self._own_form(request, lambda token: forms.sign_out(token, person.name))

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        if await self._form(request) is None:
            return HTMLResponse(forms.refusal("没有退出", _EXPIRED), status_code=403)
        token = self._token(request)
        await run_in_threadpool(accounts.sign_out, self._parts.store, token, self._parts.now())
        left = accounts.is_provided(token) and await self._provider.way_out_is_known()
        response = RedirectResponse(f"/signin?said={_LEFT if left else 'out'}", status_code=303)
        response.delete_cookie(SESSION, path="/", httponly=True, samesite="lax", secure=self._secure)
        return response

    async def password_form(self, request: Request) -> Response:
        """The empty form that changes one's own password."""
        return self._password_page(request, await self._person(request))

    async def change_password(self, request: Request) -> Response:
        """Change one's own password, or say why not."""
        person = await self._person(request)
        form = await self._form(request)
        if form is None:
            return self._password_page(request, person, _EXPIRED, status=403)
        if form.get("new") != form.get("again"):
            return self._password_page(request, person, "两次输入的新密码不一样", status=400)
        try:
            await run_in_threadpool(
                accounts.change_password,
                self._parts.store,
                person.username,
                form.get("old", ""),
                form.get("new", ""),
                self._parts.now(),
                token=self._token(request),
                tell=_tell,
            )
        except Refused as refused:
            return self._password_page(request, person, str(refused), status=400)
        return RedirectResponse("/", status_code=303)

    async def report(self, request: Request) -> Response:
        """A filed report, for those who may read it; anything else is simply not there."""
        person = await self._person(request)
        file = request.path_params["file"]
        path = await run_in_threadpool(self._report_path, person, file)
        if path is None:
            return HTMLResponse(
                forms.refusal("没有这份报告", "报告不存在，或不属于您可以查看的范围。"), status_code=404
            )
        return FileResponse(path, media_type=_MEDIA.get(path.suffix), filename=path.name, headers=_NEVER_KEEP)

    async def health(self, _request: Request) -> Response:
        """Whether the store answers, and how long ago each worker showed a sign of life (seconds); for a watchdog."""
        try:
            workers = await run_in_threadpool(self._workers)
        except SQLAlchemyError:
            log.exception("the store does not answer")
            return JSONResponse({"status": "error", "store": False}, status_code=503, headers=_NEVER_KEEP)
        return JSONResponse({"status": "ok", "store": True, "workers": workers}, headers=_NEVER_KEEP)

    async def favicon(self, _request: Request) -> Response:
        """The desk's sign in a browser's tab."""
        return Response(FAVICON, media_type="image/svg+xml")

    async def robots(self, _request: Request) -> Response:
        """No robot has business here."""
        return PlainTextResponse("User-agent: *\nDisallow: /\n")

    def _report_path(self, person: Person, file: str) -> Path | None:
        with self._parts.store.reading() as t:
            known = views.may_download_report(t, person, file) or paper_view.may_download(t, person, file)
        root = self._parts.reports_dir.resolve()
        path = (root / file).resolve()
        return path if known and path.is_relative_to(root) and path.is_file() else None

    def _workers(self) -> dict[str, float]:
        now = self._parts.now()
        with self._parts.store.reading() as t:
            return {
                row.name: round((now - row.beat.at).total_seconds(), 1)
                for row in state_view.workers(t, now, self._parts.desk.oversight.silent)
            }

    def _sign_in_page(
        self,
        request: Request,
        target: str,
        wrong: str | None = None,
        said: str | None = None,
        left: bool = False,
        status: int = 200,
    ) -> Response:
        office, sample = self._parts.desk.organisation.office_name, self._parts.settings.sample
        offer = self._provider.offer(target, left)
        return self._own_form(
            request, lambda token: forms.sign_in(office, token, target, wrong, said, sample, offer), status=status
        )

    def _password_page(self, request: Request, person: Person, wrong: str | None = None, status: int = 200) -> Response:
        shortest, forced = sign_in_rules().min_password_length, person.must_change_password
        return self._own_form(
            request,
            lambda token: forms.change_password(token, person.name, shortest, forced, wrong),
            status=status,
        )

    def _own_form(self, request: Request, draw: Callable[[str], str], status: int = 200) -> Response:
        nonce = request.cookies.get(FORM) or new_nonce()
        response = HTMLResponse(draw(self._parts.signer.form_token(nonce)), status_code=status, headers=_NEVER_KEEP)
        response.set_cookie(FORM, nonce, path="/", httponly=True, samesite="strict", secure=self._secure)
        return response

    async def _form(self, request: Request) -> dict[str, str] | None:
        """The posted values, or None where the form did not come from this desk."""
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
            return None
        if int(request.headers.get("content-length") or _LONGEST_FORM + 1) > _LONGEST_FORM:
            return None
        async with request.form(max_files=0, max_fields=20) as posted:
            values = {key: value for key, value in posted.items() if isinstance(value, str)}
        return values if self._parts.signer.is_form_token(request.cookies.get(FORM), values.get("form_token")) else None

    def _set_session(self, response: Response, signed: accounts.Signed) -> None:
        lasts = int((signed.expires_at - self._parts.now()).total_seconds())
        response.set_cookie(
            SESSION,
            self._parts.signer.sealed(signed.token),
            max_age=lasts,
            path="/",
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )

    def _token(self, request: Request) -> str:
        return self._parts.signer.token_in(request.cookies) or ""

    async def _person(self, request: Request) -> Person:
        """Who is signed in; the gate lets nobody else come here."""
        person = await run_in_threadpool(self._parts.person, self._token(request))
        if person is None:
            raise LookupError("the gate let an unknown person pass")
        return person


def _tell(t: Transaction, alert: Alert) -> None:
    """Tell of a locked account, in the transaction that locks it."""
    notify.queue(t, [alert], notify.stored_contacts)


def _target(wanted: str | None) -> str:
    """Where to go after sign-in: a page of this desk, never another site."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\", "/signin", "/signout")):
        return "/"
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or any(ord(mark) < 33 or mark == "\\" for mark in wanted):
        return "/"
    return quote(parts.path) + (f"?{quote(parts.query, safe='=&%')}" if parts.query else "")
