"""Signing in at an identity provider over real HTTP: the whole way, and what a false answer or browser comes to."""

from __future__ import annotations

import base64
import logging
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard.backstage import Backstage
from dashboard.cookies import ERRAND, SESSION, Signer
from dashboard.gate import Gate
from dashboard.navigation import ADDRESSES
from dashboard.routes import Routes
from huiying.clock import SystemClock
from huiying.oidc.checking import troubles
from huiying.settings import Desk as DeskSettings
from huiying.settings import Settings, SignIn
from huiying.wiring import Desk
from pipeline import accounts
from records.people import Person
from records.words import Role
from tests.dashboard.seeding import PASSWORD
from tests.dashboard.test_routes import add, form_token, listening, sign_in
from tests.servers import provider as others
from tests.servers.environments import NotInstalled, free_port
from tests.servers.identity import CLIENT, SECRET, Identity, identity

WANG = Person("wangfang", "王芳", Role.OFFICE)
ADMIN = Person("zhouguan", "周管", Role.ADMIN)
PAGE = "只有登录的人能看"


@pytest.fixture(scope="module")
def provider_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Identity]:
    with identity(tmp_path_factory.mktemp("identity")) as running:
        yield running


@pytest.fixture
def provider(provider_process: Identity) -> Identity:
    provider_process.behave()
    return provider_process


@dataclass
class Way:
    """A desk that is being served, its parts, and the provider it sends people to."""

    base: str
    parts: Backstage
    provider: Identity

    def browser(self) -> httpx.Client:
        return httpx.Client(base_url=self.base)

    def set_out(self, browser: httpx.Client, target: str | None = None) -> str:
        """Press the button; the address at the provider."""
        left = browser.get("/signin/oidc", params={} if target is None else {"next": target})
        assert left.status_code == 303, left.text
        return left.headers["location"]

    def come_back(self, address: str, user: str = "wangfang") -> str:
        """Be somebody at the provider; the address at the desk that it sends the browser to."""
        answer = httpx.post(address, data={"account": user})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def signed_in(self, browser: httpx.Client, user: str = "wangfang", target: str | None = None) -> httpx.Response:
        return browser.get(self.come_back(self.set_out(browser, target), user))


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """A database with 王芳 and 周管, each with PASSWORD: hashing it for every test would take most of the time."""
    folder = tmp_path_factory.mktemp("peopled")
    shutil.copy(migrated_file, folder / "huiying.db")
    desk = Desk(Settings(data_dir=folder), SystemClock())
    for person in (WANG, ADMIN):
        add(Backstage(desk, Signer(b"k" * 32)), person)
    desk.close()
    return folder / "huiying.db"


@pytest.fixture(scope="module")
def running_door(tmp_path_factory: pytest.TempPathFactory, peopled: Path, provider_process: Identity) -> Iterator[Way]:
    provider_process.behave()
    with served(tmp_path_factory.mktemp("door"), peopled, provider_process) as opened:
        yield opened


@pytest.fixture
def door(running_door: Way, provider: Identity) -> Way:
    """One desk for all those tests that leave nothing behind in it."""
    assert running_door.provider == provider
    return running_door


@pytest.fixture
def way(tmp_path: Path, peopled: Path, provider: Identity) -> Iterator[Way]:
    with served(tmp_path, peopled, provider) as opened:
        yield opened


def options(folder: Path, issuer: str, **more: Any) -> dict[str, Any]:
    file = folder / "oidc.secret"
    file.write_text(f"{SECRET}\n", encoding="ascii")
    file.chmod(0o600)
    given = {"issuer": issuer, "client_id": CLIENT, "client_secret_file": file, "timeout_seconds": 4}
    return {**given, **more}


@contextmanager
def served(folder: Path, database: Path, provider: Identity, **more: Any) -> Iterator[Way]:
    """A desk whose people sign in at the provider, served on a port of the loopback; its database is a copy."""
    port = free_port()
    with listening_desk(folder, database, port, options(folder, provider.issuer, **more)) as parts:
        yield Way(f"http://127.0.0.1:{port}", parts, provider)


@contextmanager
def listening_desk(folder: Path, database: Path, port: int, oidc: dict[str, Any]) -> Iterator[Backstage]:
    shutil.copy(database, folder / "huiying.db")
    settings = Settings(data_dir=folder, desk=DeskSettings(port=port), sign_in=SignIn.model_validate({"oidc": oidc}))
    desk = Desk(settings, SystemClock())
    parts = Backstage(desk, Signer(b"k" * 32))
    app = Starlette(
        routes=Routes(parts, PAGE).all(ADDRESSES),
        middleware=[Middleware(Gate, parts=parts, policy="default-src 'self'")],
    )
    with listening(app, port):
        yield parts
    desk.close()


def is_in(browser: httpx.Client) -> bool:
    return browser.get("/").text == PAGE


def said(answer: httpx.Response) -> str:
    """The warning on the sign-in form."""
    found = re.search(r'<p class="note wrong" role="alert">(.*?)</p>', answer.text)
    return "" if found is None else unescape(found[1])


def with_query(address: str, **changed: str | None) -> str:
    parts = urlsplit(address)
    query = {**dict(parse_qsl(parts.query)), **changed}
    return parts._replace(query=urlencode({name: value for name, value in query.items() if value is not None})).geturl()


def audited(parts: Backstage) -> list[tuple[str, str, bool, dict[str, Any]]]:
    with parts.store.reading() as t:
        return [(row.actor, row.act, row.allowed, dict(row.detail)) for row in t.audit.newest(20)]


# The way


def test_who_is_known_at_the_provider_comes_to_the_page_that_was_asked_for(door: Way):
    with door.browser() as browser:
        answer = door.signed_in(browser, target="/incident?id=20260410-001")
        assert (answer.status_code, answer.headers["location"]) == (303, "/incident?id=20260410-001")
        assert browser.get("/incident?id=20260410-001").text == PAGE


def test_the_session_is_the_desks_own_and_ends_as_any_other(way: Way):
    with way.browser() as browser:
        cookie = next(value for value in way.signed_in(browser).headers.get_list("set-cookie") if SESSION in value)
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
        assert is_in(browser)
        with way.parts.store.transaction() as t:
            t.people.end_sessions_of("wangfang")
        assert not is_in(browser)


def test_the_button_stands_on_the_form_beside_the_password(door: Way):
    with door.browser() as browser:
        page = browser.get("/signin?next=%2Fincident%3Fid%3D1").text
        assert "<a class='way' href='/signin/oidc?next=%2Fincident%3Fid%3D1'>统一认证登录</a>" in page
        assert sign_in(browser, "wangfang", PASSWORD).headers["location"] == "/"
        assert is_in(browser)


def test_without_a_provider_in_the_settings_there_is_neither_button_nor_address(backstage: Backstage):
    app = Starlette(
        routes=Routes(backstage, PAGE).all(ADDRESSES),
        middleware=[Middleware(Gate, parts=backstage, policy="default-src 'self'")],
    )
    with listening(app) as base, httpx.Client(base_url=base) as browser:
        assert "class='way'" not in browser.get("/signin").text
        assert browser.get("/signin/oidc").status_code == 404
        assert browser.get("/signin/oidc/back?code=c&state=s").status_code == 404


def test_the_provider_is_told_what_the_protocol_asks_for_and_no_secret(door: Way):
    with door.browser() as browser:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(door.set_out(browser)).query).items()}
    assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT, "openid profile")
    assert asked["redirect_uri"] == f"{door.base}/signin/oidc/back"
    assert asked["code_challenge_method"] == "S256"
    assert len(base64.urlsafe_b64decode(asked["code_challenge"] + "=")) == 32
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert SECRET not in str(asked)


def test_the_cookie_of_a_sign_in_under_way_is_short_lived_and_out_of_reach(door: Way):
    with door.browser() as browser:
        cookie = browser.get("/signin/oidc").headers["set-cookie"]
        assert {"HttpOnly", "SameSite=lax", "Path=/signin/oidc", "Max-Age=600"} <= {
            part.strip() for part in cookie.split(";")
        }
        door.signed_in(browser)
        assert ERRAND not in browser.cookies


def test_nothing_that_the_provider_says_of_the_person_is_kept_or_logged(
    way: Way, caplog: pytest.LogCaptureFixture, tmp_path: Path
):
    caplog.set_level(logging.DEBUG)
    with way.browser() as browser:
        way.signed_in(browser)
        way.signed_in(browser, "stranger")
        assert is_in(browser)
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("huiying.db*"))
    assert b"wangfang" in kept
    own = ("dashboard", "huiying", "pipeline", "storage", "uvicorn", "starlette")
    logged = "\n".join(row.getMessage() for row in caplog.records if row.name.startswith(own))
    for word in ("somebody@mail.example", "13900000000", "不该留下的姓名", "subject-of-", "stranger", SECRET):
        assert word.encode() not in kept
        assert word not in logged


def test_the_sign_in_and_its_refusals_are_audited_without_the_names_of_strangers(way: Way):
    with way.browser() as browser:
        way.signed_in(browser)
        way.signed_in(browser, "stranger")
        accounts.disable(way.parts.store, "wangfang", way.parts.now())
        way.signed_in(browser)
    acts = [entry for entry in audited(way.parts) if entry[1] == "sign_in"]
    assert acts == [
        ("wangfang", "sign_in", False, {"way": "oidc", "cause": "disabled"}),
        ("", "sign_in", False, {"way": "oidc", "cause": "unknown_username"}),
        ("wangfang", "sign_in", True, {"way": "oidc"}),
    ]


# Whom the desk lets in


def test_no_account_is_made_for_a_stranger_who_is_told_whom_to_ask(way: Way):
    with way.browser() as browser:
        answer = way.signed_in(browser, "stranger")
        assert answer.status_code == 403
        assert "没有与您对应的账户" in said(answer)
        assert "请联系区委办公室的回应台管理员" in said(answer)
        assert not is_in(browser)
    with way.parts.store.reading() as t:
        assert [person.username for person in t.people.all()] == ["wangfang", "zhouguan"]


def test_a_disabled_account_is_refused(way: Way):
    accounts.disable(way.parts.store, "wangfang", way.parts.now())
    with way.browser() as browser:
        answer = way.signed_in(browser)
        assert (answer.status_code, "已停用" in said(answer)) == (403, True)
        assert not is_in(browser)


def test_another_role_ends_the_session_as_it_does_with_a_password(way: Way):
    with way.browser() as browser:
        way.signed_in(browser)
        changed = Person("wangfang", "王芳", Role.EVALUATOR)
        accounts.change(way.parts.store, "wangfang", changed, way.parts.now(), by=ADMIN)
        assert not is_in(browser)


@pytest.mark.parametrize("name", ["ｗangfang", "wangfang ", "wаngfang", "wangfang\x00", "", "w" * 500, "王芳"])
def test_a_name_that_only_looks_like_a_username_is_nobody(door: Way, name: str):
    door.provider.behave(claims={"preferred_username": name})
    with door.browser() as browser:
        assert door.signed_in(browser).status_code in (401, 403)
        assert not is_in(browser)


def test_capital_letters_make_no_other_account(door: Way):
    door.provider.behave(claims={"preferred_username": "WangFang"})
    with door.browser() as browser:
        door.signed_in(browser)
        assert is_in(browser)


def test_the_first_password_need_not_be_changed_by_who_comes_from_the_provider(way: Way):
    first = add(way.parts, Person("newcomer", "孙新", Role.DUTY), own_password=False)
    with way.browser() as browser:
        way.signed_in(browser, "newcomer")
        assert is_in(browser)
    with way.browser() as browser:
        assert sign_in(browser, "newcomer", first).headers["location"] == "/password"
        assert not is_in(browser)


def test_a_locked_password_locks_nobody_out_who_comes_from_the_provider_and_stays_locked(way: Way):
    with way.browser() as browser:
        for _ in range(6):
            sign_in(browser, "wangfang", "wrong")
        way.signed_in(browser)
        assert is_in(browser)
    with way.browser() as browser:
        assert sign_in(browser, "wangfang", PASSWORD).status_code == 401


def test_refusals_at_the_provider_lock_nothing(way: Way):
    way.provider.behave(sign="stranger")
    with way.browser() as browser:
        for _ in range(7):
            assert way.signed_in(browser).status_code == 401
        assert sign_in(browser, "wangfang", PASSWORD).headers["location"] == "/"


def test_another_claim_may_name_the_account(tmp_path: Path, peopled: Path, provider: Identity):
    provider.behave(claims={"employee_no": "wangfang"})
    with (
        served(tmp_path, peopled, provider, claim="employee_no", scopes=["staff"]) as way,
        way.browser() as browser,
    ):
        way.signed_in(browser, "somebody")
        assert is_in(browser)
    assert provider.seen()[-1]["scope"] == "openid staff"


def test_a_claim_that_the_id_token_lacks_is_asked_for(door: Way):
    door.provider.behave(claims={"preferred_username": None})
    with door.browser() as browser:
        door.signed_in(browser)
        assert is_in(browser)


@pytest.mark.parametrize(
    ("userinfo", "words"),
    [
        pytest.param({"sub": "subject-of-another"}, "不是同一人", id="about somebody else"),
        pytest.param({"preferred_username": None}, "没有给出“preferred_username”", id="silent"),
        pytest.param({"preferred_username": ["wangfang"]}, "没有给出“preferred_username”", id="a list"),
    ],
)
def test_what_is_said_on_asking_must_be_about_the_same_person(door: Way, userinfo: dict[str, Any], words: str):
    door.provider.behave(claims={"preferred_username": None}, userinfo=userinfo)
    with door.browser() as browser:
        assert words in said(door.signed_in(browser))
        assert not is_in(browser)


# What the ID token must be


@pytest.mark.parametrize("how", ["RS256", "PS256", "ES256"])
def test_signatures_by_the_providers_key_are_good(door: Way, how: str):
    door.provider.behave(sign=how)
    with door.browser() as browser:
        door.signed_in(browser)
        assert is_in(browser)


FALSE = {
    "for another desk": {"claims": {"aud": "another-desk"}},
    "for another desk, by this one": {"claims": {"aud": "another-desk", "azp": CLIENT}},
    "for nobody": {"claims": {"aud": None}},
    "for several, by nobody named": {"claims": {"aud": [CLIENT, "another-desk"]}},
    "for several, by another": {"claims": {"aud": [CLIENT, "another-desk"], "azp": "another-desk"}},
    "by another authorised party": {"claims": {"azp": "another-desk"}},
    "by another issuer": {"claims": {"iss": "https://evil.example"}},
    "by nobody": {"claims": {"iss": None}},
    "another sign-in's nonce": {"claims": {"nonce": "0" * 64}},
    "no nonce": {"claims": {"nonce": None}},
    "a list for a nonce": {"claims": {"nonce": ["x"]}},
    "expired": {"after": {"exp": -61}},
    "never expiring": {"claims": {"exp": None}},
    "a word for an expiry": {"claims": {"exp": "tomorrow"}},
    "issued in the future": {"after": {"iat": 120}},
    "issued long ago": {"after": {"iat": -3600}},
    "of no known time": {"claims": {"iat": None}},
    "not valid yet": {"after": {"nbf": 120}},
    "about nobody": {"claims": {"sub": None}},
    "about a number": {"claims": {"sub": 7}},
    "about too long a name": {"claims": {"sub": "x" * 256}},
    "signed by nobody": {"sign": "none"},
    "signed by nobody, spelt otherwise": {"sign": "None"},
    "signed with the public key as a secret": {"sign": "HS256"},
    "signed by a stranger under a known name": {"sign": "stranger"},
    "signed with an unknown key": {"sign": "unknown"},
    "signed with no key named, of two": {"sign": "no kid"},
    "carrying its own key": {"sign": "own key"},
    "with a header that must be understood": {"sign": "crit"},
    "empty": {"token": "..."},
    "not a token": {"token": "令牌"},
    "two parts": {"token": "e30.e30"},
    "five parts": {"token": "e30.e30.e30.e30.e30"},
    "a list": {"token": ["e30"]},
    "huge": {"token": "x" * 20_000},
    "a header of a list": {"token": "W10.e30.e30"},
}


@pytest.mark.parametrize("behaviour", FALSE.values(), ids=FALSE)
def test_a_false_id_token_signs_nobody_in(door: Way, behaviour: dict[str, Any]):
    door.provider.behave(**behaviour)
    with door.browser() as browser:
        answer = door.signed_in(browser)
        assert (answer.status_code, "没有通过校验" in said(answer)) == (401, True)
        assert SESSION not in browser.cookies
        door.provider.behave()
        door.signed_in(browser)
        assert is_in(browser), "the same way is open to a true token"


def test_several_audiences_are_good_where_this_desk_is_the_authorised_party(door: Way):
    door.provider.behave(claims={"aud": [CLIENT, "another-desk"], "azp": CLIENT})
    with door.browser() as browser:
        door.signed_in(browser)
        assert is_in(browser)


def test_clocks_may_differ_a_little(door: Way):
    door.provider.behave(after={"exp": -30, "iat": 30})
    with door.browser() as browser:
        door.signed_in(browser)
        assert is_in(browser)


def test_a_new_key_is_fetched_and_unknown_ones_do_not_make_the_desk_ask_again_and_again(way: Way):
    with way.browser() as browser:
        way.provider.behave(sign="unknown")
        before = way.provider.counts().get("/jwks", 0)
        for _ in range(5):
            assert way.signed_in(browser).status_code == 401
        assert way.provider.counts()["/jwks"] - before == 1


# What the browser must be


def test_an_answer_without_the_state_of_this_browser_signs_nobody_in(door: Way):
    with door.browser() as browser:
        good = door.come_back(door.set_out(browser))
        for bad in (
            with_query(good, state=None),
            with_query(good, state="x" * 43),
            with_query(good, state=""),
            with_query(good, state="状态"),
            f"{good}&state=x",
        ):
            answer = browser.get(bad)
            assert (answer.status_code, "没有接上" in said(answer)) == (400, True)
        assert not is_in(browser)
        assert browser.get(good).status_code == 303


def test_the_answer_meant_for_one_browser_is_worth_nothing_in_another(door: Way):
    with door.browser() as victim, door.browser() as attacker:
        sent = door.come_back(door.set_out(attacker))
        assert victim.get(sent).status_code == 400
        door.set_out(victim)
        assert victim.get(sent).status_code == 400
        assert not is_in(victim)


@pytest.mark.parametrize("part", [0, 1, 2, 3])
def test_a_cookie_that_was_tampered_with_carries_nothing(door: Way, part: int):
    with door.browser() as browser:
        back = door.come_back(door.set_out(browser))
        pieces = browser.cookies[ERRAND].split(".")
        pieces[part] = ("0" if pieces[part][0] != "0" else "1") + pieces[part][1:]
        browser.cookies.delete(ERRAND)
        assert browser.get(back, headers={"Cookie": f"{ERRAND}={'.'.join(pieces)}"}).status_code == 400


def test_a_session_cookie_is_no_cookie_of_a_sign_in(door: Way):
    with door.browser() as browser:
        back = door.come_back(door.set_out(browser))
        state = browser.cookies[ERRAND].split(".")[0]
        sealed = door.parts.signer.sealed(f"{state}.{int(door.parts.now().timestamp())}.Lw==")
        browser.cookies.delete(ERRAND)
        assert browser.get(back, headers={"Cookie": f"{ERRAND}={sealed}"}).status_code == 400


@pytest.mark.parametrize("lax", [False, True])
def test_a_code_is_good_once(door: Way, lax: bool):
    door.provider.behave(**({"lax": True} if lax else {}))
    with door.browser() as browser:
        back = door.come_back(door.set_out(browser))
        cookie = {"Cookie": f"{ERRAND}={browser.cookies[ERRAND]}"}
        assert browser.get(back).status_code == 303
    with door.browser() as thief:
        assert thief.get(back).status_code == 400
        assert thief.get(back, headers=cookie).status_code == 400
        assert not is_in(thief)


def test_a_code_of_another_sign_in_is_refused_by_its_proof_and_where_the_provider_is_lax_by_its_nonce(door: Way):
    with door.browser() as thief, door.browser() as owner:
        stolen = parse_qs(urlsplit(door.come_back(door.set_out(owner))).query)["code"][0]
        own = door.come_back(door.set_out(thief), "somebody")
        assert "已经用过或过了时限" in said(thief.get(with_query(own, code=stolen)))
        assert not is_in(thief)


def test_after_sign_in_nobody_is_led_to_another_site(door: Way):
    for target in ("//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/signin/oidc"):
        with door.browser() as browser:
            assert door.signed_in(browser, target=target).headers["location"] == "/"


# What the provider must be


@pytest.mark.parametrize(
    ("back", "words"),
    [
        pytest.param({"iss": "https://evil.example"}, "不是所设的统一认证", id="another's name"),
        pytest.param({"iss": None}, "不是所设的统一认证", id="no name although it promises one"),
        pytest.param({"iss": ""}, "不是所设的统一认证", id="an empty name"),
        pytest.param({"code": None, "error": "access_denied"}, "没有同意这次登录", id="declined"),
        pytest.param(
            {"code": None, "error": "<b>x</b>", "error_description": "请拨打 13800138000"},
            "没有完成",
            id="an odd error",
        ),
        pytest.param({"code": None}, "没有完成", id="nothing"),
        pytest.param({"code": "x" * 5000}, "没有完成", id="too long a code"),
        pytest.param({"code": "no-such-code"}, "已经用过或过了时限", id="a code of nobody's"),
    ],
)
def test_an_answer_that_is_none_signs_nobody_in(door: Way, back: dict[str, Any], words: str):
    door.provider.behave(back=back)
    with door.browser() as browser:
        answer = door.signed_in(browser)
        assert answer.status_code == 401
        assert words in said(answer)
        assert "13800138000" not in answer.text
        assert "<b>" not in said(answer)
        assert not is_in(browser)


def test_a_provider_that_never_names_itself_need_not(way: Way):
    way.provider.behave(back={"iss": None}, discovery={"authorization_response_iss_parameter_supported": None})
    with way.browser() as browser:
        way.signed_in(browser)
        assert is_in(browser)


def test_the_secret_goes_into_the_form_where_the_provider_wants_it_there(way: Way):
    way.provider.behave(discovery={"token_endpoint_auth_methods_supported": ["client_secret_post"]})
    with way.browser() as browser:
        way.signed_in(browser)
        assert is_in(browser)


@pytest.mark.parametrize("secret", ["another", None, "two lines are fine but this is wrong\n", "密"])
def test_a_wrong_or_missing_secret_is_said_to_be_for_the_administrator(way: Way, tmp_path: Path, secret: str | None):
    file = tmp_path / "oidc.secret"
    if secret is None:
        file.unlink()
    else:
        file.write_text(secret, encoding="utf-8")
    with way.browser() as browser:
        answer = way.signed_in(browser)
        assert answer.status_code in (401, 503)
        assert "请告知管理员" in said(answer)
        assert str(tmp_path) not in answer.text
        assert sign_in(browser, "wangfang", PASSWORD).headers["location"] == "/"


BROKEN = {
    "fails": {"status": 500, "text": "{}"},
    "is overloaded": {"status": 429, "text": "{}"},
    "says something else": {"text": "<html>维护中</html>"},
    "says a list": {"text": "[]"},
    "says too much": {"text": "{", "bytes": 400_000},
    "says it too slowly": {"drip": 30},
}


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks"])
@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_provider_that_breaks_down_is_said_and_passwords_go_on(way: Way, path: str, broken: dict[str, Any]):
    way.provider.behave(at={path: broken})
    with way.browser() as browser:
        began = way.parts.now()
        answer = browser.get("/signin/oidc", timeout=30)
        if answer.status_code == 303:
            answer = browser.get(way.come_back(answer.headers["location"]), timeout=30)
        assert way.parts.now() - began < timedelta(seconds=20), "it would have gone on for thirty"
        assert answer.status_code == 503
        assert "统一认证" in said(answer)
        assert "可先用密码登录" in said(answer)
        assert "维护中" not in answer.text
        assert sign_in(browser, "wangfang", PASSWORD).headers["location"] == "/"


def test_nobody_follows_where_the_provider_redirects_the_desk(way: Way):
    elsewhere = {"status": 307, "headers": {"Location": f"{way.provider.issuer}/elsewhere"}}
    way.provider.behave(at={"/token": elsewhere, "/jwks": elsewhere})
    with way.browser() as browser:
        assert way.signed_in(browser).status_code != 303
        assert not is_in(browser)
    assert "/elsewhere" not in way.provider.counts()


@pytest.mark.parametrize(
    ("discovery", "words"),
    [
        pytest.param({"issuer": "https://evil.example"}, "不一致", id="another issuer"),
        pytest.param({"token_endpoint": None}, "没有公布 token_endpoint", id="no token address"),
        pytest.param({"token_endpoint": "http://id.example/token"}, "不加密", id="without encryption"),
        pytest.param({"jwks_uri": "file:///etc/passwd"}, "https://", id="a file"),
        pytest.param({"authorization_endpoint": "javascript:alert(1)"}, "https://", id="a script"),
        pytest.param({"token_endpoint": "https://u:p@id.example/"}, "用户名", id="with a password"),
        pytest.param({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "算法", id="no good algorithm"),
        pytest.param({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, "密钥", id="no way to prove"),
        pytest.param({"code_challenge_methods_supported": "S256"}, "一列文字", id="a word for a list"),
    ],
)
def test_a_description_that_cannot_be_relied_on_is_said(way: Way, discovery: dict[str, Any], words: str):
    way.provider.behave(discovery=discovery)
    with way.browser() as browser:
        answer = browser.get("/signin/oidc")
        assert answer.status_code == 503
        assert words in said(answer)


@pytest.mark.parametrize(
    "address", ["https://10.0.0.7/token", "https://169.254.169.254/token", "https://[::1]:1/token"]
)
def test_the_desk_sends_its_secret_to_no_inner_address_that_nobody_named(way: Way, address: str):
    way.provider.behave(discovery={"token_endpoint": address})
    with way.browser() as browser:
        answer = way.signed_in(browser)
        assert answer.status_code == 503
        assert "指向内网" in said(answer)


def test_a_provider_that_is_gone_is_said_on_the_form_for_a_while_and_not_asked_each_time(tmp_path: Path, peopled: Path):
    gone = Identity(f"http://127.0.0.1:{free_port()}")
    with served(tmp_path, peopled, gone) as way, way.browser() as browser:
        assert said(browser.get("/signin")) == ""
        answer = browser.get("/signin/oidc?next=/incident")
        assert answer.status_code == 503
        assert "连不上" in said(answer)
        assert "name='next' value='/incident'" in answer.text
        assert "统一认证登录暂时用不了" in said(browser.get("/signin"))
        token = form_token(browser.get("/signin"))
        values = {"username": "wangfang", "password": PASSWORD, "form_token": token, "next": "/"}
        assert browser.post("/signin", data=values).headers["location"] == "/"


def test_a_provider_that_hangs_keeps_nobody_from_a_password(tmp_path: Path, peopled: Path, provider: Identity):
    provider.behave(at={"/.well-known/openid-configuration": {"drip": 60}})
    with served(tmp_path, peopled, provider, timeout_seconds=60) as way, way.browser() as browser:
        with ThreadPoolExecutor(20) as crowd:
            waiting = [
                crowd.submit(httpx.get, f"{way.base}/signin/oidc", follow_redirects=False, timeout=60)
                for _ in range(20)
            ]
            assert sign_in(browser, "wangfang", PASSWORD).headers["location"] == "/"
            assert is_in(browser)
            assert not all(one.done() for one in waiting), "they still wait for the provider"
            provider.behave()
            answers = [one.result(120) for one in waiting]
        assert {answer.status_code for answer in answers} == {503}
        assert any("同时登录的人太多" in said(answer) for answer in answers)


# Passwords for administrators alone


def test_passwords_may_be_left_to_administrators(tmp_path: Path, peopled: Path, provider: Identity):
    with served(tmp_path, peopled, provider, passwords="administrators") as way:
        with way.browser() as browser:
            assert "<details><summary>管理员应急：用密码登录</summary>" in browser.get("/signin").text
            answers = [sign_in(browser, "wangfang", PASSWORD) for _ in range(7)]
            assert {answer.status_code for answer in answers} == {401}
            assert said(answers[0]) == said(sign_in(browser, "nobody", PASSWORD))
            assert "只有管理员可以用密码，其他人请用“统一认证登录”" in said(answers[0])
            assert sign_in(browser, "zhouguan", PASSWORD).headers["location"] == "/"
            assert is_in(browser)
        with way.browser() as browser:
            way.signed_in(browser)
            assert is_in(browser)
        with way.parts.store.reading() as t:
            assert t.alerts.newest(10) == []


# Out again


def sign_out(browser: httpx.Client) -> httpx.Response:
    token = form_token(browser.get("/signout"))
    return browser.get(browser.post("/signout", data={"form_token": token}).headers["location"])


def test_signing_out_ends_the_session_and_offers_to_sign_out_of_the_provider(way: Way):
    with way.browser() as browser:
        way.signed_in(browser)
        page = sign_out(browser)
        assert not is_in(browser)
        found = re.search(r"<a href='([^']+)'>同时退出统一认证</a>", page.text)
        assert found is not None
        address = unescape(found[1])
        assert address.startswith(f"{way.provider.issuer}/end?")
        back = httpx.get(address).headers["location"]
    asked = way.provider.seen()[-1]
    assert asked == {"client_id": CLIENT, "post_logout_redirect_uri": back}
    assert back == f"{way.base}/signin?said=out"


def test_where_the_provider_offers_none_signing_out_is_as_ever(way: Way):
    way.provider.behave(discovery={"end_session_endpoint": None})
    with way.browser() as browser:
        way.signed_in(browser)
        page = sign_out(browser)
        assert "已退出登录" in page.text
        assert "同时退出" not in page.text


def test_who_came_with_a_password_is_not_sent_to_the_provider(way: Way):
    with way.browser() as browser:
        sign_in(browser, "wangfang", PASSWORD)
        assert "同时退出" not in sign_out(browser).text


# A provider that is not ours


def test_a_provider_built_by_others_signs_in_whom_this_desk_knows(tmp_path: Path, peopled: Path):
    try:
        python = others.interpreter()
    except NotInstalled as reason:
        pytest.skip(f"provider: {reason}")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with others.running(python, tmp_path, f"{base}/signin/oidc/back", "wangfang", "stranger") as client:
        oidc = {**options(tmp_path, client.issuer), "client_id": client.client_id}
        (tmp_path / "oidc.secret").write_text(client.secret, encoding="ascii")
        with listening_desk(tmp_path, peopled, port, oidc) as parts, httpx.Client(base_url=base) as browser:
            assert parts.desk.provider is not None
            assert list(troubles(parts.desk.provider, parts.now())) == []
            answers = []
            for subject in ("subject-0", "subject-1"):
                there = httpx.post(browser.get("/signin/oidc").headers["location"], data={"sub": subject})
                answers.append(browser.get(there.headers["location"]))
            assert answers[0].headers["location"] == "/"
            assert is_in(browser)
            assert "没有与您对应的账户" in said(answers[1])
