"""Says in one Chinese line why a cluster did not do what it was asked, where it is, and which setting to look at."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from elastic_transport import ConnectionTimeout, TlsError
from elasticsearch import ApiError, NotFoundError, TransportError, UnsupportedProductError

_WRONG_NAME = frozenset({62, 64})
_NOT_YET, _EXPIRED = 9, 10
"""Codes of OpenSSL's X509_V_ERR_…: of a host's name and address, and of the time."""
_ACTION = re.compile(r"action \[([a-z:/_*]+)\]")


def trouble_of(error: ApiError | TransportError, where: str, prefix: str) -> str:
    """What the error means for who looks after the desk. `where` is the address asked, without any secret."""
    if isinstance(error, ApiError):
        return _answered(error, where, prefix)
    return f"连不上搜索引擎（{where}）：{_unreached(error, where)}"


def absent(error: NotFoundError) -> None:
    """Let pass that the cluster has no such thing. Raises the error where something else answers in its place."""
    if not isinstance(error.body, dict):
        raise error


def _unreached(error: TransportError, where: str) -> str:
    beneath = list(_beneath(error))
    if isinstance(error, TlsError):
        return _untrusted(beneath, where)
    if isinstance(error, ConnectionTimeout):
        return "等到超时没有答复。请确认集群没有卡住、防火墙放行；确实慢的，把 search.timeout_seconds 调大"
    if any(isinstance(one, socket.gaierror) for one in beneath):
        return "找不到这个主机名。请核对 search.url 和本机的域名解析"
    if any(isinstance(one, ConnectionRefusedError) for one in beneath):
        return "那个端口上没有程序。请确认集群已启动，并核对 search.url 的主机和端口"
    if any(isinstance(one, ConnectionResetError) for one in beneath) and where.startswith("http://"):
        return "对方不答复就断开了。请确认集群已启动；集群开了 HTTPS 的，search.url 要写 https://"
    return f"连接出错（{type(error).__name__}）。请确认集群已启动，并核对 search.url"


def _untrusted(beneath: list[BaseException], where: str) -> str:
    faults = [one for one in beneath if isinstance(one, ssl.SSLCertVerificationError)]
    if not faults:
        return "对方说的不是 TLS。集群没有开 HTTPS 的，search.url 要写 http://；开了的，请核对端口"
    code = faults[0].verify_code
    if code in _WRONG_NAME:
        name = urlsplit(where).hostname
        return f"它的证书不是发给“{name}”的。请在 search.url 里写证书上的名称，或给集群换一张写有这个名称的证书"
    if code == _EXPIRED:
        return "它的证书已经过期。请给集群换证书，并核对本机的时间"
    if code == _NOT_YET:
        return "它的证书还没有到生效的时间。请核对本机和集群的时间"
    return (
        f"它的证书不是所信任的机构签发的（{faults[0].verify_message}）。"
        "自建机构签发的，请把那家机构的证书（PEM）写进 search.ca_file；已经写了的，请核对是不是同一家"
    )


def _answered(error: ApiError, where: str, prefix: str) -> str:
    status, own = error.status_code, isinstance(error.body, dict)
    # A proxy in front of the cluster answers with a page instead.
    denied = error.error == "security_exception" or not own
    if status == 401:
        return (
            f"搜索引擎（{where}）不认账号或密码（401）。请核对 search.user、search.password_file 或 search.api_key_file"
        )
    if status == 403 and denied:
        found = _ACTION.search(str(error.body))
        lacking = f"，缺 {found[1]}" if found else ""
        return (
            f"搜索引擎（{where}）不许这个账号这样做（403{lacking}）。"
            f"请给它对 {prefix}-* 各索引的 read、write、manage 权限，见 docs/elasticsearch.md"
        )
    if status == 400 and not own and where.startswith("http://"):
        return f"连不上搜索引擎（{where}）：对方要 HTTPS，地址却是 http://。请把 search.url 改成 https://"
    if 300 <= status < 400:
        return f"搜索引擎（{where}）答复 {status}，叫到别处去。请把 search.url 写成最后的地址，一般是 https://"
    if isinstance(error, UnsupportedProductError) or (status < 500 and not own):
        return (
            f"连不上搜索引擎（{where}）：那里答复的（{status}）不是 Elasticsearch。请核对 search.url 的主机、端口和路径"
        )
    if not own:
        return f"搜索引擎（{where}）前面的代理答复 {status}。请确认代理后面的集群已启动"
    return f"搜索引擎（{where}）答复 {status} {error.error}"


def _beneath(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it."""
    yield error
    for one in (*getattr(error, "errors", ()), *error.args, error.__cause__):
        if isinstance(one, BaseException):
            yield from _beneath(one)
