"""`huiying contact`: where alerts to a unit or to the office go, besides the message page."""

from __future__ import annotations

import click

import alerts.channels
from huiying.chinese import ChineseGroup
from huiying.cli import pass_settings
from huiying.console import desk_at_console
from huiying.discovery import names
from huiying.settings import Settings
from huiying.wiring import address_faults
from pipeline.contacts import add_contact, remove_contact
from pipeline.notify import PAGE
from records.alerts import KEEPER, OFFICE
from records.naming import office_name
from records.people import Contact
from records.words import Level

_CHANNELS = [name for name in names(alerts.channels) if name != PAGE]


@click.group(
    cls=ChineseGroup,
    help="管理提醒发给谁：每个单位（本办公室写 office，操作日志的链首保管人写 keeper）可有多个联系方式。",
)
def command() -> None:
    """Only holds the sub-commands."""


@command.command("list", help="列出全部联系方式。")
@pass_settings
def show(settings: Settings) -> None:
    """List the contacts."""
    with desk_at_console(settings) as desk, desk.store.reading() as t:
        contacts = t.people.contacts()
    for contact in contacts:
        order = f"{contact.rank}" if contact.level is Level.DUTY else f"{contact.rank} {contact.level.label}"
        shown = (_shown(contact.recipient), order, contact.channel, contact.address, contact.name or "—")
        click.echo("\t".join(shown))
    if not contacts:
        click.echo("还没有联系方式：提醒只进站内消息。用 huiying contact add 添加")


@command.command("add", help="添加一个联系方式。")
@click.argument("recipient", metavar="单位")
@click.argument("channel", metavar="渠道", type=click.Choice(_CHANNELS))
@click.argument("address", metavar="地址")
@click.option("--name", default="", metavar="姓名", help="联系人姓名")
@click.option(
    "--rank",
    default=1,
    type=click.IntRange(1, 9),
    metavar="次序",
    help="1 立即发；2 以上在前面的都没有送达时才发。默认 1",
)
@click.option(
    "--level",
    default=Level.DUTY.value,
    type=click.Choice([level.value for level in Level]),
    metavar="身份",
    help="duty 值班员；head 负责人、leader 区领导：没有人签收时逐级告知。默认 duty",
)
@pass_settings
def add(settings: Settings, recipient: str, channel: str, address: str, name: str, rank: int, level: str) -> None:
    """Add a contact."""
    contact = Contact(recipient, channel, address, name, rank, Level(level))
    with desk_at_console(settings) as desk:
        add_contact(desk.store, contact, desk.clock.now(), address_faults())
    click.echo(f"以后发给{_shown(recipient)}的提醒{_when(contact)} {address}")
    if getattr(settings.alerts, channel, None) is None:
        click.echo(f"注意：设置里还没有配置 alerts.{channel}，配置之前发不出去")


@command.command("remove", help="去掉一个联系方式。")
@click.argument("recipient", metavar="单位")
@click.argument("channel", metavar="渠道")
@click.argument("address", metavar="地址")
@pass_settings
def remove(settings: Settings, recipient: str, channel: str, address: str) -> None:
    """Remove a contact."""
    with desk_at_console(settings) as desk:
        remove_contact(desk.store, Contact(recipient, channel, address), desk.clock.now())
    click.echo(f"发给{_shown(recipient)}的提醒不再发到 {address}")


def _when(contact: Contact) -> str:
    if contact.level is not Level.DUTY:
        return f"在没有人签收、逐级告知{contact.level.label}时发到"
    return "也发到" if contact.rank == 1 else "在前面的联系方式都没有送达时发到"


def _shown(recipient: str) -> str:
    return {OFFICE: f"{office_name()}值班员（office）", KEEPER: "链首保管人（keeper）"}.get(recipient, recipient)
