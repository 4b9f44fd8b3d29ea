"""Pydantic's validation errors in Chinese, with the official element name and the line of the file."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from catalog.faults import Fault
from catalog.yaml_source import FieldPath, YamlSource

# pydantic error type -> (what is wrong, how to mend it); filled from the error's context and input.
_SENTENCES = {
    "missing": ("缺少这一项", "请补上"),
    "extra_forbidden": ("不认识的字段", "请删掉或改正拼写"),
    "enum": ("“{input}”不在可选值里", "请从这些值里选：{expected}"),
    "bool_type": ("应当是 true 或 false，现在是“{input}”", "请改成 true 或 false"),
    "bool_parsing": ("应当是 true 或 false，现在是“{input}”", "请改成 true 或 false"),
    "int_type": ("应当是整数，现在是“{input}”", "请改成整数"),
    "int_parsing": ("应当是整数，现在是“{input}”", "请改成整数"),
    "string_type": ("应当是文字，现在是“{input}”", "请改成文字，数字请加引号"),
    "string_too_short": ("是空的", "请写上内容，没有就删掉这一行"),
    "string_too_long": ("太长，最多 {max_length} 个字", "请写短些"),
    "string_pattern_mismatch": ("“{input}”的写法不对", "应当符合 {pattern}"),
    "tuple_type": ("应当是列表", "请每项一行，前面加“- ”"),
    "too_short": ("至少要有 {min_length} 项", "请补上"),
    "model_type": ("应当是一组字段", "请检查缩进和冒号"),
    "dict_type": ("应当是一组字段", "请检查缩进和冒号"),
    "greater_than_equal": ("{input} 太小，最小是 {ge}", "请改正"),
    "less_than_equal": ("{input} 太大，最大是 {le}", "请改正"),
    "date_from_datetime_parsing": ("“{input}”不是日期", "请写成 2026-11-24 的样子"),
    "date_type": ("“{input}”不是日期", "请写成 2026-11-24 的样子"),
    "date_parsing": ("“{input}”不是日期", "请写成 2026-11-24 的样子"),
}
_UNKNOWN = ("值不对（{msg}）", "请照其他条目的样子改正")


def faults_of(
    error: ValidationError, model: type[BaseModel], source: YamlSource, path: FieldPath
) -> Iterator[Fault]:
    """Every error of one validation as a Fault of ``source``; ``path`` is where the model stands in it."""
    for details in error.errors(include_url=False):
        location = tuple(details["loc"])
        problem, remedy = _sentence(details)
        yield Fault(
            source.file,
            source.line((*path, *location)),
            _field_name(model, location),
            problem,
            remedy,
        )


def _sentence(details: ErrorDetails) -> tuple[str, str]:
    problem, remedy = _SENTENCES.get(details["type"], _UNKNOWN)
    shown = str(details["input"])
    values: dict[str, Any] = {
        **details.get("ctx", {}),
        "input": shown if len(shown) <= 40 else shown[:40] + "…",
        "msg": details["msg"],
    }
    if details["type"] == "enum":
        values["expected"] = str(values["expected"]).replace("'", "").replace(" or ", "、").replace(", ", "、")
    return problem.format(**values), remedy.format(**values)


def _field_name(model: type[BaseModel], location: FieldPath) -> str:
    """``guide.visits（到办事现场次数）``: the path, and the official element name where the field has one."""
    dotted = ".".join(str(part) for part in location)
    title = None
    current: Any = model
    for part in location:
        if isinstance(part, int):
            continue
        field = getattr(current, "model_fields", {}).get(part)
        if field is None:
            break
        title = field.description
        current = _model_inside(field.annotation)
    return f"{dotted}（{title}）" if title else dotted


def _model_inside(annotation: Any) -> Any:
    """The model class inside ``tuple[Model, ...] | None`` and the like; None when there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inside = (_model_inside(argument) for argument in get_args(annotation))
    return next((found for found in inside if found is not None), None)
