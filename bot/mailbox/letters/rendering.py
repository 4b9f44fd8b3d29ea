"""Templates to text. The only module that knows jinja2."""

from functools import cache
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.errors import UserError
from bot.mailbox.letters.facts import Word
from bot.mailbox.letters.names import LetterName

SHIPPED = Path(__file__).parent / "templates"


class TemplateError(UserError):
    """A template that cannot be used: its file, line, and what to do."""


def rendered(name: LetterName, words: dict[str, Word], own: Path | None = None) -> str:
    """The text of a template; a file of the same name in ``own`` wins. Raises TemplateError."""
    file = f"{name.value}.txt"
    try:
        return _environment(own).get_template(file).render(words)
    except jinja2.TemplateSyntaxError as error:
        raise _fault(error.filename or file, error.lineno, f"写法不对（{error.message}）") from error
    except jinja2.TemplateNotFound as error:
        raise _fault(file, None, f"引用的模板“{error.name}”不存在") from error
    except UnicodeDecodeError as error:
        raise _fault(file, None, "不是 UTF-8 编码，请另存为 UTF-8") from error
    except jinja2.UndefinedError as error:
        known = "、".join(words)
        raise _fault(*_place(error, file), f"用了没有的名称（{error.message}）；可用的名称：{known}") from error
    except Exception as error:  # a template is a small program of the district's: anything may go wrong in it
        raise _fault(*_place(error, file), f"算不出来（{type(error).__name__}: {error}）") from error


@cache
def _environment(own: Path | None) -> jinja2.Environment:
    folders = [own, SHIPPED] if own else [SHIPPED]
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folders, encoding="utf-8-sig"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # plain text, never HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,  # or an included part runs into the next paragraph
    )
    # nothing but the words: a letter must not depend on jinja's extras such as lipsum
    environment.globals.clear()
    return environment


def _place(error: BaseException, file: str) -> tuple[str, int | None]:
    """File and line of the innermost template frame (jinja2 puts the templates into the traceback)."""
    place: tuple[str, int | None] = (file, None)
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith(".txt"):
            place = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return place


def _fault(file: str, line: int | None, reason: str) -> TemplateError:
    where = f"{file} 第 {line} 行" if line else file
    return TemplateError(f"文书模板 {where}：{reason}。请改正这个文件；删去它就用自带的模板。")
