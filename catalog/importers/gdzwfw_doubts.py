"""What a person should look at in a record of the Guangdong export: one short rule for each kind of doubt."""

from collections.abc import Callable, Iterator

from catalog.importers import gdzwfw_guide as reading
from catalog.importers.gdzwfw_labels import (
    ADDRESSES,
    AUDIENCES,
    LIMITS,
    LISTS,
    MAPPED,
    NO_WINDOW,
    PHONES,
    SAME_AS,
    STATES,
    YES,
)
from catalog.importers.gdzwfw_names import PHRASE_LIMIT, name_parts
from catalog.importers.numbered import seems_cut_off
from catalog.importers.record import Record, is_text
from catalog.importers.report import Doubt

# Fields whose values are texts, and fields whose doubts a citizen is told.
_TEXTS = tuple(field for field in MAPPED if field != "_id")
_SHOWN = frozenset({"accept_standard", *LIMITS, "visit_number", "ONLINECHECK", "handle_location"})
# Field, value, reason, whether the value is imported all the same.
Found = Iterator[tuple[str, str, str, bool]]


def doubts(record: Record) -> tuple[Doubt, ...]:
    """Every doubt about one record, in the order of the rules."""
    return tuple(doubt_about(record, *found) for rule in _RULES for found in rule(record))


def unverified(doubts: tuple[Doubt, ...]) -> tuple[str, ...]:
    """The sentences for the guide about doubtful values that a citizen is shown."""
    told = (doubt for doubt in doubts if doubt.kept and doubt.field in _SHOWN)
    return tuple(dict.fromkeys(f"{MAPPED[doubt.field]}：{doubt.reason}" for doubt in told))


def doubt_about(record: Record, field: str, value: str, reason: str, kept: bool) -> Doubt:
    """A doubt that names the record by its own code and line."""
    return Doubt(record.text("TASK_CODE") or "", record.line, field, value, reason, kept)


def _shapes(record: Record) -> Found:
    for field in _TEXTS:
        value = record.fields.get(field)
        entries = value if isinstance(value, list) and field in LISTS else [value]
        for entry in entries:
            if not is_text(entry):
                yield field, str(entry), "应当是文字", False


def _lengths(record: Record) -> Found:
    for field in ("bear_paltform", "handle_location", *PHONES):
        text = record.text(field)
        if text and len(text) > reading.TEXT_LIMIT:
            yield field, text, f"超过 {reading.TEXT_LIMIT} 字，放不下", False
    for field, limit in (("material_intro", reading.TEXT_LIMIT), ("theme_category", PHRASE_LIMIT)):
        for text in record.texts(field):
            if len(text) > limit:
                yield field, text, f"超过 {limit} 字，放不下", False


def _limits(record: Record) -> Found:
    statutory, promised = (reading.read_limit(record, field) for field in LIMITS)
    for field, limit in zip(LIMITS, (statutory, promised), strict=True):
        text = record.text(field)
        if text and limit is None:
            yield field, text, "看不懂这个时限", False
    if statutory and promised and statutory.unit is promised.unit and promised.value > statutory.value:
        said = f"承诺 {record.text('handle_time_limit')}，法定 {record.text('handle_time')}"
        yield "handle_time_limit", said, "承诺时限比法定时限长", True


def _visits(record: Record) -> Found:
    text, visits = record.text("visit_number"), reading.read_visits(record)
    if text and visits is None:
        yield "visit_number", text, "应当是 0 到 9 的次数", False
    if visits and not reading.places(record):
        yield "visit_number", str(visits), "要到现场，但没有线下窗口", True


def _access(record: Record) -> Found:
    if not reading.channels(record) and record.text("handle_location") == NO_WINDOW:
        yield "handle_location", NO_WINDOW, "没有窗口，也没有其他办理形式", True
    if reading.is_online(record):
        if reading.read_url(record, "URL") is None:
            yield "ONLINECHECK", record.text("URL") or "", "可网办，但没有能用的网址", True
        return
    for field in ("URL", "bear_paltform"):
        text = record.text(field)
        if text:
            yield field, text, "没有开通网办，不导入平台和网址", False


def _addresses(record: Record) -> Found:
    for field in ADDRESSES:
        text = record.text(field)
        if text and reading.read_url(record, field) is None:
            yield field, text, "不是 500 字以内的 http(s) 网址", False


def _phones(record: Record) -> Found:
    for field in PHONES:
        text = reading.short_text(record, field)
        if text and reading.read_phone(record, field) is None:
            yield field, text, "没有电话号码", False


def _conditions(record: Record) -> Found:
    text = record.text("accept_standard")
    if text and seems_cut_off(text):
        yield "accept_standard", text, "像是没有写完，请到数据来源核对", True


def _materials(record: Record) -> Found:
    if record.fields.get("material_intro") == []:
        yield "material_intro", "[]", "是空的清单，不能当作不需要材料", False


def _labels(record: Record) -> Found:
    for field in ("ONLINECHECK", "courier_service"):
        text = record.text(field)
        if text and text not in YES:
            yield field, text, "不认识的值，当作没有", False
    state = record.text("TASK_STATE")
    if state and state not in STATES:
        yield "TASK_STATE", state, "不认识的事项状态，当作在用", False
    for label in record.texts("service_object_name"):
        if label not in AUDIENCES:
            yield "service_object_name", label, "不认识的服务对象", False
    if not record.texts("theme_category"):
        yield "theme_category", "", "没有主题，归入“其他”", False


def _names(record: Record) -> Found:
    for field, part in name_parts(record):
        if len(part) > PHRASE_LIMIT:
            yield field, part, f"超过 {PHRASE_LIMIT} 字，放不下", False


def _codes(record: Record) -> Found:
    task, matter = record.text("TASK_CODE") or "", record.text("matter_code")
    if matter and matter[:31] != task[:31]:
        yield "matter_code", f"{matter}，实施编码 {task[:31]}", "业务办理项编码不以实施编码开头", True


def _repetitions(record: Record) -> Found:
    for field, same in SAME_AS.items():
        text, other = record.text(field), record.text(same)
        if text and YES.get(text, text) != YES.get(other or "", other):
            yield field, f"{text}，{same} 是 {other}", f"与 {same} 不一致，以 {same} 为准", False


_RULES: tuple[Callable[[Record], Found], ...] = (
    _shapes,
    _lengths,
    _names,
    _codes,
    _labels,
    _limits,
    _visits,
    _access,
    _addresses,
    _phones,
    _conditions,
    _materials,
    _repetitions,
)
