"""A WordPress of its own for tests: Debian's packages, a private MariaDB and PHP's own web server, all gone at the end."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

PROGRAM = Path("/usr/share/wordpress")
PROGRAMS = ("php", "mariadbd", "mariadb-install-db", "setpriv")

PEOPLE = (
    "钱编辑丙丁",
    "qianbianji",
    "qian-pen-name",
    "赵铁柱甲",
    "孙小梅乙",
    "zhaotiezhu",
    "sunxiaomei",
    "203.0.113.77",
    "gravatar",
)
"""What stands on this site of those who write there: names, accounts, addresses, pictures. None may be handed on."""

_SYSTEM_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
_START_SECONDS = 60.0

# Addresses without a file go to WordPress, as every web server that carries one is told to do.
_ROUTER = """<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && is_file(__DIR__ . $path)) { return false; }
if ($path !== '/' && is_dir(__DIR__ . $path) && is_file(__DIR__ . $path . '/index.php')) { return false; }
$_SERVER['SCRIPT_NAME'] = '/index.php';
require __DIR__ . '/index.php';
"""

_CONFIGURATION = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:%(socket)s');
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', '%(url)s');
define('WP_SITEURL', '%(url)s');
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
require_once ABSPATH . 'wp-settings.php';
"""

_INSTALL = """<?php
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = '%(host)s';
mysqli_query(mysqli_connect('localhost', 'root', '', '', 0, '%(socket)s'), 'CREATE DATABASE wordpress');
require __DIR__ . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
$made = wp_install('青槐观察', 'qianbianji', 'qianbianji@example.org', true, '', 'not-a-secret');
update_option('timezone_string', 'Asia/Shanghai');
wp_update_user(['ID' => $made['user_id'], 'display_name' => '钱编辑丙丁', 'user_nicename' => 'qian-pen-name']);
"""

# Runs the code on standard input inside WordPress and prints what it returns.
_RUN = """<?php
$_SERVER['HTTP_HOST'] = '%(host)s';
require __DIR__ . '/wp-load.php';
$sent = json_decode(stream_get_contents(STDIN), true);
$given = $sent['given'];
echo "\\n" . json_encode(eval($sent['code']));
"""

_CLEAR = """
foreach (get_posts(['post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1]) as $post) {
    wp_delete_post($post->ID, true);
}
"""

_POST = """
kses_remove_filters();
return wp_insert_post($given + ['post_status' => 'publish', 'post_author' => 1, 'comment_status' => 'open'], true);
"""

_COMMENT = """
return wp_insert_comment($given + [
    'comment_date' => get_date_from_gmt($given['comment_date_gmt']),
    'comment_author_email' => 'zhaotiezhu@example.org',
    'comment_author_url' => 'http://zhaotiezhu.example.org/',
    'comment_author_IP' => '203.0.113.77',
]);
"""


def missing() -> list[str]:
    """What is not installed of what this WordPress needs."""
    programs = [name for name in PROGRAMS if shutil.which(name, path=_SYSTEM_PATH) is None]
    return programs if (PROGRAM / "wp-load.php").is_file() else ["wordpress", *programs]


@dataclass(frozen=True)
class WordPress:
    """A running WordPress. Times are given in UTC, as `2026-10-20 02:00:00`."""

    host: str
    folder: Path

    @property
    def url(self) -> str:
        """Its home page."""
        return f"http://{self.host}/"

    def run(self, code: str, **given: Any) -> Any:
        """What PHP `code` returns when it runs inside WordPress; it finds what it is given in `$given`."""
        done = subprocess.run(
            [*_php(), str(self.folder / "run.php")],
            input=json.dumps({"code": code, "given": given}),
            capture_output=True,
            text=True,
            timeout=_START_SECONDS,
            check=True,
        )
        return json.loads(done.stdout.rpartition("\n")[2])

    def clear(self) -> None:
        """Delete every post, page and comment."""
        self.run(_CLEAR)

    def post(self, title: str, html: str, at: str, kind: str = "post", password: str = "") -> int:
        """Publish a post and return its number."""
        number: int = self.run(
            _POST, post_title=title, post_content=html, post_date_gmt=at, post_type=kind, post_password=password
        )
        return number

    def edit(self, number: int, html: str) -> None:
        """Change a post's text; WordPress notes that it was changed now."""
        self.run("return wp_update_post($given, true);", ID=number, post_content=html)

    def delete(self, number: int) -> None:
        """Delete a post with its comments."""
        self.run("return (bool) wp_delete_post($given['number'], true);", number=number)

    def comment(
        self, post: int, text: str, at: str, parent: int = 0, approved: bool = True, name: str = "赵铁柱甲"
    ) -> int:
        """Comment on a post, or answer the comment `parent`, and return the comment's number."""
        number: int = self.run(
            _COMMENT,
            comment_post_ID=post,
            comment_content=text,
            comment_date_gmt=at,
            comment_parent=parent,
            comment_approved=int(approved),
            comment_author=name,
        )
        return number

    def approve(self, comment: int) -> None:
        """Let a comment that waits appear."""
        self.run("return wp_set_comment_status($given['comment'], 'approve');", comment=comment)

    def address(self, post: int) -> str:
        """The permalink of a post."""
        address: str = self.run("return get_permalink($given['post']);", post=post)
        return address

    def permalinks(self, structure: str) -> None:
        """Change how permalinks look; empty for plain ones (`/?p=12`)."""
        self.run(
            "update_option('permalink_structure', $given['structure']); delete_option('rewrite_rules'); return true;",
            structure=structure,
        )


@contextmanager
def running() -> Iterator[WordPress]:
    """An installed WordPress without content, stopped and removed at the end of the block."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huiying-wordpress-")))
        database = scratch / "db.sock"
        stack.enter_context(_database(scratch, database))
        folder = scratch / "www"
        shutil.copytree(PROGRAM, folder, ignore=shutil.ignore_patterns(".htaccess"))
        site = WordPress(f"127.0.0.1:{_free_port()}", folder)
        _write(site, database)
        subprocess.run([*_php(), str(folder / "install.php")], check=True, capture_output=True, timeout=_START_SECONDS)
        site.clear()
        stack.enter_context(_web_server(site))
        yield site


def _write(site: WordPress, database: Path) -> None:
    facts = {"socket": database, "url": site.url.rstrip("/"), "host": site.host}
    for name, text in (
        ("wp-config.php", _CONFIGURATION % facts),
        ("install.php", _INSTALL % facts),
        ("run.php", _RUN % facts),
        ("router.php", _ROUTER),
    ):
        (site.folder / name).write_text(text, encoding="utf-8")


@contextmanager
def _database(scratch: Path, database: Path) -> Iterator[None]:
    owner = ["--user=root"] if os.geteuid() == 0 else []
    data = f"--datadir={scratch / 'data'}"
    install = ["mariadb-install-db", "--no-defaults", data, *owner, "--skip-test-db"]
    subprocess.run(
        [*install, "--auth-root-authentication-method=normal"],
        env=_environment(),
        check=True,
        capture_output=True,
        timeout=120,
    )
    # Durability is switched off for speed: no test pulls the plug.
    server = ["mariadbd", "--no-defaults", data, *owner, "--skip-networking", "--innodb-flush-log-at-trx-commit=0"]
    with _started([*server, f"--socket={database}", "--character-set-server=utf8mb4"]) as process:
        _wait(process, lambda: _answers(socket.AF_UNIX, str(database)))
        yield


@contextmanager
def _web_server(site: WordPress) -> Iterator[None]:
    command = [*_php(), "-S", site.host, "-t", str(site.folder), str(site.folder / "router.php")]
    with _started(command) as process:
        address, _, port = site.host.partition(":")
        _wait(process, lambda: _answers(socket.AF_INET, (address, int(port))))
        with urlopen(site.url, timeout=_START_SECONDS) as home:
            home.read()
        yield


@contextmanager
def _started(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A server that ends with the block, or with this process, however that ends."""
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", "--", *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(_START_SECONDS)


def _wait(process: subprocess.Popen[bytes], ready: Any) -> None:
    pause = threading.Event()
    for _ in range(int(_START_SECONDS / 0.05)):
        if ready():
            return
        assert process.poll() is None, f"{process.args!r} ended by itself"
        pause.wait(0.05)
    raise TimeoutError(f"{process.args!r} does not answer")


def _answers(family: socket.AddressFamily, address: Any) -> bool:
    with socket.socket(family) as tried:
        return tried.connect_ex(address) == 0


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


def _php() -> list[str]:
    # Mail goes nowhere.
    return ["php", "-d", "sendmail_path=/bin/true", "-d", "display_errors=stderr"]


def _environment() -> dict[str, str]:
    return {**os.environ, "PATH": _SYSTEM_PATH}
