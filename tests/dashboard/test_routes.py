"""Sign-in, gate and downloads over HTTP, without a browser: who is let in, what is refused, what is never asked."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from dashboard.backstage import Backstage
from dashboard.cookies import FORM, SESSION
from dashboard.gate import Gate
from dashboard.navigation import ADDRESSES
from dashboard.routes import Routes
from pipeline import accounts
from records.incidents import Incident, IncidentState, SeverityChange
from records.people import Person
from records.reports import Report
from records.words import ReportKind, Role, Severity
from tests.dashboard import seeding
from tests.dashboard.seeding import PASSWORD
from tests.pipeline.known_answers import NOON

SECRET_WORDS = "只有登录的人能看"
WANG = Person("wangfang", "王芳", Role.OFFICE)
CHEN = Person("chenjie", "陈杰", Role.UNIT, "住建局")


async def _data(_request: Request) -> PlainTextResponse:
    return PlainTextResponse(SECRET_WORDS)


async def _stream(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(SECRET_WORDS)
    await websocket.close()


@pytest.fixture
def desk(backstage: Backstage) -> Iterator[httpx.Client]:
    """The desk's own routes behind the gate; two routes stand for Streamlit's."""
    app = Starlette(
        routes=[
            *Routes(backstage, SECRET_WORDS).all(ADDRESSES),
            Route("/_stcore/host-config", _data),
            Route("/_stcore/agent/openapi.json", _data),
            Route("/media/x", _data),
            Route("/static/js/index.js", _data),
            WebSocketRoute("/_stcore/stream", _stream),
        ],
        middleware=[Middleware(Gate, parts=backstage, policy="default-src 'self'")],
    )
    with listening(app) as base, httpx.Client(base_url=base) as client:
        yield client


@contextmanager
def listening(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """The address of the app, served on that or a free port of the loopback."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off", timeout_graceful_shutdown=1))
    with socket.create_server(("127.0.0.1", port)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


def add(backstage: Backstage, person: Person, *, own_password: bool = True) -> str:
    now = backstage.now()
    first = accounts.create(backstage.store, person, now, rules=seeding.QUICK)
    if own_password:
        accounts.change_password(backstage.store, person.username, first, PASSWORD, now, rules=seeding.QUICK)
    return first


def form_token(page: httpx.Response) -> str:
    found = re.search(r"name='form_token' value='([0-9a-f]+)'", page.text)
    assert found is not None
    return found[1]


def sign_in(desk: httpx.Client, username: str, password: str, target: str = "/") -> httpx.Response:
    token = form_token(desk.get("/signin"))
    values = {"username": username, "password": password, "form_token": token, "next": target}
    return desk.post("/signin", data=values)


def streams(desk: httpx.Client) -> bool:
    address = str(desk.base_url.join("/_stcore/stream")).replace("http", "ws", 1)
    cookies = "; ".join(f"{name}={value}" for name, value in desk.cookies.items())
    try:
        with connect(address, additional_headers={"Cookie": cookies}, proxy=None) as websocket:
            return websocket.recv(timeout=10) == SECRET_WORDS
    except (ConnectionClosed, InvalidStatus):
        return False


@pytest.mark.parametrize("path", [*ADDRESSES, "/reports/a.docx", "/password", "/signout", "/no-such-page"])
def test_without_a_session_every_page_leads_to_the_sign_in_form_and_no_query_is_run(
    desk: httpx.Client, backstage: Backstage, path: str
):
    queries: list[str] = []
    event.listen(backstage.store.engine, "before_cursor_execute", lambda *given: queries.append(given[2]))
    desk.cookies.set(SESSION, "forged.0123")
    answer = desk.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/signin")
    assert SECRET_WORDS not in answer.text
    assert queries == []


@pytest.mark.parametrize("path", ["/_stcore/host-config", "/media/x"])
def test_without_a_session_no_data_is_served(desk: httpx.Client, path: str):
    answer = desk.get(path)
    assert answer.status_code == 401
    assert SECRET_WORDS not in answer.text


def test_without_a_session_the_websocket_is_refused(desk: httpx.Client):
    assert not streams(desk)


def test_a_forged_identity_header_is_ignored(desk: httpx.Client, backstage: Backstage):
    add(backstage, WANG)
    for header in ("X-Forwarded-User", "X-Remote-User", "Remote-User", "X-Auth-Request-Email", "Authorization"):
        assert desk.get("/", headers={header: "wangfang"}).status_code == 303


def test_the_right_password_opens_the_page_that_was_asked_for(desk: httpx.Client, backstage: Backstage):
    add(backstage, WANG)
    answer = sign_in(desk, "wangfang", PASSWORD, "/incident?id=20260410-001")
    assert (answer.status_code, answer.headers["location"]) == (303, "/incident?id=20260410-001")
    assert desk.get("/incident?id=20260410-001").text == SECRET_WORDS
    assert desk.get("/media/x").text == SECRET_WORDS
    assert streams(desk)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(desk: httpx.Client, backstage: Backstage):
    add(backstage, WANG)
    cookie = next(
        value for value in sign_in(desk, "wangfang", PASSWORD).headers.get_list("set-cookie") if SESSION in value
    )
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


@pytest.mark.parametrize("password", ["wrong", "", "x" * 200])
def test_a_wrong_password_is_refused_in_chinese(desk: httpx.Client, backstage: Backstage, password: str):
    add(backstage, WANG)
    answer = sign_in(desk, "wangfang", password)
    assert answer.status_code == 401
    assert "用户名或密码不对" in answer.text
    assert not streams(desk)


def test_guessing_locks_the_account_and_tells_the_office_once(desk: httpx.Client, backstage: Backstage):
    add(backstage, WANG)
    answers = [sign_in(desk, "wangfang", f"guess-{number}").status_code for number in range(8)]
    assert answers == [401] * 8
    assert sign_in(desk, "wangfang", PASSWORD).status_code == 401
    with backstage.store.reading() as t:
        assert [(alert.kind, alert.recipient) for alert in t.alerts.newest(10)] == [("account_locked", "office")]
        assert t.alerts.waiting_count(backstage.now()) == 1


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/signin", "/a\nb", ""],
)
def test_after_sign_in_nobody_is_led_to_another_site(desk: httpx.Client, backstage: Backstage, target: str):
    add(backstage, WANG)
    assert sign_in(desk, "wangfang", PASSWORD, target).headers["location"] == "/"


def test_a_form_of_another_site_signs_nobody_in(desk: httpx.Client, backstage: Backstage):
    add(backstage, WANG)
    values = {"username": "wangfang", "password": PASSWORD}
    assert desk.post("/signin", data=values).status_code == 403
    token = form_token(desk.get("/signin"))
    foreign = {"Origin": "https://evil.example"}
    assert desk.post("/signin", data={**values, "form_token": token}, headers=foreign).status_code == 403
    del desk.cookies[FORM]
    assert desk.post("/signin", data={**values, "form_token": token}).status_code == 403
    assert desk.get("/").status_code == 303


def test_an_oversized_form_is_refused(desk: httpx.Client, backstage: Backstage):
    add(backstage, WANG)
    assert sign_in(desk, "wangfang" * 5000, PASSWORD).status_code == 403


def test_the_first_password_opens_nothing_but_the_form_that_changes_it(desk: httpx.Client, backstage: Backstage):
    first = add(backstage, WANG, own_password=False)
    assert sign_in(desk, "wangfang", first).headers["location"] == "/password"
    assert desk.get("/").headers["location"] == "/password"
    assert desk.get("/media/x").status_code == 401
    assert not streams(desk)
    token = form_token(desk.get("/password"))
    values = {"old": first, "new": PASSWORD, "again": PASSWORD, "form_token": token}
    assert "不一样" in desk.post("/password", data={**values, "again": "other"}).text
    assert "至少要" in desk.post("/password", data={**values, "new": "short", "again": "short"}).text
    assert desk.post("/password", data={**values, "form_token": "0"}).status_code == 403
    assert desk.post("/password", data=values).headers["location"] == "/"
    assert desk.get("/").text == SECRET_WORDS


def test_signing_out_ends_the_session_and_a_link_alone_does_not(desk: httpx.Client, backstage: Backstage):
    add(backstage, WANG)
    sign_in(desk, "wangfang", PASSWORD)
    kept = desk.cookies[SESSION]
    page = desk.get("/signout")
    assert desk.post("/signout", data={}).status_code == 403
    assert desk.get("/").status_code == 200
    assert desk.post("/signout", data={"form_token": form_token(page)}).status_code == 303
    assert desk.get("/", headers={"Cookie": f"{SESSION}={kept}"}).status_code == 303


def test_a_disabled_account_is_out_at_once(desk: httpx.Client, backstage: Backstage):
    add(backstage, WANG)
    sign_in(desk, "wangfang", PASSWORD)
    accounts.disable(backstage.store, "wangfang", backstage.now())
    assert desk.get("/").status_code == 303
    assert not streams(desk)


def test_the_agent_interface_is_closed_even_to_signed_in_people(desk: httpx.Client, backstage: Backstage):
    add(backstage, WANG)
    sign_in(desk, "wangfang", PASSWORD)
    assert desk.get("/_stcore/agent/openapi.json").status_code == 404


def test_every_answer_tells_the_browser_to_be_careful(desk: httpx.Client):
    for path in ("/signin", "/", "/health"):
        headers = desk.get(path).headers
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert "content-security-policy" in headers


def test_health_needs_no_session_and_tells_how_long_ago_workers_showed_life(desk: httpx.Client, backstage: Backstage):
    with backstage.store.transaction() as t:
        t.clock.beat("send", backstage.now())
    answer = desk.get("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert 0 <= answer.json()["workers"]["send"] < 30


def file_report(backstage: Backstage, file: str) -> None:
    path = backstage.reports_dir / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PK report")
    incident = Incident(
        "20260410-001", None, "停水", "住建局", None, Severity.GENERAL, IncidentState.OPEN, NOON, None, 1
    )
    with backstage.store.transaction() as t:
        gathering = t.incidents.start_gathering(None, NOON)
        t.incidents.open(incident, gathering.id, SeverityChange(NOON, Severity.GENERAL, "person"))
        t.reports.add(Report(incident.id, ReportKind.INITIAL, 1, "惠舆情报〔2026〕1号", NOON, "王芳", (), file))


def test_a_filed_report_is_downloaded_by_who_may_read_it_and_by_nobody_else(desk: httpx.Client, backstage: Backstage):
    add(backstage, WANG)
    add(backstage, CHEN)
    add(backstage, Person("maxia", "马霞", Role.UNIT, "教育局"))
    file_report(backstage, "20260410-001/首报1.docx")
    answers = {}
    for username in ("wangfang", "chenjie", "maxia"):
        desk.cookies.clear()
        sign_in(desk, username, PASSWORD)
        answers[username] = desk.get("/reports/20260410-001/首报1.docx")
    assert [answer.status_code for answer in answers.values()] == [200, 200, 404]
    assert answers["wangfang"].content == b"PK report"
    assert "attachment" in answers["wangfang"].headers["content-disposition"]


@pytest.mark.parametrize("path", ["../huiying.db", "%2e%2e/huiying.db", "..%2fhuiying.db", "/etc/passwd", "huiying.db"])
def test_no_other_file_is_reached_through_the_reports(desk: httpx.Client, backstage: Backstage, path: str):
    add(backstage, WANG)
    sign_in(desk, "wangfang", PASSWORD)
    assert desk.get(f"/reports/{path}").status_code in (303, 404)


def test_even_a_stored_path_does_not_lead_out_of_the_reports_folder(
    desk: httpx.Client, backstage: Backstage, tmp_path: Path
):
    add(backstage, WANG)
    sign_in(desk, "wangfang", PASSWORD)
    file_report(backstage, "../outside.docx")
    assert (tmp_path / "outside.docx").exists()
    assert desk.get("/reports/..%2foutside.docx").status_code == 404
