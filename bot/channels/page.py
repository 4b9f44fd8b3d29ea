"""A whole guide as one file: an HTML page that needs no other host, or Markdown. Every text is escaped."""

import re
from collections.abc import Iterator
from html import escape

from bot.conversation.messages import Block, Bullets, Link, Note, Reply, Title

_STYLE = """\
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #1a1a1a; font: 18px/1.7 "PingFang SC", "Microsoft YaHei", \
"Noto Sans CJK SC", "Noto Sans SC", sans-serif; overflow-wrap: anywhere; }
main { max-width: 42em; margin: 0 auto; padding: 1em 1em 3em; }
h1 { font-size: 1.5em; line-height: 1.3; margin: .5em 0 .3em; }
h2 { font-size: 1.15em; margin: 1.6em 0 .4em; padding-bottom: .2em; color: #0b57a4;
  border-bottom: 2px solid #0b57a4; }
h1 + p { color: #555; margin-top: 0; }
h3 { font-size: 1em; margin: .9em 0 .2em; }
p, ul, ol { margin: .4em 0; }
ul, ol { padding-left: 1.5em; }
li { margin: .25em 0; }
a { color: #0b57a4; }
small { font-size: .85em; color: #555; }
@page { size: A4; margin: 18mm 16mm; }
@media print {
  body { font-size: 11.5pt; line-height: 1.55; }
  main { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; }
  li, p { break-inside: avoid; orphans: 2; widows: 2; }
  a[href]::after { content: "（" attr(href) "）"; font-size: .85em; }
}
"""
_PAGE = """\
<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_LINE_START = re.compile(r"^(\s*)(\d+)([.)])|^(\s*)([-+=])", re.MULTILINE)


def to_html(reply: Reply) -> str:
    """``reply`` as one HTML page that loads nothing; its first title is the page's."""
    body = "\n".join(line for level, block in _levels(reply) for line in _html(block, level))
    return _PAGE.format(title=escape(_title(reply)), style=_STYLE, body=body)


def to_markdown(reply: Reply) -> str:
    """``reply`` as CommonMark."""
    return "\n\n".join(_markdown(block, level) for level, block in _levels(reply)) + "\n"


def _levels(reply: Reply) -> Iterator[tuple[int, Block]]:
    """Every block with the level of a headline there: the first title 1, each later one 2, a list's label 3."""
    titles = 0
    for block in reply.blocks:
        titles += isinstance(block, Title)
        yield (min(titles, 2) if isinstance(block, Title) else 3), block


def _title(reply: Reply) -> str:
    return next((block.text for block in reply.blocks if isinstance(block, Title)), "")


def _html(block: Block, level: int) -> Iterator[str]:
    if isinstance(block, Bullets):
        if block.label:
            yield f"<h{level}>{_text(block.label)}</h{level}>"
        tag = "ol" if block.numbered else "ul"
        yield f"<{tag}>"
        yield from (f"<li>{_text(item)}</li>" for item in block.items)
        yield f"</{tag}>"
    elif isinstance(block, Link):
        yield f'<p><a href="{escape(block.url)}">{_text(block.label)}</a></p>'
    elif isinstance(block, Title):
        yield f"<h{level}>{_text(block.text)}</h{level}>"
    elif isinstance(block, Note):
        yield f"<p><small>{_text(block.text)}</small></p>"
    else:
        yield f"<p>{_text(block.text)}</p>"


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _markdown(block: Block, level: int) -> str:
    if isinstance(block, Bullets):
        label = f"{'#' * level} {_line(block.label)}\n\n" if block.label else ""
        marks = (f"{number}. " if block.numbered else "- " for number in range(1, len(block.items) + 1))
        return label + "\n".join(
            mark + _escaped(item).replace("\n", "\\\n" + " " * len(mark))
            for mark, item in zip(marks, block.items, strict=False)
        )
    if isinstance(block, Link):
        return f"[{_line(block.label)}](<{block.url.replace('<', '%3C').replace('>', '%3E')}>)"
    if isinstance(block, Title):
        return f"{'#' * level} {_line(block.text)}"
    return _escaped(block.text).replace("\n", "\\\n")


def _line(text: str) -> str:
    return _escaped(" ".join(text.split("\n")))


def _escaped(text: str) -> str:
    """``text`` with nothing in it that Markdown or the HTML within it would take for markup."""
    return _LINE_START.sub(
        lambda m: f"{m[1]}{m[2]}\\{m[3]}" if m[2] else f"{m[4]}\\{m[5]}", _MARKDOWN.sub(r"\\\1", text)
    )
