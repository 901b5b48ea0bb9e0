"""The house's own rules: what lies where, what must have a test and a line in the docs, and what may stand nowhere."""

from __future__ import annotations

import ast
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

import huiying.commands
from huiying.cli import cli
from huiying.discovery import names
from huiying.settings_text import documentation
from storage.tables import metadata
from tests.conftest import no_longer_than

ROOT = Path(__file__).parents[1]
FOLDERS = (
    "records",
    "regulation",
    "crawlers",
    "nlp",
    "alerts",
    "playbooks",
    "casework",
    "storage",
    "pipeline",
    "dashboard",
    "huiying",
    "samples",
    "benchmarks",
)
CLOCK_READERS = {"huiying/clock.py", "samples/town/clock.py"}
"""The desk's only reader of time, and the sample town's: the town is somebody else's web site and imports nothing of ours."""

CLOCK_READS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "sleep"),
    ("time", "clock_gettime"),
}
PERSONAL = re.compile(
    r"(^|_)(author|account|avatar|nick|nickname|screen_name|user|user_id|userid|uid|openid|poster|ip|ip_address|gender|"
    r"location|place|phone|mobile|id_card|home_page|followers|fans)(_|$)"
)
NAMELESS = {"utils", "common", "core", "helpers", "helper", "base", "misc", "manager", "managers"}


def modules(*folders: str) -> Iterator[Path]:
    """Every Python file of ours in these folders."""
    for folder in folders or FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.py"))


def tracked() -> list[Path]:
    """Every file that is or is about to be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# Layout


def test_tests_mirror_the_folders():
    own = {Path("scenarios"), Path("chain"), Path("crawlers/servers")}
    strays = [
        shown(folder)
        for folder in sorted((ROOT / "tests").rglob("*"))
        if folder.is_dir()
        and list(folder.glob("test_*.py"))
        and own.isdisjoint([folder.relative_to(ROOT / "tests"), *folder.relative_to(ROOT / "tests").parents])
        and not (ROOT / folder.relative_to(ROOT / "tests")).is_dir()
    ]
    assert strays == []


@pytest.mark.parametrize(
    ("plugins", "pattern", "tests"),
    [
        ("alerts/channels", "*.py", "tests/alerts/channels"),
        ("crawlers/spiders", "*.py", "tests/crawlers/spiders"),
        ("casework/reports/formats", "*.py", "tests/casework/reports/formats"),
        ("playbooks/library", "*.yaml", "tests/playbooks/library"),
        ("huiying/commands", "*.py", "tests/huiying/commands"),
    ],
)
def test_every_plug_in_has_a_test_of_its_own(plugins: str, pattern: str, tests: str):
    found = [file.stem for file in (ROOT / plugins).glob(pattern) if not file.stem.startswith("_")]
    assert found
    assert [name for name in sorted(found) if not (ROOT / tests / f"test_{name}.py").is_file()] == []


def test_no_module_is_a_drawer_for_everything():
    assert [shown(file) for file in modules() if {file.stem, *file.parent.parts} & NAMELESS] == []


def test_every_module_begins_with_what_it_does():
    silent = [shown(file) for file in modules() if not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))]
    assert [name for name in silent if "/migrations/versions/" not in name] == []


# Rules


def marked_clauses() -> set[str]:
    """Every clause that some test says it shows."""
    found: set[str] = set()
    for file in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "clause":
                found |= {
                    arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    return found


def clauses() -> dict[str, str | None]:
    """Every clause's id with its room, None where nothing of it is built yet."""
    rows = yaml.safe_load((ROOT / "regulation" / "clauses.yaml").read_text(encoding="utf-8"))
    return {row["id"]: row["room"] for row in rows}


def test_every_clause_that_has_a_room_has_a_test():
    marked = marked_clauses()
    assert [clause for clause, room in clauses().items() if room and clause not in marked] == []


def test_every_clause_that_a_test_names_exists():
    assert sorted(marked_clauses() - set(clauses())) == []


def test_every_room_exists():
    rooms = {room for room in clauses().values() if room}
    assert [room for room in sorted(rooms) if not (ROOT / room).exists()] == []


# Docs


def test_every_setting_is_in_the_docs():
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == documentation(), "run: make docs"


def command_lines() -> list[str]:
    """Every command as it is typed."""
    context = click.Context(cli)
    lines = []
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        below = command.list_commands(context) if isinstance(command, click.Group) else []
        lines += [f"huiying {name} {sub}" for sub in below] or [f"huiying {name}"]
    return lines


def test_every_command_is_in_the_docs():
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert names(huiying.commands)
    assert [line for line in command_lines() if f"`{line}" not in text] == []


def test_links_between_the_documents_lead_somewhere():
    broken = []
    for file in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)", file.read_text(encoding="utf-8")):
            if not target.startswith(("http://", "https://", "mailto:")) and not (file.parent / target).exists():
                broken.append(f"{shown(file)} → {target}")
    assert broken == []


# Time


def clock_reads(file: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
            if (name, node.attr) in CLOCK_READS:
                found.append(f"{shown(file)}:{node.lineno} {name}.{node.attr}")
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            found.append(f"{shown(file)}:{node.lineno} from time import …")
    return found


def test_only_the_clock_reads_the_time():
    folders = [folder for folder in FOLDERS if folder != "benchmarks"]
    files = [file for file in modules(*folders) if shown(file) not in CLOCK_READERS]
    assert [read for file in files for read in clock_reads(file)] == []


# People


def test_no_column_can_hold_who_posted():
    about_posts = {"post", "intake", "assessment", "member", "gathering", "page_state", "source_state", "patrol"}
    columns = [
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        if table.name in about_posts
        for column in table.columns
    ]
    assert about_posts <= set(metadata.tables)
    assert [column for column in columns if PERSONAL.search(column.partition(".")[2])] == []


def test_no_record_of_a_post_can_hold_who_posted():
    found = []
    for name in ("posts", "assessments", "incidents"):
        for node in ast.walk(ast.parse((ROOT / "records" / f"{name}.py").read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
                and PERSONAL.search(node.target.id)
            ):
                found.append(f"records/{name}.py: {node.target.id}")
    assert found == []


def test_no_query_groups_posts_by_where_they_lead_or_who_wrote_them():
    grouped = re.compile(r"group_by\(([^()]*(?:\([^()]*\)[^()]*)*)\)|GROUP BY ([^\"')]*)")
    found = []
    for file in modules():
        for match in grouped.finditer(file.read_text(encoding="utf-8")):
            columns = re.findall(r"[a-z_]+", (match.group(1) or match.group(2) or "").lower())
            found += [f"{shown(file)}: {column}" for column in columns if column == "url" or PERSONAL.search(column)]
    assert found == []


def test_no_page_draws_raw_html_of_others():
    raw = re.compile(r"unsafe_allow_html|\bst\.html\(|\.components\b|unsafe_allow_javascript")
    assert [shown(file) for file in modules("dashboard") if raw.search(file.read_text(encoding="utf-8"))] == []


# One word for one idea

RIVALS = {"severity": "级别", "playbook": "处置方案"}
"""A word that people would read beside the glossary's for the same idea."""


@pytest.mark.parametrize("idea", RIVALS)
def test_what_people_read_calls_an_idea_by_the_glossarys_word_alone(idea: str):
    texts = ("alerts", "casework", "dashboard", "docs", "huiying", "pipeline", "playbooks", "records", "regulation")
    files = [file for file in tracked() if file.relative_to(ROOT).parts[0] in texts]
    written = [file for file in files if file.suffix in {".py", ".yaml", ".md"}]
    assert [shown(file) for file in written if RIVALS[idea] in file.read_text("utf-8")] == []


def test_the_office_is_called_by_the_name_in_the_settings_alone():
    annexes = {"regulation/clauses.yaml", "regulation/catalogue_h.yaml", "regulation/catalogue_e.yaml"}
    literal = {"records/naming.py", "alerts/roster_columns.yaml", *annexes}
    texts = [*modules(), *(file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.yaml")))]
    mine = [file for file in texts if shown(file).split("/")[0] not in {"nlp", "samples", "benchmarks"}]
    code = {shown(file): re.sub(r"(?m)^\s*#.*$", "", file.read_text("utf-8")) for file in mine}
    assert [name for name, text in code.items() if "区委办" in text and name not in literal] == []


# What may stand in no file


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(
            r"(^|[^A-Za-z0-9_.])/(wor" + r"k|roo" + r"t|far" + r"m|hom" + r"e/[a-z])(/|\b)", id="machine paths"
        ),
        pytest.param(
            r"pyp" + r"i\.org|pythonh" + r"osted|registry\.np" + r"mjs|repo1?\.mav" + r"en|deb\.deb" + r"ian",
            id="registry hosts",
        ),
        pytest.param(r"-----BEGIN (RSA |EC |OPENSSH )?PRIVATE " + r"KEY-----", id="private keys"),
    ],
)
def test_no_file_holds(pattern: str):
    looked_for = re.compile(pattern)
    found = []
    for file in tracked():
        if file.suffix in {".png", ".npz", ".docx", ".xlsx", ".gz", ".jpg"}:
            continue
        for number, line in enumerate(file.read_bytes().decode("utf-8", "replace").splitlines(), 1):
            if looked_for.search(line):
                found.append(f"{shown(file)}:{number}")
    assert found == []


def test_nothing_generated_is_tracked():
    assert [shown(file) for file in tracked() if "__pycache__" in file.parts or file.suffix in {".pyc", ".db"}] == []


def test_no_tracked_link_leads_to_a_place_of_one_machine():
    """One that stands for a folder (an environment, say) would replace that folder wherever it is checked out."""
    listed = subprocess.run(
        ["git", "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    links = [line.partition("\t")[2] for line in listed.stdout.splitlines() if line.startswith("120000")]
    assert [link for link in links if (ROOT / link).readlink().is_absolute()] == []


def unbounded(tree: ast.AST) -> Iterator[ast.Call]:
    """The calls that may wait for ever: for a process, a thread, a future, everybody at a barrier."""
    barriers = {name.arg for name in ast.walk(tree) if isinstance(name, ast.arg) and "Barrier" in ast.dump(name)}
    for made in ast.walk(tree):
        if isinstance(made, ast.Assign) and "Barrier" in ast.dump(made.value):
            barriers |= {
                name.id for name in ast.walk(made) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
            }
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or {key.arg for key in call.keywords} & {"timeout", None}:
            continue
        name = ast.unparse(call.func)
        owner, _, last = name.rpartition(".")
        if (
            (owner == "subprocess" and last in {"run", "check_call", "check_output"})
            or last in {"Barrier", "communicate"}
            or (not call.args and (last in {"join", "result"} or (last == "wait" and owner not in barriers)))
        ):
            yield call


@pytest.mark.parametrize("folder", ["tests", "benchmarks"])
def test_no_test_waits_for_ever(folder: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{call.lineno} {ast.unparse(call)}"
        for file in sorted((ROOT / folder).rglob("*.py"))
        for call in unbounded(ast.parse(file.read_text("utf-8")))
    ]
    assert found == []


def test_what_hangs_fails_where_it_waits() -> None:
    with pytest.raises(pytest.fail.Exception, match="it hangs"), no_longer_than(0.1):
        threading.Event().wait(30)
