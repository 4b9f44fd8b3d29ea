"""One facet of a guide as blocks; a pure function for each facet."""

from collections.abc import Callable, Iterator

from bot.conversation import wording
from bot.conversation.messages import Block, Bullets, Facet, Link, Note, Paragraph
from catalog.guide import Guide, Material, TimeLimit
from catalog.models import ServiceItem
from catalog.values import Necessity

Blocks = Iterator[Block]


def facet_blocks(item: ServiceItem, facet: Facet, hotline: str) -> list[Block]:
    """Blocks for ``facet`` of ``item``; says so when the guide does not state it."""
    return stated_blocks(item, facet) or [Paragraph(text=wording.NOT_STATED.format(hotline=hotline))]


def stated_blocks(item: ServiceItem, facet: Facet) -> list[Block]:
    """Blocks for ``facet`` of ``item``; empty when the guide does not state it."""
    return list(_FACETS[facet](item.guide))


def offered_facets(item: ServiceItem) -> list[Facet]:
    """Facets that the guide states, in the order of the buttons."""
    return [facet for facet in _FACETS if facet is not Facet.OVERVIEW and any(_FACETS[facet](item.guide))]


def _online_lead(guide: Guide) -> Blocks:
    online = guide.online
    if not online.available:
        yield Paragraph(text=wording.NOT_ONLINE)
        if online.note:
            yield Paragraph(text=online.note)
        return
    if online.fully:
        yield Paragraph(text=wording.FULLY_ONLINE)
    elif guide.visits and guide.visit_reason:
        yield Paragraph(text=wording.PARTLY_ONLINE.format(visits=guide.visits, reason=guide.visit_reason))
    else:
        yield Paragraph(text=wording.ONLINE_STARTS)
    where = [wording.WHERE_ONLINE.format(platform=online.platform)] if online.platform else []
    where += [wording.APP.format(app=online.mobile_app)] if online.mobile_app else []
    if where:
        yield Paragraph(text="".join(where))
    if online.web_url:
        yield Link(label=wording.WEB_LINK, url=online.web_url)
    if online.mobile_url:
        yield Link(label=wording.MOBILE_LINK, url=online.mobile_url)
    if online.note:
        yield Paragraph(text=online.note)


def _online(guide: Guide) -> Blocks:
    yield from _online_lead(guide)
    if guide.steps_online:
        yield Bullets(label=wording.ONLINE_STEPS, items=guide.steps_online, numbered=True)
    elif guide.steps_window and not guide.online.available:
        yield Bullets(label=wording.WINDOW_STEPS, items=guide.steps_window, numbered=True)


def _steps(guide: Guide) -> Blocks:
    if guide.steps_online:
        yield Bullets(label=wording.ONLINE_STEPS, items=guide.steps_online, numbered=True)
    if guide.steps_window:
        yield Bullets(label=wording.WINDOW_STEPS, items=guide.steps_window, numbered=True)


def _materials(guide: Guide) -> Blocks:
    if guide.materials:
        yield Bullets(label=wording.MATERIALS, items=tuple(map(_material, guide.materials)))
    elif guide.materials is not None:
        yield Paragraph(text=wording.NO_MATERIALS)


def _material(material: Material) -> str:
    extra = [f"{material.form} {material.copies} 份" if material.copies > 1 else str(material.form)]
    if material.necessity is Necessity.LATER:
        extra.append(wording.LATER)
    if material.necessity is Necessity.OPTIONAL:
        extra.append(wording.OPTIONAL)
    note = f"。{material.note}" if material.note else ""
    return f"{material.name}（{'，'.join(extra)}）{note}"


def _time(guide: Guide) -> Blocks:
    promised, statutory = guide.promised_limit, guide.statutory_limit
    if promised is not None and promised.value == 0:
        yield Paragraph(text=wording.IMMEDIATE)
    elif promised is not None:
        yield Paragraph(text=wording.LIMIT.format(limit=_limit(promised)))
    if statutory is not None and statutory.value:
        yield Paragraph(text=wording.STATUTORY.format(limit=_limit(statutory)))


def _limit(limit: TimeLimit) -> str:
    note = f"（{limit.note}）" if limit.note else ""
    return f"{limit.value} {limit.unit.replace('自然日', '天')}{note}"


def _fee(guide: Guide) -> Blocks:
    if guide.fees:
        lines = (
            f"{fee.item}：{fee.amount}" + (f"。{fee.reductions}" if fee.reductions else "") for fee in guide.fees
        )
        yield Bullets(label=wording.FEES, items=tuple(lines))
    elif guide.fees is not None:
        yield Paragraph(text=wording.NO_FEE)


def _place(guide: Guide) -> Blocks:
    if guide.places:
        lines = ("，".join(filter(None, (p.name, p.address, p.phone, p.opening_hours))) for p in guide.places)
        yield Bullets(label=wording.PLACES, items=tuple(lines))


def _conditions(guide: Guide) -> Blocks:
    if guide.conditions:
        yield Bullets(label=wording.CONDITIONS, items=guide.conditions)


def _contact(guide: Guide) -> Blocks:
    point = guide.contact_point
    lines = (
        (wording.CONSULT, "consult", point.consult),
        (wording.SUPERVISE, "supervise", point.supervise),
        (wording.RECONSIDER, "way", point.reconsideration),
        (wording.LITIGATION, "way", point.litigation),
    )
    stated = tuple(sentence.format(**{name: value}) for sentence, name, value in lines if value)
    if stated:
        yield Bullets(items=stated)


def _result(guide: Guide) -> Blocks:
    if guide.result is None:
        return
    yield Paragraph(text=wording.RESULT.format(name=guide.result.name))
    if guide.result.validity:
        yield Paragraph(text=wording.VALIDITY.format(validity=guide.result.validity))
    if guide.result.delivery:
        yield Paragraph(text=guide.result.delivery)


def _faq(guide: Guide) -> Blocks:
    for entry in guide.faq:
        yield Bullets(label=entry.question, items=(entry.answer,))


def _overview(guide: Guide) -> Blocks:
    if guide.summary:
        yield Paragraph(text=guide.summary)
    yield from _online(guide)
    yield from _materials(guide)
    yield from _time(guide)
    yield from _fee(guide)


_FACETS: dict[Facet, Callable[[Guide], Blocks]] = {
    Facet.OVERVIEW: _overview,
    Facet.ONLINE: _online,
    Facet.MATERIALS: _materials,
    Facet.STEPS: _steps,
    Facet.TIME: _time,
    Facet.FEE: _fee,
    Facet.PLACE: _place,
    Facet.CONDITIONS: _conditions,
    Facet.RESULT: _result,
    Facet.CONTACT: _contact,
    Facet.FAQ: _faq,
}


def online_and_materials(guide: Guide, asked: Facet) -> Blocks:
    """What follows the asked facet: whether it can be done online, and what to prepare."""
    if asked not in {Facet.OVERVIEW, Facet.ONLINE}:
        yield from _online_lead(guide)
    if asked in {Facet.ONLINE, Facet.STEPS}:
        yield from _materials(guide)


def source_note(guide: Guide, hotline: str) -> Blocks:
    """Where the facts come from, when they were verified, and what is not."""
    if guide.unverified:
        # Many notes end in the same advice that the sentence gives.
        told = (note.rstrip("。").removesuffix("以窗口答复为准").rstrip("，") for note in guide.unverified)
        notes = "；".join(told)
        yield Note(text=wording.UNVERIFIED.format(notes=notes, hotline=hotline))
    source = guide.source.name if guide.source else "目录"
    if guide.verified_on:
        yield Note(text=wording.SOURCE.format(source=source, date=guide.verified_on.isoformat()))
    else:
        yield Note(text=wording.SOURCE_UNDATED.format(source=source, hotline=hotline))
