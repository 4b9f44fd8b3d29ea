"""Safe YAML with positions: bytes -> plain values plus the line of every value.

PyYAML's C loader builds nodes with marks; the nodes are turned into plain values here because the stock
constructor silently keeps the last of two equal keys and forgets lines. Anchors are refused (alias bombs), and
so is any tag that is not plain data.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from catalog.faults import Fault

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 20
FieldPath = tuple[str | int, ...]

_SCALARS = {
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:bool": lambda text: text.lower() in {"true", "yes", "on"},
    "tag:yaml.org,2002:int": lambda text: int(text.replace("_", ""), 10),
    "tag:yaml.org,2002:float": lambda text: float(text.replace("_", "")),
    "tag:yaml.org,2002:str": lambda text: text,
    "tag:yaml.org,2002:timestamp": date.fromisoformat,
}
_COLLECTIONS = {"tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"}
_BAD_INPUT = "请用 UTF-8 编码的 YAML 重新保存这个文件"


@dataclass(frozen=True, slots=True)
class YamlSource:
    """One parsed file: its value and, for every path in it, the line (from 1)."""

    file: str
    value: Any
    lines: dict[FieldPath, int]
    faults: tuple[Fault, ...]

    def line(self, path: FieldPath) -> int:
        """The line of ``path``, or of the nearest ancestor that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass(slots=True)
class _Walk:
    """The state of turning one document's nodes into values."""

    file: str
    lines: dict[FieldPath, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def fault(self, node: yaml.Node, path: FieldPath, problem: str, remedy: str) -> None:
        """Note a fault at ``node``."""
        where = ".".join(str(part) for part in path)
        self.faults.append(Fault(self.file, node.start_mark.line + 1, where, problem, remedy))

    def value(self, node: yaml.Node, path: FieldPath) -> Any:
        """The plain value of ``node``; None where it is refused."""
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if node.tag not in _COLLECTIONS:
            return self._bad_tag(node, path)
        if id(node) in self.seen:
            self.fault(node, path, "用了 YAML 锚点引用（& 和 *）", "请把内容直接写出来，不要引用")
            return None
        self.seen.add(id(node))
        if len(path) > MAX_DEPTH:
            self.fault(node, path, f"嵌套超过 {MAX_DEPTH} 层", "请检查缩进")
            return None
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, number)) for number, child in enumerate(node.value)]
        return dict(self._pairs(node, path))

    def _pairs(self, node: yaml.Node, path: FieldPath) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for key, child in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name in seen:
                self.fault(key, (*path, name), f"“{name}”写了两次", "请只保留一个")
            seen.add(name)
            yield name, self.value(child, (*path, name))

    def _scalar(self, node: yaml.ScalarNode, path: FieldPath) -> Any:
        convert = _SCALARS.get(node.tag)
        try:
            if convert is not None:
                return convert(node.value)
        except ValueError:
            # 0x1F, 12:30 and dates with a time are words to a clerk, not numbers.
            return node.value
        return self._bad_tag(node, path)

    def _bad_tag(self, node: yaml.Node, path: FieldPath) -> None:
        self.fault(node, path, f"不允许的 YAML 标签 {node.tag}", "请改成普通文字、数字或列表")


def parse(path: Path, file: str) -> YamlSource:
    """Read one file. ``file`` is the name to show in faults. Never raises for bad content."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            problem = f"文件有 {size / 1048576:.0f} MB，超过 {MAX_BYTES // 1048576} MB 的上限"
            return _refused(file, 0, problem, "请按部门拆成几个文件")
        return parse_bytes(path.read_bytes(), file)
    except OSError as error:
        return _refused(file, 0, f"文件读不出来（{error.strerror}）", "请检查文件是否存在、有没有读取权限")


def parse_bytes(data: bytes, file: str) -> YamlSource:
    """Turn ``data`` into a value with lines. Never raises for bad content."""
    if data.startswith(b"\xef\xbb\xbf"):
        return _refused(file, 1, "文件开头有 BOM 标记", "请另存为“UTF-8（无 BOM）”")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = "文件不是 UTF-8 编码" + ("，看起来是 GBK" if _decodes(data, "gb18030") else "")
        return _refused(file, line, problem, "请在编辑器里另存为 UTF-8 编码")
    try:
        line = _too_deep(text)
        if line:
            return _refused(file, line, f"嵌套超过 {MAX_DEPTH} 层", "请检查缩进和括号")
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        if "nesting depth" in str(error.problem):
            # PyYAML since 6.0.4 stops by itself, before our own count does
            return _refused(file, line, f"嵌套超过 {MAX_DEPTH} 层", "请检查缩进和括号")
        return _refused(file, line, f"YAML 格式不对（{error.problem}）", "请检查这一行的缩进、冒号和引号")
    except (yaml.YAMLError, RecursionError) as error:
        return _refused(file, 0, f"YAML 格式不对（{type(error).__name__}）", _BAD_INPUT)
    if node is None:
        return _refused(file, 0, "文件是空的", "请写入内容或删除这个文件")
    walk = _Walk(file)
    value = walk.value(node, ())
    return YamlSource(file, value, walk.lines, tuple(walk.faults))


def _too_deep(text: str) -> int:
    """The line where nesting is far beyond the limit, else 0.

    The C composer calls itself for every level and has no limit: 50,000 open brackets end the process with a
    segmentation fault. The events come one by one, without recursion, for a tenth of the time. The walk over
    the nodes still tells the exact place of a nesting that is only a little too deep.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > 10 * MAX_DEPTH:
                return event.start_mark.line + 1 if event.start_mark else 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return 0


def _refused(file: str, line: int, problem: str, remedy: str) -> YamlSource:
    return YamlSource(file, None, {}, (Fault(file, line, "", problem, remedy),))


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
