"""`huiying train`: learns a model from the shipped texts and this desk's corrections; uses it only where it is better."""

from __future__ import annotations

from pathlib import Path

import click

from huiying.chinese import ChineseCommand
from huiying.cli import BadInput, Failed, pass_settings
from huiying.clock import SystemClock
from huiying.learning import Learning, Outcome
from huiying.locking import AlreadyRunning, held
from huiying.settings import Settings
from huiying.wiring import Desk
from nlp.corpus import TEXTS
from nlp.model import ModelMissing
from nlp.promotion import ChangedSample, floors
from nlp.versions import NothingBefore, Versions
from pipeline.learning import ToLearn, to_learn
from records.os_errors import reason

FOLDER = click.Path(path_type=Path)


@click.command(
    cls=ChineseCommand,
    help="用随附文本和值班台上的人工更正重新训练判读模型：不联网，同样的内容得到同样的文件。分数不低于底线、不比现用模型差、"
    "对没学过的更正判得更好，才换上新模型；运行中的值班台自动换用。否则放在一边，说明理由。",
)
@click.option("--back", is_flag=True, help="不训练，换回上一个模型")
@click.option("--out", type=FOLDER, metavar="目录", help="只用文本训练，写到这个目录，不学更正，不换模型")
@click.option("--texts", type=FOLDER, default=TEXTS, metavar="目录", help="学习用的文本（默认随程序的）")
@click.option(
    "--without",
    type=FOLDER,
    metavar="文件",
    help="不学习这些帖子（每行一个编号）：要在其中含有学习文本的场景上如实评分时用",
)
@pass_settings
def command(settings: Settings, back: bool, out: Path | None, texts: Path, without: Path | None) -> int:
    """Train; keep the model where it may be used. Exit code 1 where a candidate was refused."""
    try:
        if back:
            return _back(settings)
        left_out = () if without is None else tuple(without.read_text(encoding="utf-8").split())
        learning = Learning(texts, left_out, click.echo, floors())
        if out is not None:
            learning.write(out)
            return 0
        with held(settings.models_dir / ".training"):
            return _learn(settings, learning)
    except AlreadyRunning:
        raise Failed("另一个训练正在进行，请等它结束") from None
    except (ModelMissing, ChangedSample) as problem:
        raise Failed(str(problem)) from None
    except OSError as problem:
        raise BadInput(f"不能读写 {problem.filename}：{reason(problem)}") from None


def _back(settings: Settings) -> int:
    try:
        folder = Versions(settings.models_dir).back()
    except NothingBefore:
        raise Failed("现用的就是随附模型，没有更早的可换回") from None
    click.echo("已换回随附模型" if folder is None else f"已换回模型 {folder.name}")
    return 0


def _learn(settings: Settings, learning: Learning) -> int:
    outcome = learning.learn(_corrections(settings), settings)
    _tell(outcome)
    if settings.judge.model_dir is not None and not outcome.refusals:
        click.echo("注意：设置 judge.model_dir 指定了别的模型，留空后新模型才会使用", err=True)
    return 1 if outcome.refusals else 0


def _corrections(settings: Settings) -> ToLearn:
    desk = Desk(settings, SystemClock())
    try:
        if not desk.has_store():
            return ToLearn.nothing()
        with desk.store.reading() as t:
            return to_learn(t)
    finally:
        desk.close()


def _tell(outcome: Outcome) -> None:
    if not outcome.refusals:
        click.echo(f"已换上新模型 {outcome.folder.name}；不满意可用 huiying train --back 换回")
        return
    click.echo(f"新模型没有换上，放在 {outcome.folder}。理由：", err=True)
    for refusal in outcome.refusals:
        click.echo(f"  {refusal}", err=True)
