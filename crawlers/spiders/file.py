"""A watched folder with exports of a 12345 hotline or a monitoring service: CSV, TSV, XLSX, JSON Lines, JSON arrays."""

from __future__ import annotations

import codecs
from collections.abc import Generator, Iterator, Mapping
from datetime import datetime
from pathlib import PurePath
from typing import IO, Annotated

from pydantic import BeforeValidator, Field, field_validator

from crawlers.bodies import is_html
from crawlers.encoding import decoded
from crawlers.exports import Entry, Layout, Note, entries
from crawlers.headings import is_personal
from crawlers.json_rows import json_table
from crawlers.outcomes import Outcome
from crawlers.reading import Options, Unreadable, Via
from crawlers.sources import Source
from crawlers.tabular import Table, delimited_table
from crawlers.workbooks import workbook_tables
from records.words import Channel

VIA = Via.FOLDER

WORKBOOKS = frozenset({".xlsx", ".xlsm"})
TEXTS = frozenset({".csv", ".tsv", ".txt"})
JSON = frozenset({".jsonl", ".ndjson", ".json"})
REFUSED: Mapping[str, str] = {
    **dict.fromkeys((".xls", ".xlsb", ".et", ".ods"), "这类表格读不了：请打开后另存为 .xlsx"),
    **dict.fromkeys((".zip", ".rar", ".7z", ".gz"), "是压缩包：请解压后再放入"),
}
"""Endings of files that somebody meant to be read and that are not, with what to do."""

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ENCODINGS = {"ansi": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "unicode": "utf-16", "auto": None, "自动": None}
_DELIMITERS = {"tab": "\t", "\\t": "\t", "逗号": ",", "分号": ";", "制表符": "\t", "auto": None, "自动": None}


def _headings(value: object) -> object:
    named = [value] if isinstance(value, str) else value
    if named is not None and not (isinstance(named, list | tuple) and all(isinstance(name, str) for name in named)):
        raise ValueError("应为列名，或几个列名的列表")
    return named


def _with_text_keys(value: object) -> object:
    return {str(key): channel for key, channel in value.items()} if isinstance(value, dict) else value


def _sheet(value: object) -> object:
    if isinstance(value, bool) or not (value is None or isinstance(value, str | int)):
        raise ValueError("应为工作表的名称，或第几张（从 1 起）")
    return value


Headings = Annotated[tuple[str, ...] | None, BeforeValidator(_headings)]


class ColumnOptions(Options):
    """The heading of each column, or several; in JSON a path of keys joined by dots. [] for a column not to be read.

    Several texts are joined, several parts of a time read together; of others the first that is not blank counts.
    `seen` is when the export's maker saw the post, and stands in where the post has no time of its own.
    """

    id: Headings = None
    text: Headings = None
    title: Headings = None
    published: Headings = None
    seen: Headings = None
    channel: Headings = None
    url: Headings = None
    comments: Headings = None
    reposts: Headings = None
    likes: Headings = None
    views: Headings = None
    in_reply_to: Headings = None

    @field_validator("id", "text", "title", "channel", "in_reply_to")
    @classmethod
    def _about_nobody(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for name in names or ():
            if is_personal(name):
                raise ValueError(f"不能指向“{name[:30]}”：姓名、电话、账号、地址一类的列一律不读")
        return names


class FileOptions(Options):
    """`folder`: where the exports are dropped; a relative path starts at the desk's data folder.

    `pattern`: which files, by name (`*.csv`), every known ending by default. `channels`: what the words of the channel
    column mean; any other word is the row's own channel. `encoding`, `delimiter` and the row of the headings
    (`header_row`, from 1) are found out where they are not given; `sheet` is a sheet's name or number, by default every
    visible sheet with headings that are known.
    """

    folder: str = Field(min_length=1)
    pattern: Headings = None
    recursive: bool = False
    columns: ColumnOptions = ColumnOptions()
    channels: Annotated[dict[str, Channel], BeforeValidator(_with_text_keys)] = Field({})
    encoding: str | None = None
    delimiter: str | None = None
    sheet: Annotated[str | int | None, BeforeValidator(_sheet)] = None
    header_row: int | None = Field(None, ge=1, le=1000)

    @field_validator("folder")
    @classmethod
    def _folder(cls, folder: str) -> str:
        if "://" in folder or folder.startswith(("~", "\\\\")):
            raise ValueError("应为本机文件夹的完整路径；共享文件夹请先挂载到本机，~ 请写成完整路径")
        if ".." in PurePath(folder).parts or "\0" in folder:
            raise ValueError("路径里不能有 ..")
        return folder

    @field_validator("pattern")
    @classmethod
    def _pattern(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if any("/" in name or "\\" in name for name in names or ()):
            raise ValueError("只写文件名的样式，如 *.csv；要读子文件夹，写 recursive: true")
        return names

    @field_validator("encoding")
    @classmethod
    def _encoding(cls, name: str | None) -> str | None:
        if name is None or name.lower() in _ENCODINGS:
            return _ENCODINGS[name.lower()] if name else None
        try:
            "".encode(name)
            return codecs.lookup(name).name
        except LookupError:
            raise ValueError("没有这种编码：可写 gb18030、utf-8、utf-16、big5，或不写（自动识别）") from None

    @field_validator("delimiter")
    @classmethod
    def _delimiter(cls, sign: str | None) -> str | None:
        sign = _DELIMITERS.get(sign.lower(), sign) if sign else None
        if sign is not None and (len(sign) != 1 or sign in '"\r\n'):
            raise ValueError("应为一个字符，如 , 或 tab，或不写（自动识别）")
        return sign


OPTIONS = FileOptions


def read(file: IO[bytes], name: str, source: Source, now: datetime) -> Generator[Entry | Note]:
    """The rows of an export called `name`, in order. Raises Unreadable, where a part can be read after that part."""
    options = source.options
    assert isinstance(options, FileOptions)
    layout = Layout(
        source=source.id,
        asked={field: getattr(options.columns, field) for field in ColumnOptions.model_fields},
        channels=options.channels,
        # What came in to a hotline is the hotline's, whether by telephone, WeChat or web form.
        guess_channel=source.channel is not Channel.HOTLINE,
        header_row=options.header_row,
    )
    return entries(_tables(file, name, options, layout), layout, now)


def _tables(file: IO[bytes], name: str, options: FileOptions, layout: Layout) -> Iterator[Table]:
    ending = PurePath(name).suffix.lower()
    head = file.read(4096)
    if ending in REFUSED:
        raise Unreadable(Outcome.NOT_EXPECTED, REFUSED[ending])
    if head.startswith(_OLE):
        raise Unreadable(Outcome.BAD_CONTENT, _sealed(file))
    if ending in WORKBOOKS or head.startswith(_ZIP):
        return workbook_tables(file, options.sheet)
    begins = decoded(head).text.lstrip()
    if is_html(begins):
        raise Unreadable(Outcome.NOT_EXPECTED, "是网页，不是表格：请在原系统里导出 Excel 或 CSV")
    if ending in JSON or (ending not in TEXTS and begins[:1] in ("{", "[")):
        return iter([json_table(file, options.encoding)])
    return iter([delimited_table(file, options.encoding, options.delimiter, layout.fit)])


def _sealed(file: IO[bytes]) -> str:
    file.seek(0)
    rest = b""
    while block := file.read(1024 * 1024):
        if _ENCRYPTED in rest + block:
            return "有密码：请去掉密码另存后再放入"
        rest = block[-len(_ENCRYPTED) :]
    return REFUSED[".xls"]
