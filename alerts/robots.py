"""The robots of group chats: a file each, named as in the contacts, that holds the secrets by which one posts there."""

from __future__ import annotations

import re
from pathlib import Path

from alerts.delivery import DeliveryFailed
from records.secret_files import UnusableSecret, secret_lines

_NAME = re.compile(r"[^\W_][\w-]{0,39}")


def robot_name_fault(name: str) -> str | None:
    """Why this cannot name a robot, in Chinese."""
    if _NAME.fullmatch(name):
        return None
    return "地址应是机器人的名称（“名称.key”文件的名称），只用文字、数字和 -，至多 40 个字"


class Robots:
    """The robots whose files lie in one folder; each file has `lines` lines, and `what` says in a message what they are."""

    def __init__(self, folder: Path, lines: int, what: str) -> None:
        self._folder, self._lines, self._what = folder, lines, what

    def secrets(self, name: str) -> tuple[str, ...]:
        """The lines of a robot's file. Raises DeliveryFailed."""
        fault = robot_name_fault(name)
        if fault is not None:
            raise DeliveryFailed(fault, permanent=True)
        file = self._folder / f"{name}.key"
        try:
            found = secret_lines(file, "机器人密钥文件")
        except UnusableSecret as unusable:
            raise DeliveryFailed(str(unusable)) from None
        if found is None:
            raise DeliveryFailed(f"没有名为“{name}”的机器人：请把{self._what}写进 {file}，并执行 chmod 600")
        try:
            texts = tuple(line.decode("ascii") for line in found)
        except UnicodeDecodeError:
            texts = ()
        if len(texts) != self._lines or any(not text.isprintable() or " " in text for text in texts):
            raise DeliveryFailed(f"机器人密钥文件 {file} 不对：应写{self._what}，一行一个")
        return texts
