"""Contradictions and gaps inside a catalogue that a clerk should look at.

The rules are those found in district checkers: 承诺 ≤ 法定, 即办 ⇒ 0 days, 全程网办 ⇒ 0 visits, visits ⇒ reason,
收费 ⇒ 依据, 网办 ⇒ address, no empty-template phrases; code shapes follow GB/T 39046 but older and local codes
exist, so these are warnings only.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from catalog.faults import Fault, Severity
from catalog.guide import Guide, Text
from catalog.models import Catalog, ServiceItem
from catalog.values import Handling, Status, TimeUnit

STALE_AFTER_DAYS = 365
EMPTY_PHRASES = (
    "按规定执行",
    "按相关规定",
    "另行通知",
    "详见办事指南",
    "以实际为准",
    "按有关规定办理",
    "无特殊要求",
)
# Lengths of one unit in working days, for comparing limits only.
_IN_WORKING_DAYS = {
    TimeUnit.HOUR: 1 / 8,
    TimeUnit.WORKING_DAY: 1.0,
    TimeUnit.DAY: 5 / 7,
    TimeUnit.MONTH: 21.0,
    TimeUnit.YEAR: 250.0,
}
_CODE_SHAPES = {
    "base_code": (r"[0-9A-Z]{12}", "基本编码应为 12 位数字或大写字母"),
    "implementation_code": (r"[0-9A-Z]{31}", "实施编码应为 31 位数字或大写字母"),
    "handling_code": (r"[0-9A-Z]{33}", "业务办理项编码应为 33 位数字或大写字母"),
}
Found = Iterator[tuple[str, str, str, Severity]]


def lint(catalog: Catalog, today: date) -> tuple[Fault, ...]:
    """Everything a clerk should look at; ``file`` of each fault is the item's id, ``line`` is 0."""
    return tuple(
        Fault(item.id, 0, f"{item.name} {field}", problem, remedy, severity)
        for item in catalog.items
        if item.status is not Status.CANCELLED
        for rule in (*_RULES, _stale_on(today))
        for field, problem, remedy, severity in rule(item)
    )


def _limits(item: ServiceItem) -> Found:
    guide = item.guide
    statutory, promised = guide.statutory_limit, guide.promised_limit
    if statutory and promised:
        longest = statutory.value * _IN_WORKING_DAYS[statutory.unit]
        if promised.value * _IN_WORKING_DAYS[promised.unit] > longest:
            said = f"承诺 {promised.value} {promised.unit} 超过法定 {statutory.value} {statutory.unit}"
            yield "guide.promised_limit", said, "请核对两个时限", Severity.ERROR
    if guide.handling is Handling.IMMEDIATE and promised and promised.value > 0:
        said = f"即办件的承诺时限是 {promised.value} {promised.unit}"
        yield "guide.promised_limit", said, "即办件应为 0，否则改为承诺件", Severity.ERROR


def _visits(item: ServiceItem) -> Found:
    guide = item.guide
    if guide.online.fully and guide.visits:
        said = f"全程网办但要到现场 {guide.visits} 次"
        yield "guide.visits", said, "请把次数改为 0，或取消全程网办", Severity.ERROR
    if guide.visits and not guide.visit_reason:
        yield "guide.visit_reason", "要到现场但没写原因", "请写明为什么必须到场", Severity.ERROR


def _online(item: ServiceItem) -> Found:
    online = item.guide.online
    if online.available and not (online.web_url or online.mobile_url or online.mobile_app):
        yield "guide.online", "可网办但没有网址或应用名称", "请写明在哪里办", Severity.ERROR
    if online.fully and not online.available:
        yield "guide.online.fully", "全程网办但没有开通网办", "请核对两个字段", Severity.ERROR
    if online.available and item.guide.is_complete and not item.guide.steps_online:
        yield "guide.steps_online", "可网办但没写网上步骤", "请补上网上步骤", Severity.WARNING


def _fees(item: ServiceItem) -> Found:
    for number, fee in enumerate(item.guide.fees or ()):
        if not fee.basis:
            field = f"guide.fees.{number}.basis"
            yield field, f"“{fee.item}”收费没有依据", "请写明收费文件", Severity.ERROR


def _phrases(item: ServiceItem) -> Found:
    for field, text in _texts(item.guide):
        phrase = next((phrase for phrase in EMPTY_PHRASES if phrase in text), None)
        if phrase:
            yield field, f"出现空话“{phrase}”", "请写出具体内容", Severity.WARNING


def _texts(guide: Guide) -> Iterator[tuple[str, Text]]:
    """Fields that say how the item is handled, with their texts."""
    for name in ("conditions", "steps_online", "steps_window"):
        for number, text in enumerate(getattr(guide, name) or ()):
            yield f"guide.{name}.{number}", text
    for number, fee in enumerate(guide.fees or ()):
        yield f"guide.fees.{number}.amount", fee.amount
    for number, question in enumerate(guide.faq):
        yield f"guide.faq.{number}.answer", question.answer


def _codes(item: ServiceItem) -> Found:
    for field, (shape, said) in _CODE_SHAPES.items():
        code = getattr(item, field)
        if code is not None and not re.fullmatch(shape, code):
            yield field, f"{said}，现在是 {code}", "老编码可以保留，新编码请核对", Severity.WARNING


def _names(item: ServiceItem) -> Found:
    repeated = sorted({alias for alias in item.aliases if item.aliases.count(alias) > 1})
    for alias in repeated:
        yield "aliases", f"“{alias}”重复", "请只留一个", Severity.WARNING
    for phrasing in sorted({text for text in item.phrasings if item.phrasings.count(text) > 1}):
        yield "phrasings", f"“{phrasing}”重复", "请只留一个", Severity.WARNING


def _unverified(item: ServiceItem) -> Found:
    for note in item.guide.unverified:
        yield "guide.unverified", f"未核实：{note}", "核实后请删掉这一条", Severity.WARNING


def _stale_on(today: date) -> Callable[[ServiceItem], Found]:
    def stale(item: ServiceItem) -> Found:
        verified = item.guide.verified_on
        if verified and (today - verified).days > STALE_AFTER_DAYS:
            said = f"上次核实是 {verified}，超过 {STALE_AFTER_DAYS} 天"
            yield "guide.verified_on", said, "请重新核实并改日期", Severity.WARNING
        if verified and verified > today:
            yield "guide.verified_on", f"核实日期 {verified} 在今天之后", "请改正日期", Severity.ERROR

    return stale


_RULES: tuple[Callable[[ServiceItem], Found], ...] = (
    _limits,
    _visits,
    _online,
    _fees,
    _phrases,
    _codes,
    _names,
    _unverified,
)
