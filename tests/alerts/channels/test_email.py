"""Mail goes through a real SMTP server, with encryption and log-in, and every refusal is told apart."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from alerts.channels.email import Email
from alerts.delivery import DeliveryFailed, Outgoing
from tests.alerts import vendor
from tests.alerts.vendor import SECONDS


class Mailbox:
    """What a server took in, and what it answers to a recipient or to the text."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.to: list[str] = []
        self.answer_recipient: str | None = None
        self.answer_text: str | None = None

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]) -> str:
        if self.answer_recipient:
            return self.answer_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer_text:
            return self.answer_text
        assert isinstance(envelope.content, bytes)
        self.to += envelope.rcpt_tos
        self.mails.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def serve(mailbox: Mailbox) -> Iterator[Callable[..., int]]:
    running: list[Controller] = []

    def started(**options: object) -> int:
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            port = free.getsockname()[1]
        controller = Controller(mailbox, hostname="127.0.0.1", port=port, ready_timeout=20, **options)
        controller.start()
        running.append(controller)
        return port

    yield started
    for controller in running:
        controller.stop()


def outgoing(**more: object) -> Outgoing:
    return vendor.outgoing(**({"address": "duty@example.cn"} | more))


def channel(port: int, host: str = "127.0.0.1", seconds: float = 8, **more: object) -> Email:
    options: dict[str, object] = {"tls": "none"} | more
    return Email(host, port, "desk@office.example", seconds * SECONDS, **options)  # type: ignore[arg-type]


def refusal(email: Email, mail: Outgoing | None = None) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        email.send(mail or outgoing())
    return caught.value


def test_a_mail_arrives_with_a_chinese_subject_plain_text_and_one_link(serve: Callable[..., int], mailbox: Mailbox):
    channel(serve()).send(outgoing())
    (mail,) = mailbox.mails
    assert mailbox.to == ["duty@example.cn"]
    assert mail["Subject"] == "首报还剩30分钟：“供热方案”相关舆情"
    assert mail["From"].addresses[0].display_name == "回应台"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == [
        "责任单位：住建局",
        "最迟4月10日 09:40（北京时间）报送。",
        "查看：http://127.0.0.1:8501/incident?id=20260410-001",
        "编号：abababab",
    ]


def test_a_repeat_has_the_same_message_id_and_says_that_it_may_be_one(serve: Callable[..., int], mailbox: Mailbox):
    email = channel(serve())
    email.send(outgoing())
    email.send(outgoing(maybe_repeated=True))
    first, repeat = mailbox.mails
    assert first["Message-ID"] == repeat["Message-ID"] == f"<{'ab' * 32}@office.example>"
    assert repeat["Subject"].startswith("〔可能重复 · 编号 abababab〕")


def test_a_line_break_in_a_title_makes_no_header(serve: Callable[..., int], mailbox: Mailbox):
    channel(serve()).send(outgoing(title="标题\r\nBcc: victim@example.cn\r\n\r\n正文"))
    (mail,) = mailbox.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "标题 Bcc: victim@example.cn 正文"
    assert mailbox.to == ["duty@example.cn"]


@pytest.mark.parametrize(
    "address",
    ["", "duty", "a@b.cn\r\nRCPT TO:<victim@example.cn>", "a@b.cn, c@d.cn", "<a@b.cn>", "值班@例子.cn", "a b@c.cn"],
)
def test_an_address_that_is_none_is_refused_for_good_and_nothing_is_sent(
    serve: Callable[..., int], mailbox: Mailbox, address: str
):
    failure = refusal(channel(serve()), outgoing(address=address))
    assert failure.permanent
    assert "地址写法不对" in str(failure)
    assert mailbox.mails == []


def test_mail_goes_over_an_encrypted_connection_from_the_start(
    serve: Callable[..., int], mailbox: Mailbox, server_side: ssl.SSLContext, certificate: tuple[Path, Path]
):
    port = serve(ssl_context=server_side, server_hostname="localhost")
    channel(port, "localhost", tls="ssl", ca_file=certificate[0]).send(outgoing())
    assert len(mailbox.mails) == 1


def test_mail_goes_over_starttls_with_a_log_in(
    serve: Callable[..., int], mailbox: Mailbox, server_side: ssl.SSLContext, certificate: tuple[Path, Path]
):
    port = serve(tls_context=server_side, require_starttls=True, authenticator=knows_the_desk, auth_required=True)
    email = channel(port, "localhost", tls="starttls", ca_file=certificate[0], user="desk", password="geheim")
    email.check()
    email.send(outgoing())
    assert len(mailbox.mails) == 1


def knows_the_desk(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword
) -> AuthResult:
    return AuthResult(success=(login.login, login.password) == (b"desk", b"geheim"), handled=False)


def test_a_wrong_password_is_a_fault_of_the_settings_and_the_mail_is_kept(
    serve: Callable[..., int], server_side: ssl.SSLContext, certificate: tuple[Path, Path]
):
    port = serve(tls_context=server_side, authenticator=knows_the_desk, auth_required=True)
    email = channel(port, "localhost", tls="starttls", ca_file=certificate[0], user="desk", password="falsch")
    failure = refusal(email)
    assert (failure.permanent, failure.channel_down) == (False, True)
    assert "用户名和密码" in str(failure)
    assert "falsch" not in str(failure)


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    serve: Callable[..., int], mailbox: Mailbox, server_side: ssl.SSLContext
):
    failure = refusal(channel(serve(tls_context=server_side), "localhost", tls="starttls"))
    assert "加密连接没有建立" in str(failure)
    assert mailbox.mails == []


def test_a_server_without_starttls_gets_nothing_in_the_clear(serve: Callable[..., int], mailbox: Mailbox):
    failure = refusal(channel(serve(), tls="starttls"))
    assert "不支持" in str(failure)
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("answer", "permanent", "down"),
    [
        ("550 no such user", True, False),
        ("450 mailbox busy", False, False),
        ("452 mailbox full for now", False, False),
        ("530 log in first", False, True),
    ],
)
def test_what_the_server_says_of_a_recipient_decides_whether_trying_again_can_help(
    serve: Callable[..., int], mailbox: Mailbox, answer: str, permanent: bool, down: bool
):
    mailbox.answer_recipient = answer
    failure = refusal(channel(serve()))
    assert (failure.permanent, failure.channel_down, failure.maybe_delivered) == (permanent, down, False)


@pytest.mark.parametrize(("answer", "permanent"), [("554 not this text", True), ("451 later", False)])
def test_what_the_server_says_of_the_text_is_a_clear_refusal(
    serve: Callable[..., int], mailbox: Mailbox, answer: str, permanent: bool
):
    mailbox.answer_text = answer
    failure = refusal(channel(serve()))
    assert (failure.permanent, failure.maybe_delivered) == (permanent, False)


def test_a_server_that_is_not_there_is_a_channel_that_is_down():
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    failure = refusal(channel(port))
    assert (failure.permanent, failure.channel_down, failure.maybe_delivered) == (False, True, False)
    assert "连不上邮件服务器" in str(failure)


def test_a_server_that_never_answers_is_given_up_in_time():
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        failure = refusal(channel(silent.getsockname()[1], seconds=0.4))
    assert "没有答复" in str(failure)
    assert failure.channel_down


def test_a_server_that_drips_its_answers_is_given_up_in_time():
    with scripted([b"220 hello\r\n", b"250-a\r\n" * 1], drip=b"250-more\r\n") as port:
        failure = refusal(channel(port, seconds=1))
    assert failure.channel_down
    assert not failure.maybe_delivered


def test_a_connection_that_breaks_after_the_text_leaves_the_fate_of_the_mail_unknown():
    answers = [b"220 hello\r\n", b"250 ehlo\r\n", b"250 sender\r\n", b"250 recipient\r\n", b"354 go on\r\n"]
    with scripted(answers) as port:
        failure = refusal(channel(port))
    assert failure.maybe_delivered
    assert not failure.permanent


class scripted:
    """A server that says its answers one a line of the client's, then drips or hangs up."""

    def __init__(self, answers: list[bytes], drip: bytes | None = None) -> None:
        self._answers = answers
        self._drip = drip
        self._server = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> int:
        self._thread.start()
        return self._server.getsockname()[1]

    def __exit__(self, *_: object) -> None:
        self._thread.join(timeout=20)
        self._server.close()

    def _serve(self) -> None:
        connection, _ = self._server.accept()
        with connection, connection.makefile("rb") as lines:
            for answer in self._answers:
                connection.sendall(answer)
                lines.readline()
            if self._drip is None:
                return
            connection.settimeout(0.1)
            try:
                while True:
                    connection.sendall(self._drip)
                    try:
                        if not connection.recv(100):
                            return
                    except TimeoutError:
                        continue
            except OSError:
                return


@pytest.mark.parametrize(
    ("options", "told"),
    [({"tls": "tls"}, "加密方式"), ({"user": "desk"}, "没有密码"), ({"user": "desk", "password": ""}, "密码")],
)
def test_settings_that_cannot_work_are_refused_at_the_start(options: dict[str, str], told: str):
    with pytest.raises(ValueError, match=told):
        channel(25, **options)
