"""A whole guide as one file: complete, escaped, without any other host."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bot.channels.page import to_html, to_markdown
from bot.cli import main
from bot.conversation.messages import Bullets, Ending, Link, Note, Paragraph, Reply, Title
from bot.conversation.whole_guide import whole_guide
from catalog.guide import Model
from index.snapshot import Snapshot
from tests.conftest import NOW

VOID = {"meta", "br"}
BAD = '<script>alert("1")</script> & *星* _线_ `码` [a](http://b) # 题 | ~~x~~'


class Reader(HTMLParser):
    """Text, tags and addresses of a page; fails on a tag that is not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    @property
    def text(self) -> str:
        return re.sub(r"\s+", "", "".join(self.texts))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] != "style":
            self.texts.append(data)


def stated(value: object) -> Iterator[str]:
    """Every text that a guide states, wherever it stands in it."""
    if isinstance(value, Model):
        for name, part in value:
            # Advice at the end of a doubt is said once for all doubts.
            yield from (
                stated(part)
                if name != "unverified"
                else (one.rstrip("。").removesuffix("以窗口答复为准").rstrip("，") for one in part)
            )
    elif isinstance(value, tuple):
        for part in value:
            yield from stated(part)
    elif isinstance(value, str) and not isinstance(value, Enum):
        yield value
    elif isinstance(value, date) and not isinstance(value, datetime):
        yield value.isoformat()


def test_every_shipped_guide_is_whole_in_both(shipped: Snapshot) -> None:
    markdown = MarkdownIt()
    for item in shipped.catalog.items[::4]:
        guide = whole_guide(item, shipped.catalog, NOW.date())
        page = Reader(to_html(guide))
        converted = Reader(markdown.render(to_markdown(guide)))
        for text in (item.name, *stated(item.guide), *filter(None, (item.distinguish, item.handled_by))):
            if text.startswith("http"):
                assert text in page.addresses, item.id
                assert text in converted.addresses, item.id
            else:
                assert re.sub(r"\s+", "", text) in page.text, (item.id, text)
                assert re.sub(r"\s+", "", text) in converted.text, (item.id, text)
        assert page.tags.count("h1") == converted.tags.count("h1") == 1


def test_a_page_loads_nothing(shipped: Snapshot) -> None:
    page = to_html(whole_guide(shipped.catalog.items[0], shipped.catalog, NOW.date()))
    assert page.startswith('<!doctype html>\n<html lang="zh-CN">')
    assert not {"script", "link", "img", "iframe"} & set(Reader(page).tags)
    assert not re.search(r"url\(|@import|src=", page)
    assert "@media print" in page


@pytest.mark.parametrize(
    "block",
    [
        Paragraph(text=BAD), Note(text=BAD), Bullets(label=BAD, items=(BAD, f"两行\n{BAD}"), numbered=True), Title(text=BAD),
        Link(label=BAD, url="https://a.cn/?a=1&b=(2)"), Paragraph(text="1. 不是列表\n- 也不是\n+ 也不是\n=== 也不是\n# 也不是\n> 也不是"),
    ],
    ids=lambda block: block.kind,
)  # fmt: skip
def test_nothing_in_a_text_is_markup(block: Paragraph) -> None:
    reply = Reply(ending=Ending.ANSWERED, blocks=(Title(text="题"), block))
    pages = to_html(reply), MarkdownIt().render(to_markdown(reply))
    for page in map(Reader, pages):
        assert not {"script", "em", "strong", "code", "blockquote", "hr", "table", "s"} & set(page.tags)
        assert page.addresses == ([block.url] if isinstance(block, Link) else [])
        lines = (block.label, *block.items) if isinstance(block, Bullets) else (getattr(block, "text", BAD),)
        assert all(re.sub(r"\s+", "", line or "") in page.text for line in lines)
        assert page.tags.count("ol") + page.tags.count("ul") == isinstance(block, Bullets)


@pytest.mark.parametrize(("option", "start"), [("--html", "<!doctype html>"), ("--markdown", "# 居民身份证补领")])
def test_show_writes_a_file(
    small: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
    start: str,
) -> None:
    monkeypatch.setenv("WENBAN_HOME", str(tmp_path / "home"))

    def show(file: Path) -> int:
        with pytest.raises(SystemExit) as ended:
            main(["--catalog", str(small), "show", "居民身份证补领", option, str(file)])
        return int(ended.value.code or 0)

    assert show(tmp_path / "guide") == 0
    written = (tmp_path / "guide").read_text(encoding="utf-8")
    assert written.startswith(start)
    assert "身份证丢了重新领一张。" in written
    assert show(tmp_path / "no" / "where") == 2
    assert "写不进去" in capsys.readouterr().err
