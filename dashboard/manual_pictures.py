"""The pictures of the manual: where a browser finds them, for whoever is signed in."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

FOLDER = Path(__file__).with_name("manual")
"""The manual (值班手册): its parts and their pictures, beside the code so that they are installed with it."""

PATH = "/manual/{picture}"
PICTURE = re.compile(r"!\[([^\]]*)\]\(([\w-]+\.png)\)", re.ASCII)
"""A picture in a part: what it shows in words, and its file."""

_NAME = re.compile(r"[\w-]+\.png", re.ASCII)


async def show(request: Request) -> Response:
    """One picture; nothing else of the folder."""
    name = request.path_params["picture"]
    if not _NAME.fullmatch(name) or not (FOLDER / name).is_file():
        return PlainTextResponse("没有这张图片", status_code=404)
    return FileResponse(FOLDER / name, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})


def addressed(text: str) -> str:
    """A part with its pictures at the addresses by which the page loads them."""
    return PICTURE.sub(r"![\1](/manual/\2)", text)
