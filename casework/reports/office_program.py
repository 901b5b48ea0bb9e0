"""Turns .docx into .pdf by a headless LibreOffice that is shut off: a profile of its own, no macros, no network, a time limit."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from casework.reports.document import NoProgram, NotPrinted
from casework.reports.fonts import environment

PROGRAMS = ("soffice", "libreoffice")
SECONDS, SECONDS_EACH = 15.0, 5.0
"""How long one call may take, and how much longer for every further paper."""

_PROFILE = Path(__file__).with_name("office_program.xcu")
_EXPORT = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'
_NOWHERE = "http://127.0.0.1:9"
"""A proxy that is not there: whatever would ask the network gets no answer."""

_CREATED = re.compile(rb"<dcterms:created[^>]*>(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z<")
_DATE = re.compile(rb"/(CreationDate|ModDate)\(D:\d{14}[^)]*\)")
_ID = re.compile(rb"/ID \[ <[0-9A-F]{32}>(\s+)<[0-9A-F]{32}> \]")
_CHECKSUM = re.compile(rb"/DocChecksum /[0-9A-F]{32}")


def program() -> str | None:
    """Where LibreOffice is; None where it is not installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def converted(papers: Sequence[bytes], seconds: float | None = None) -> list[bytes]:
    """Each .docx as .pdf, all in one call; the same paper gives the same bytes on a machine. Raises NotPrinted."""
    found = program()
    if found is None:
        raise NoProgram("本机没有安装 LibreOffice，不能转成 PDF；请安装 libreoffice-writer-nogui，.docx 不受影响")
    limit = SECONDS + SECONDS_EACH * (len(papers) - 1) if seconds is None else seconds
    with tempfile.TemporaryDirectory(prefix="huiying-pdf-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        sources = [folder / f"{number:04d}.docx" for number in range(len(papers))]
        for file, paper in zip(sources, papers, strict=True):
            file.write_bytes(paper)
        _call(found, folder, sources, limit)
        written = [folder / "pdf" / f"{file.stem}.pdf" for file in sources]
        if not all(file.is_file() for file in written):
            raise NotPrinted("LibreOffice 没有转出 PDF，请看它能否单独打开这份 .docx；.docx 不受影响")
        return [_settled(file.read_bytes(), paper) for file, paper in zip(written, papers, strict=True)]


def _call(program: str, folder: Path, sources: Sequence[Path], limit: float) -> None:
    settings = folder / "profile" / "user"
    settings.mkdir(parents=True)
    shutil.copyfile(_PROFILE, settings / "registrymodifications.xcu")
    command = (
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard"),
        *("--convert-to", _EXPORT, "--outdir", str(folder / "pdf"), *map(str, sources)),
    )
    running = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_shut_off(folder),
        cwd=folder,
        start_new_session=True,
    )
    try:
        running.wait(limit)
    except subprocess.TimeoutExpired:
        raise NotPrinted(f"LibreOffice 超过 {limit:.0f} 秒没有转完，已停止；.docx 不受影响") from None
    finally:
        _end(running)


def _end(running: subprocess.Popen[bytes]) -> None:
    """End the program and whatever it started, if any of it is still there."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def _shut_off(folder: Path) -> Mapping[str, str]:
    """No home, no display, no network; the fonts of whoever runs the desk, and those that stand in."""
    kept = {
        name: value for name, value in environment().items() if name in {"PATH", "LANG", "LC_ALL", "FONTCONFIG_FILE"}
    }
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), _NOWHERE)
    fonts = {"XDG_DATA_HOME": os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")}
    return {**kept, **proxies, **fonts, "HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"}


def _settled(pdf: bytes, paper: bytes) -> bytes:
    """The same .pdf with the paper's own time and name in place of the moment it was made; no byte moves."""
    with zipfile.ZipFile(BytesIO(paper)) as package:
        created = _CREATED.search(package.read("docProps/core.xml"))
    moment = b"".join(created.groups()) if created else b"19800101000000"
    name = hashlib.sha256(paper).hexdigest()[:32].upper().encode()
    pdf = _DATE.sub(lambda found: b"/%b(D:%bZ')" % (found[1], moment), pdf)
    pdf = _ID.sub(lambda found: b"/ID [ <%b>%b<%b> ]" % (name, found[1], name), pdf)
    return _CHECKSUM.sub(b"/DocChecksum /" + name, pdf)
