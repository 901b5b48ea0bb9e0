"""`huiying publish`: writes the public site of approved entries (回应公开) into a folder."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from casework.answers.site import MANIFEST, Site, files
from huiying.chinese import ChineseCommand
from huiying.cli import BadInput, Failed, pass_settings
from huiying.console import desk_at_console
from huiying.settings import Settings
from pipeline.accounts import CONSOLE
from pipeline.public_site import site_entries
from storage.site_folder import NotOurs, replace_site


@click.command(
    cls=ChineseCommand, help="把“回应公开”里已公开的条目写成静态网站：不联网、不含脚本；由单位放到自己的服务器上。"
)
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--address", required=True, metavar="网址", help="网站将来的网址，如 https://www.huichuan.gov.cn/huiying/"
)
@pass_settings
def command(settings: Settings, folder: Path, address: str) -> None:
    """Write the site and say what became of it."""
    placed = _checked(address)
    with desk_at_console(settings) as desk:
        site = Site(desk.organisation.name, desk.organisation.office_name, placed)
        with desk.store.reading() as t:
            entries, left = site_entries(t, desk.answering.checking)
        made = files(site, entries)
        try:
            became = replace_site(folder.absolute(), made, MANIFEST)
        except NotOurs as fault:
            raise BadInput(str(fault)) from None
        except OSError as fault:
            raise Failed(f"没有写成，原来的网站没有改动：{fault.strerror}") from None
        facts = {"entries": len(entries), "left_out": [one.id for one in left]}
        with desk.store.transaction() as t:
            t.audit.append(desk.clock.now(), CONSOLE, None, "site_written", str(folder)[-200:], True, facts)
    for label, names in (("新增", became.added), ("改动", became.changed), ("撤下", became.removed)):
        for name in names:
            click.echo(f"{label} {name}")
    for one in left:
        click.echo(f"未列入 {one.id}“{one.title}”：{one.why}", err=True)
    click.echo(f"共 {len(entries)} 条，{len(made)} 个文件，在 {folder}")


def _checked(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise BadInput("--address 应为完整的网址，如 https://www.huichuan.gov.cn/huiying/")
    return address if address.endswith("/") else f"{address}/"
