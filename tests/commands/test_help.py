"""Every command explains itself by an example, and a mistake in writing it is answered in Chinese."""

from collections.abc import Iterator

import click
import pytest

from bot.cli import COMMANDS, wenban
from tests.commands.conftest import Run


def every(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from every(found, (*path, name))


PATHS = list(every(wenban))


def test_the_groups_of_the_mailbox_are_there() -> None:
    assert {"case", "mail", "staff", "store"} <= COMMANDS.keys()
    assert {("case", "list"), ("mail", "held", "drop"), ("store", "erase-before")} <= set(PATHS)


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_command_explains_itself_by_an_example(bare: Run, path: tuple[str, ...]) -> None:
    done = bare(*path, "--help")
    assert done.code == 0
    example = done.out.partition("例：")[2]
    assert "wenban" in example
    assert " ".join(path) in " ".join(example.split())


@pytest.mark.parametrize("path", [("case",), ("mail",), ("staff",), ("store",)], ids=" ".join)
def test_a_group_alone_lists_its_commands(bare: Run, path: tuple[str, ...]) -> None:
    done = bare(*path)
    assert (done.code, "例：" in done.out) == (0, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("case nothing", "wenban case 没有 nothing 这一步。可用的有：abandon、assign"),
        ("staff nothing", "可用的有：add、list"),
        ("mail held nothing", "可用的有：attach、drop、open、show"),
        ("case show", "少写了 编号"),
        ("case show D2026-0001 --bogus", "没有 --bogus 这个选项"),
        ("case show x", "“x”不是办件编号"),
        ("case list --due-within many", "“many”不是可用的天数"),
        ("case confirm D2026-0001 --day 2026-02-30", "“2026-02-30”不是一个日期"),
        ("case list --kind x", "可以写：申请、来信"),
        ("case list --stage x", "可以写：已提交、已登记"),
        ("case export D2026-0001", "少写了"),
        ("staff add x --name 张三 --role x", "registrar（政务公开办）"),
        ("store erase-before soon", "“soon”不是一个日期"),
    ],
)
def test_mistakes_are_answered_in_chinese(bare: Run, words: str, said: str) -> None:
    done = bare(*words.split())
    assert done.code == 2
    assert said in done.err
    assert "Usage" not in done.err
