"""E-mail over SMTP, in plain text: what the server says is told apart by whether trying again can help."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from threading import Event
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from alerts.cut_off import cut_off
from alerts.delivery import DeliveryFailed, Means, Outgoing
from alerts.message import subject_of, text_of

SSL, STARTTLS, NONE = "ssl", "starttls", "none"
_OK = 250
_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")
_LOGIN_FAULTS = frozenset({530, 534, 535, 538})
"""Replies that blame our own log-in, whatever the recipient: mending the settings helps."""


class Options(BaseModel):
    """邮件"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1, description="SMTP 服务器")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(465, description="SMTP 端口")
    tls: Literal["ssl", "starttls", "none"] = Field("ssl", description="加密方式：ssl、starttls 或 none（仅限本机）")
    ca_file: Path | None = Field(None, description="除系统自带的以外，还信任哪个证书文件")
    user: str | None = Field(None, description="SMTP 用户名；留空则不登录")
    password_file: Path | None = Field(None, description="只含 SMTP 密码的文件")
    password: SecretStr | None = Field(None, description="SMTP 密码，只能由环境变量给出")
    sender: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", description="发件人地址")


def opened(options: Options, secrets: Mapping[str, str | None], means: Means) -> Email:
    """The channel as the settings say; `secrets` holds the password. Raises ValueError with a Chinese message."""
    return Email(
        options.host,
        options.port,
        options.sender,
        means.timeout,
        tls=options.tls,
        user=options.user,
        password=secrets["password"],
        ca_file=options.ca_file,
    )


def address_fault(address: str) -> str | None:
    """Why a contact cannot have this address, in Chinese."""
    return None if _ADDRESS.fullmatch(address) else "邮件地址应为一个地址，如 duty@example.cn"


class Email:
    """Sends each alert as one mail. `tls` is `ssl`, `starttls` or `none`; without a `user` nobody logs in.

    `ca_file` holds the certificates to trust besides the system's own.
    """

    idempotent = False
    budget = None

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        timeout: timedelta,
        *,
        tls: str = SSL,
        user: str | None = None,
        password: str | None = None,
        ca_file: Path | None = None,
    ) -> None:
        """Raises ValueError for an unknown kind of encryption, or a user without a password."""
        if tls not in (SSL, STARTTLS, NONE):
            raise ValueError(f"没有“{tls}”这种加密方式：可用 {SSL}、{STARTTLS}、{NONE}")
        if user is not None and not password:
            raise ValueError("填写了 SMTP 用户名却没有密码：请用密码文件或环境变量给出")
        self.timeout = timeout
        self._half = timeout.total_seconds() / 2
        self._host, self._port, self._tls = host, port, tls
        self._sender = sender
        self._user, self._password = user, password or ""
        self._ca_file = ca_file

    def send(self, outgoing: Outgoing) -> None:
        """Hand the mail to the server. Raises DeliveryFailed."""
        mail = self._mail(outgoing)
        with self._session() as session:
            _hand_over(session, self._sender, outgoing.address, mail)

    def check(self) -> None:
        """Connect and log in without sending anything. Raises DeliveryFailed."""
        with self._session():
            pass

    def _mail(self, outgoing: Outgoing) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        try:
            mail["From"] = Address("回应台", addr_spec=self._sender)
            mail["To"] = Address(addr_spec=outgoing.address)
        except (MessageError, ValueError, IndexError):
            raise DeliveryFailed("邮件地址写法不对：请在联系人里改正", permanent=True) from None
        mail["Subject"] = " ".join(subject_of(outgoing).split())
        mail["Date"] = outgoing.at
        mail["Message-ID"] = f"<{outgoing.key}@{self._sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text_of(outgoing), charset="utf-8", cte="base64")
        return mail

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A session that ends at the time-out, half of it for connecting, however slowly the answers drip in."""
        expired = Event()
        session: smtplib.SMTP | None = None
        try:
            session = self._connected()
            with cut_off(lambda: session.sock, self._half, expired):
                self._greet(session)
                yield session
                with suppress(smtplib.SMTPException, OSError):
                    session.quit()
        except (smtplib.SMTPException, OSError) as fault:
            raise DeliveryFailed(self._reason(fault, expired), channel_down=True) from fault
        finally:
            if session is not None:
                session.close()

    def _connected(self) -> smtplib.SMTP:
        if self._tls == SSL:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._half, context=self._trust())
        return smtplib.SMTP(self._host, self._port, timeout=self._half)

    def _greet(self, session: smtplib.SMTP) -> None:
        session.ehlo_or_helo_if_needed()
        if self._tls == STARTTLS:
            session.starttls(context=self._trust())
            session.ehlo()
        if self._user is not None:
            session.login(self._user, self._password)

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._ca_file is not None:
            context.load_verify_locations(self._ca_file)
        return context

    def _reason(self, fault: Exception, expired: Event) -> str:
        where = f"{self._host}:{self._port}"
        if expired.is_set() or isinstance(fault, TimeoutError) or isinstance(fault.__context__, TimeoutError):
            return f"邮件服务器 {where} 在 {self._half:g} 秒内没有答复"
        if isinstance(fault, smtplib.SMTPAuthenticationError):
            return f"邮件服务器 {where} 不认这个用户名和密码（{fault.smtp_code}）：请检查设置"
        if isinstance(fault, smtplib.SMTPNotSupportedError):
            return f"邮件服务器 {where} 不支持所设的加密或登录方式：请检查设置"
        if isinstance(fault, ssl.SSLError):
            return f"与邮件服务器 {where} 的加密连接没有建立：请检查加密方式和证书"
        if isinstance(fault, socket.gaierror):
            return f"找不到邮件服务器 {self._host}：请检查地址和网络"
        if isinstance(fault, smtplib.SMTPResponseException):
            return f"邮件服务器 {where} 拒绝服务（{fault.smtp_code}）"
        return f"连不上邮件服务器 {where}（{type(fault).__name__}）"


def _hand_over(session: smtplib.SMTP, sender: str, address: str, mail: EmailMessage) -> None:
    code, _ = session.mail(sender)
    if code != _OK:
        raise DeliveryFailed(f"邮件服务器不接受发件人（{code}）：请检查设置", channel_down=True)
    code, _ = session.rcpt(address)
    if code not in (_OK, 251):
        raise _refused(code, "收件人")
    try:
        code, _ = session.data(mail.as_bytes())
    except smtplib.SMTPDataError as fault:
        raise _refused(fault.smtp_code, "内容") from fault
    except (smtplib.SMTPException, OSError) as fault:
        reason = "邮件已交出，服务器没有确认收下"
        raise DeliveryFailed(reason, maybe_delivered=True, channel_down=True) from fault
    if code != _OK:
        raise _refused(code, "内容")


def _refused(code: int, what: str) -> DeliveryFailed:
    if code in _LOGIN_FAULTS:
        return DeliveryFailed(f"邮件服务器要求登录（{code}）：请检查设置", channel_down=True)
    permanent = 500 <= code < 600
    ending = "请在联系人里核对地址" if permanent and what == "收件人" else "稍后重试" if not permanent else "不再重试"
    return DeliveryFailed(f"邮件服务器拒收{what}（{code}）：{ending}", permanent=permanent)
