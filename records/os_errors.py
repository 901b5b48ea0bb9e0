"""Says in Chinese why the operating system refused."""

from __future__ import annotations

import errno

_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOENT: "没有这个文件或目录",
    errno.EEXIST: "已经有同名的文件",
    errno.ENOTDIR: "路径里有一段不是目录",
    errno.EISDIR: "这是目录，不是文件",
    errno.ENOSPC: "磁盘已满",
    errno.EFBIG: "文件超出允许的大小",
    errno.EIO: "磁盘读写出错",
    errno.EDQUOT: "超出磁盘配额",
    errno.EROFS: "磁盘是只读的",
    errno.ENAMETOOLONG: "名称太长",
    errno.EMFILE: "打开的文件太多",
    errno.EADDRINUSE: "已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}


def reason(error: OSError) -> str:
    """A few Chinese words; the system's number where there are none."""
    known = None if error.errno is None else _REASONS.get(error.errno)
    return known or f"系统错误 {error.errno if error.errno is not None else type(error).__name__}"
