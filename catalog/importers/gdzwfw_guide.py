"""A record of the Guangdong export -> its Guide.

A value that cannot be read is absent; ``gdzwfw_doubts`` tells about it.
"""

import re
from datetime import UTC, date, datetime

from pydantic import TypeAdapter, ValidationError

from catalog.guide import ContactPoint, Guide, Material, OnlineAccess, Place, Source, TimeLimit, Url
from catalog.importers.gdzwfw_labels import NO_CONDITIONS, NO_WINDOW, UNITS, YES
from catalog.importers.numbered import pieces
from catalog.importers.record import Record
from catalog.values import Channel, MaterialForm

PORTAL = "https://www.gdzwfw.gov.cn"
TEXT_LIMIT = 2000
# The export names materials and says no more; the model's defaults are not its statement.
ONLY_NAMES = "办理材料：数据来源只有名称，没有说明材料形式、份数和是否必要"
_LIMIT = re.compile(r"(\d{1,5})\s*[(（]?([^\d()（）]+)[)）]?")
_PHONE = re.compile(r"\d{5}|\d{3,4}[^\d\n]{1,3}\d{3,}")
_COPY_AND_ORIGINAL = re.compile(r"原件(及|和|与|、|以及)复印件|复印件(及|和|与|、|以及)原件")
_URL: TypeAdapter[str] = TypeAdapter(Url)


def guide(record: Record, unverified: tuple[str, ...]) -> Guide:
    """The guide; ``unverified`` are the sentences about values that are kept and doubtful."""
    materials = read_materials(record)
    return Guide(
        conditions=read_conditions(record),
        statutory_limit=read_limit(record, "handle_time"),
        promised_limit=read_limit(record, "handle_time_limit"),
        channels=channels(record),
        online=online(record),
        visits=read_visits(record),
        materials=materials,
        places=places(record),
        contact_point=contact_point(record),
        unverified=(*unverified, *((ONLY_NAMES,) if materials else ())),
        source=source(record),
    )


def read_limit(record: Record, field: str) -> TimeLimit | None:
    """``30(工作日)`` as a limit; None when absent or not of this shape."""
    match = _LIMIT.fullmatch(record.text(field) or "")
    unit = UNITS.get(match[2]) if match else None
    if match is None or unit is None:
        return None
    try:
        return TimeLimit(value=int(match[1]), unit=unit)
    except ValidationError:
        return None


def read_visits(record: Record) -> int | None:
    """The number of visits, 0 to 9; None when absent or anything else."""
    text = record.text("visit_number") or ""
    return int(text) if re.fullmatch("[0-9]", text) else None


def read_conditions(record: Record) -> tuple[str, ...] | None:
    """The conditions word for word in pieces; empty when there are said to be none, None when absent."""
    text = record.text("accept_standard")
    if text is None:
        return None
    return () if text.rstrip("。") in NO_CONDITIONS else pieces(text, TEXT_LIMIT)


def read_materials(record: Record) -> tuple[Material, ...] | None:
    """The materials by name; None when none is named: the export does not say "there are none"."""
    names = (name.rstrip("；;。 ") for name in record.texts("material_intro"))
    found = tuple(Material(name=name, form=_form(name)) for name in names if 0 < len(name) <= TEXT_LIMIT)
    return found or None


def _form(name: str) -> MaterialForm:
    """The form that the name itself demands; where it gives a choice (或) the model's default stays."""
    if _COPY_AND_ORIGINAL.search(name):
        return MaterialForm.BOTH
    if "复印件" in name and "原件" not in name and "或" not in name:
        return MaterialForm.COPY
    return MaterialForm.ORIGINAL


def is_online(record: Record) -> bool:
    """Whether the item is said to be handled on the internet."""
    return YES.get(record.text("ONLINECHECK") or "", False)


def online(record: Record) -> OnlineAccess:
    """Online access: fully online when no visit is needed. Address and platform only of what is available."""
    available = is_online(record)
    booking = read_url(record, "online_book_addr")
    return OnlineAccess(
        available=available,
        fully=available and read_visits(record) == 0,
        platform=short_text(record, "bear_paltform") if available else None,
        web_url=read_url(record, "URL") if available else None,
        note=f"网上预约地址：{booking}" if booking else None,
    )


def read_url(record: Record, field: str) -> str | None:
    """An http(s) address that the model accepts, else None."""
    try:
        return _URL.validate_python(record.text(field))
    except ValidationError:
        return None


def channels(record: Record) -> tuple[Channel, ...]:
    """Window when a place is stated, web when online, post when a courier is offered."""
    offered = {
        Channel.WINDOW: bool(places(record)),
        Channel.WEB: is_online(record),
        Channel.POST: YES.get(record.text("courier_service") or "", False),
    }
    return tuple(channel for channel, present in offered.items() if present)


def places(record: Record) -> tuple[Place, ...]:
    """The window, as one text without its label; none when there is said to be no window."""
    text = short_text(record, "handle_location")
    if text is None or text == NO_WINDOW:
        return ()
    name = text.removeprefix("办理地点").lstrip("：: ")
    return (Place(name=name),) if name else ()


def contact_point(record: Record) -> ContactPoint:
    """Whom to ask and where to complain."""
    return ContactPoint(consult=read_phone(record, "consult_phone"), supervise=read_phone(record, "complain_phone"))


def read_phone(record: Record, field: str) -> str | None:
    """The text as it stands if a telephone number is in it, else None."""
    text = short_text(record, field)
    return text if text and _PHONE.search(text) else None


def short_text(record: Record, field: str) -> str | None:
    """The text of a field that has room for one text only; None when it is too long to be kept whole."""
    text = record.text(field)
    return text if text and len(text) <= TEXT_LIMIT else None


def source(record: Record) -> Source:
    """The service platform, with the day on which the record was stored."""
    day = stored_on(record)
    return Source(name=f"广东政务服务网，{day.isoformat()} 采集" if day else "广东政务服务网", url=PORTAL)


def stored_on(record: Record) -> date | None:
    """The day in the record's MongoDB id, whose first four bytes are seconds since 1970 (UTC)."""
    oid = record.fields.get("_id")
    text = oid.get("$oid") if isinstance(oid, dict) else oid
    if not isinstance(text, str) or not re.fullmatch("[0-9a-f]{24}", text):
        return None
    return datetime.fromtimestamp(int(text[:8], 16), UTC).date()
