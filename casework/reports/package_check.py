"""Looks into an uploaded .docx before anything opens it: bombs, macros, links to the outside, embedded objects, active fields."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO

from lxml import etree

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 30 * 1024 * 1024
MOST_ENTRIES = 300
MOST_RATIO = 200
"""An entry that grows more than this on unpacking is a bomb; honest XML grows some twentyfold."""

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ALLOWED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core|custom)\.xml|docProps/thumbnail\.(jpeg|png|emf|wmf)"
    r"|word/_rels/[a-zA-Z0-9]+\.xml\.rels|word/media/[^/]+\.(png|jpe?g|gif|bmp|emf|wmf)|word/theme/(_rels/)?theme\d*\.xml(\.rels)?"
    r"|word/(document|styles|stylesWithEffects|settings|webSettings|fontTable|numbering|footnotes|endnotes|header\d+|footer\d+"
    r"|comments|commentsExtended|commentsIds|commentsExtensible|people)\.xml"
    r"|customXml/(_rels/)?item(Props)?\d+\.xml(\.rels)?"
)
_HARMLESS_FIELDS = {"PAGE", "NUMPAGES", "SECTIONPAGES"}
_FORBIDDEN = {
    "object": "嵌入的对象",
    "control": "控件",
    "altChunk": "嵌入的文档",
    "subDoc": "链接的子文档",
    "OLEObject": "嵌入的对象",
    "attachedTemplate": "链接的模板",
    "mailMerge": "邮件合并",
    "dataBinding": "数据绑定",
}


class BadTemplate(Exception):
    """A template that is not taken; the message says what is wrong with it and what to do."""


def checked_package(content: bytes) -> None:
    """Raises BadTemplate for a file that is no plain .docx."""
    if len(content) > MOST_BYTES:
        raise BadTemplate(f"模板太大（{len(content) / 1024**2:.1f} MB），最大 {MOST_BYTES // 1024**2} MB")
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = _read(package)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise BadTemplate("这不是 .docx 文件，或文件已损坏；请用 Word 或 WPS 另存为 .docx 再试") from None
    trees = {name: _tree(name, part) for name, part in parts.items() if name.endswith((".xml", ".rels"))}
    _check_types(trees.get("[Content_Types].xml"))
    for name, tree in trees.items():
        if name.endswith(".rels"):
            _check_relations(tree)
        elif name.startswith("word/"):
            _check_words(name, tree)


def _read(package: zipfile.ZipFile) -> Mapping[str, bytes]:
    entries = [one for one in package.infolist() if not one.is_dir()]
    if len(entries) > MOST_ENTRIES or len({one.filename for one in entries}) != len(entries):
        raise BadTemplate("模板里的文件太多或有重名，不像 .docx；请用 Word 或 WPS 另存为 .docx 再试")
    for one in entries:
        if one.flag_bits & 1:
            raise BadTemplate("模板加了密码；请去掉密码再试")
        _check_name(one.filename)
        if one.file_size > 1024**2 and one.file_size > MOST_RATIO * max(one.compress_size, 1):
            raise BadTemplate(f"模板里的 {one.filename} 解压后大得不正常，不予打开")
    if sum(one.file_size for one in entries) > MOST_UNPACKED:
        raise BadTemplate(f"模板解压后超过 {MOST_UNPACKED // 1024**2} MB，不予打开")
    return {one.filename: _part(package, one) for one in entries}


def _part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """An entry's bytes; never more of them than it says, whatever is packed there."""
    with package.open(entry) as packed:
        content = packed.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise BadTemplate(f"模板里的 {entry.filename} 与所写的大小不符，不予打开")
    return content


def _check_name(name: str) -> None:
    lower = name.lower()
    if "vba" in lower or "macro" in lower or "activex" in lower:
        raise BadTemplate(f"模板里有宏或控件（{name}）；请另存为不带宏的 .docx 再试")
    if "embeddings/" in lower or "oleobject" in lower:
        raise BadTemplate(f"模板里有嵌入的对象（{name}）；请删去后再试")
    if not _ALLOWED.fullmatch(name):
        raise BadTemplate(f"模板里有用不到的内容（{name}）；请删去后再试")


def _tree(name: str, content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise BadTemplate(f"模板里的 {name} 已损坏；请用 Word 或 WPS 另存为 .docx 再试") from None
    if tree.getroottree().docinfo.doctype:
        raise BadTemplate(f"模板里的 {name} 带有文档类型声明，不予打开")
    return tree


def _check_types(types: etree._Element | None) -> None:
    named = {} if types is None else {one.get("PartName"): one.get("ContentType") for one in types}
    if named.get("/word/document.xml") != _MAIN:
        raise BadTemplate("模板不是普通的 .docx（可能是带宏的 .docm 或 .dotx 模板）；请另存为 .docx 再试")
    if any("macro" in (kind or "").lower() for kind in named.values()):
        raise BadTemplate("模板里有宏；请另存为不带宏的 .docx 再试")


def _check_relations(tree: etree._Element) -> None:
    for one in tree:
        if one.get("TargetMode") == "External":
            raise BadTemplate(f"模板里有指向外部的链接（{_short(one.get('Target'))}）；请删去链接、嵌入图片后再试")


def _check_words(name: str, tree: etree._Element) -> None:
    for one in tree.iter():
        if not isinstance(one.tag, str):
            continue
        local = etree.QName(one).localname
        if local in _FORBIDDEN:
            raise BadTemplate(f"模板里有{_FORBIDDEN[local]}（{name}）；请删去后再试")
        for attribute, value in one.attrib.items():
            key = etree.QName(str(attribute)).localname
            if key in {"href", "src"} and value:
                raise BadTemplate(f"模板里有指向外部的链接（{_short(str(value))}）；请删去后再试")
    for code in _codes(tree):
        if code and code.split()[0].upper() not in _HARMLESS_FIELDS:
            raise BadTemplate(
                f"模板里有域代码“{_short(code)}”，只允许页码（PAGE、NUMPAGES）；请按 Ctrl+Shift+F9 转成文字再试"
            )


def _codes(tree: etree._Element) -> Iterator[str]:
    """The instructions of a text's fields; one may be cut into several runs."""
    for one in tree.iter(f"{{{_W}}}fldSimple"):
        yield (one.get(f"{{{_W}}}instr") or "").strip()
    for paragraph in tree.iter(f"{{{_W}}}p"):
        code = ""
        for one in paragraph.iter(f"{{{_W}}}instrText", f"{{{_W}}}fldChar"):
            if one.tag.endswith("}instrText"):
                code += one.text or ""
            else:
                yield code.strip()
                code = ""
        yield code.strip()


def _short(text: str | None) -> str:
    whole = " ".join((text or "").split())
    return whole if len(whole) <= 60 else f"{whole[:60]}…"
