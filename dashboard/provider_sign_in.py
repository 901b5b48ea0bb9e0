"""The addresses by which people sign in at an identity provider: one leads there, one takes back what it says."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol, TypeVar
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboard import forms
from dashboard.backstage import Backstage
from dashboard.cookies import ERRAND
from dashboard.errands import LASTS_SECONDS, Begun, Errands
from huiying.oidc.asking import Down
from huiying.oidc.provider import NotSignedIn, Provider
from huiying.wiring import COMES_BACK
from pipeline import accounts
from pipeline.refusals import Refused
from records.secret_files import UnusableSecret
from records.words import Role

log = logging.getLogger(__name__)

PATH = "/signin/oidc"
BACK = COMES_BACK
_THREADS = 4
_AT_ONCE = 16
_LONGEST_CODE = 4096
_LONGEST_TARGET = 1000
_DECLINED = frozenset({"access_denied", "login_required", "interaction_required", "consent_required"})
_LOST = "这次登录没有接上：超过了十分钟、已经用过，或不是从这个浏览器开始的。请再点一次按钮"

T = TypeVar("T")


class Busy(Exception):
    """Too many sign-ins are waiting for the provider at once."""


class ShowSignIn(Protocol):
    """Draws the sign-in form for a request, with what went wrong."""

    def __call__(self, request: Request, target: str, *, wrong: str, status: int) -> Response:
        """The form; `target` is where to go after a sign-in."""


class ProviderSignIn:
    """The endpoints over one desk. Without a provider in the settings they are not there."""

    def __init__(
        self,
        parts: Backstage,
        show: ShowSignIn,
        begin_session: Callable[[Response, accounts.Signed], None],
        target_of: Callable[[str | None], str],
    ) -> None:
        self._parts = parts
        self._show = show
        self._begin_session = begin_session
        self._target_of = target_of
        self._errands = Errands(parts.signer, parts.now)
        self._secure = parts.settings.public_url.startswith("https://")
        # Threads of their own: a provider that is slow must not keep people from signing in with a password.
        self._threads = CapacityLimiter(_THREADS)
        self._open = 0

    @property
    def passwords_of(self) -> Role | None:
        """The only role that may use passwords of this desk; None where everybody may."""
        provider = self._parts.desk.provider
        return Role.ADMIN if provider is not None and provider.options.passwords == "administrators" else None

    @property
    def hint(self) -> str:
        """What is added to every refusal of a password where most people cannot use one."""
        provider = self._parts.desk.provider
        if provider is None or self.passwords_of is None:
            return ""
        return f"。这里只有管理员可以用密码，其他人请用“{provider.options.label}”"

    def offer(self, target: str, left: bool) -> forms.Offer | None:
        """What the sign-in form says of the provider; asks it nothing. `left`: somebody who came by it signed out."""
        provider = self._parts.desk.provider
        if provider is None:
            return None
        return forms.Offer(
            label=provider.options.label,
            address=PATH if target == "/" else f"{PATH}?next={quote(target, safe='')}",
            passwords_for_all=self.passwords_of is None,
            trouble=provider.trouble,
            way_out=provider.way_out(self._parts.settings.public_url + "/signin?said=out") if left else None,
        )

    async def way_out_is_known(self) -> bool:
        """Whether the provider offers to sign out of it; asks it where nobody has yet."""
        provider = self._parts.desk.provider
        if provider is None:
            return False
        try:
            known = provider.known
            if known is None:
                known = await self._asked(provider.metadata)
        except (Down, Busy) as why:
            log.warning("nobody knows whether one can sign out of the identity provider: %s", why)
            return False
        return known.end_session is not None

    async def begin(self, request: Request) -> Response:
        """Lead the browser to the provider, or say why not."""
        provider = self._parts.desk.provider
        if provider is None:
            return _absent()
        target = self._target_of(request.query_params.get("next"))
        errand, cookie = self._errands.begin(target if len(target) <= _LONGEST_TARGET else "/")
        try:
            address = await self._asked(lambda: provider.way_in(errand))
        except (Down, Busy) as why:
            return self._unreached(request, target, why)
        response = RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
        response.set_cookie(
            ERRAND, cookie, max_age=LASTS_SECONDS, path=PATH, httponly=True, samesite="lax", secure=self._secure
        )
        return response

    async def come_back(self, request: Request) -> Response:
        """Begin a session for whom the provider names, or say why not."""
        provider = self._parts.desk.provider
        if provider is None:
            return _absent()
        begun = self._errands.under_way(request.cookies.get(ERRAND), _one(request, "state"))
        if begun is None or not self._errands.spend(begun):
            return self._show(request, "/", wrong=self._lost(request), status=400)
        response = await self._answered(request, provider, begun)
        response.delete_cookie(ERRAND, path=PATH, httponly=True, samesite="lax", secure=self._secure)
        return response

    async def _answered(self, request: Request, provider: Provider, begun: Begun) -> Response:
        try:
            signed = await self._asked(lambda: self._signed_in(request, provider, begun))
        except (Down, Busy) as why:
            return self._unreached(request, begun.target, why)
        except NotSignedIn as why:
            return self._show(request, begun.target, wrong=str(why), status=401)
        except Refused as why:
            return self._show(request, begun.target, wrong=str(why), status=403)
        except UnusableSecret as why:
            log.error("nobody can sign in at the identity provider: %s", why)
            wrong = "回应台没有可用的客户端密钥，请告知管理员（huiying doctor 会说明原因）"
            return self._show(request, begun.target, wrong=wrong, status=503)
        response = RedirectResponse(self._target_of(begun.target), status_code=303)
        self._begin_session(response, signed)
        return response

    def _signed_in(self, request: Request, provider: Provider, begun: Begun) -> accounts.Signed:
        """The session of whom the provider names. Raises Down, NotSignedIn, Refused, UnusableSecret."""
        if len(request.query_params.getlist("iss")) > 1 or not provider.is_from(_one(request, "iss")):
            log.warning("an answer of another identity provider was refused")
            raise NotSignedIn("答复不是所设的统一认证发来的，没有登录。请从回应台的登录页再试一次")
        error, code = _one(request, "error"), _one(request, "code")
        if error in _DECLINED:
            raise NotSignedIn("统一认证没有同意这次登录（可能是您取消了）。可以再试一次")
        if error is not None or not code or len(code) > _LONGEST_CODE:
            log.warning("the identity provider answered without a code")
            raise NotSignedIn("统一认证没有完成这次登录，请再试一次；一再如此，请告知管理员")
        return accounts.sign_in_provided(self._parts.store, provider.username(code, begun.errand), self._parts.now())

    def _unreached(self, request: Request, target: str, why: Down | Busy) -> Response:
        others = "可先用密码登录" if self.passwords_of is None else "管理员可先用密码登录"
        return self._show(request, target, wrong=f"{why}。请稍后再试；{others}", status=503)

    def _lost(self, request: Request) -> str:
        """What to do about an answer that belongs to no sign-in of this browser."""
        if request.cookies.get(ERRAND) is not None:
            return _LOST
        return f"{_LOST}；若一再如此，请从 {self._parts.settings.public_url} 打开回应台，并允许它使用 Cookie"

    async def _asked(self, ask: Callable[[], T]) -> T:
        """What `ask` gives, in a thread for provider matters. Raises Busy, and what `ask` raises."""
        if self._open >= _AT_ONCE:
            raise Busy("同时登录的人太多")
        self._open += 1
        try:
            return await to_thread.run_sync(ask, limiter=self._threads)
        finally:
            self._open -= 1


def _one(request: Request, name: str) -> str | None:
    """A value of the query that stands there once; None else."""
    values = request.query_params.getlist(name)
    return values[0] if len(values) == 1 else None


def _absent() -> Response:
    return HTMLResponse(forms.refusal("没有这个页面", "回应台没有设置统一认证登录。"), status_code=404)
