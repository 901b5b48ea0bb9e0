"""`huiying assess`: reads a file of posts and writes what the machine makes of each."""

from __future__ import annotations

from pathlib import Path

import click

from huiying.chinese import ChineseCommand
from huiying.cli import BadInput, Failed, pass_settings
from huiying.model_in_use import ModelInUse
from huiying.settings import Settings
from nlp.model import ModelMissing
from pipeline.assess_file import UnreadableFile, assess_file, read_disclosures, rejections
from pipeline.in_order import WorkerLost
from records.os_errors import reason

FILE = click.Path(path_type=Path)


@click.command(
    cls=ChineseCommand,
    help="判读一个帖子文件：每条新帖子一行结果，顺序不变；有错的行写入“<结果>.rejected.jsonl”（只有行号和原因），其余照常。",
)
@click.option("--posts", required=True, metavar="文件", type=FILE, help="帖子（JSON Lines）")
@click.option("--disclosures", required=True, metavar="文件", type=FILE, help="公开事项（JSON Lines）")
@click.option("--out", required=True, metavar="文件", type=FILE, help="结果写到哪个文件")
@pass_settings
def command(settings: Settings, posts: Path, disclosures: Path, out: Path) -> None:
    """Read the records, then the posts."""
    try:
        in_use = ModelInUse(settings)
        judge = in_use.judge()
        records, faults = read_disclosures(disclosures)
        for fault in (*in_use.dictionary_faults, *faults):
            click.echo(fault, err=True)
        judge.watch(records)
        done = assess_file(posts, out, judge, lambda lines: click.echo(f"已读 {lines} 行", err=True))
    except (ModelMissing, WorkerLost) as problem:
        raise Failed(str(problem)) from None
    except UnreadableFile as problem:
        raise BadInput(str(problem)) from None
    except OSError as problem:
        raise BadInput(f"不能写入 {out.name}：{reason(problem)}") from None
    click.echo(
        f"{done.assessed} 条已判读，{done.updates} 行是已有帖子的更新，{done.rejected} 行未用"
        + (f"（原因见 {rejections(out).name}）" if done.rejected else ""),
        err=True,
    )
