"""`huiying train`: learns the model anew from the shipped texts; the same texts give the same files."""

from __future__ import annotations

from pathlib import Path

import click

from huiying.chinese import ChineseCommand
from huiying.cli import BadInput
from huiying.os_errors import reason
from nlp.corpus import TEXTS, corpus
from nlp.model import ARRAYS, FACTS, MODELS


@click.command(cls=ChineseCommand, help="用随附的文本重新训练判读模型：不联网，同样的文本得到同样的文件。")
@click.option(
    "--out", type=click.Path(path_type=Path), default=MODELS, metavar="目录", help="写到哪个目录（默认随程序的目录）"
)
@click.option(
    "--texts", type=click.Path(path_type=Path), default=TEXTS, metavar="目录", help="学习用的文本（默认随程序的）"
)
@click.option(
    "--without",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="不学习这些帖子（每行一个编号）：要在其中含有学习文本的场景上如实评分时用",
)
def command(out: Path, texts: Path, without: Path | None) -> None:
    """Train and save."""
    # scikit-learn takes a second to import and is needed here alone.
    from nlp.training import train

    try:
        left_out = [] if without is None else without.read_text(encoding="utf-8").split()
        learned = corpus(texts).without(left_out)
        train(learned).save(out)
    except OSError as problem:
        raise BadInput(f"不能读写 {problem.filename}：{reason(problem)}") from None
    click.echo(f"学习了 {len(learned.posts)} 条文本；写好 {ARRAYS} 和 {FACTS}")
