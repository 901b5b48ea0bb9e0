"""`huiying replay`: plays a scenario folder on a simulated clock and writes what the desk would have done."""

from __future__ import annotations

from pathlib import Path

import click

from huiying.chinese import ChineseCommand
from huiying.cli import BadInput, Failed
from huiying.replay import replay
from huiying.scenario import BadScenario, read_scenario
from huiying.settings import BadSettings
from nlp.dictionary import read_dictionary
from nlp.judge import Judge
from nlp.model import ModelMissing
from records.os_errors import reason


@click.command(cls=ChineseCommand, help="在模拟时钟上重演一个场景文件夹：不等待、不联网，与实际运行是同一套程序。")
@click.argument("scenario", metavar="场景文件夹", type=click.Path(path_type=Path))
@click.option("--out", required=True, metavar="目录", type=click.Path(path_type=Path), help="结果写到哪个目录")
def command(scenario: Path, out: Path) -> None:
    """Read, play, say how it went."""
    try:
        read = read_scenario(scenario)
        chosen = read.settings.judge
        dictionary, faults = read_dictionary(chosen.dictionary)
        for fault in faults:
            click.echo(fault, err=True)
        done = replay(read, out, lambda: Judge.load(chosen.model_dir, dictionary))
    except (BadScenario, BadSettings) as error:
        raise BadInput(str(error)) from None
    except ModelMissing as error:
        raise Failed(str(error)) from None
    except OSError as error:
        raise BadInput(f"不能写入 {out}：{reason(error)}") from None
    click.echo(
        f"{done.posts} 条帖子（另有 {done.rejected_posts} 行未用），{done.incidents} 个事件，{done.alerts} 条提醒，"
        f"{done.rejected_actions} 个动作被拒绝；结果在 {out}"
    )
