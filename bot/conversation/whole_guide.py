"""Every stated part of a guide in one piece: for ``wenban show``, and for a page to print or hand on."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from bot.conversation import wording
from bot.conversation.availability import Availability, availability, availability_blocks
from bot.conversation.guide_text import source_note, stated_blocks
from bot.conversation.messages import Block, Bullets, Ending, Facet, ItemRef, Link, Paragraph, Reply, Title
from catalog.guide import Guide, LegalBasis
from catalog.models import Catalog, ServiceItem

Blocks = Iterator[Block]
_AFTER_ONLINE = (Facet.CONDITIONS, Facet.MATERIALS, Facet.TIME, Facet.FEE, Facet.PLACE, Facet.RESULT, Facet.CONTACT)


def whole_guide(item: ServiceItem, catalog: Catalog, today: date) -> Reply:
    """Every stated part of the guide of ``item`` under headings; a withdrawn item has no online part any more."""
    about = f"{catalog.department_name(item)} · {item.type} · {'、'.join(item.audiences)}"
    withdrawn = availability(item, today) is Availability.WITHDRAWN
    blocks = (
        Title(text=item.name),
        Paragraph(text=about),
        *availability_blocks(item, today),
        *((Paragraph(text=item.guide.summary),) if item.guide.summary else ()),
        *(() if withdrawn else _how(item)),
        *(block for facet in _AFTER_ONLINE for block in _part(item, facet)),
        *_under(wording.FACETS[Facet.FAQ], stated_blocks(item, Facet.FAQ)),
        *_under(wording.SECTION_DISTINGUISH, _distinguish(item)),
        *_under(wording.SECTION_BASIS, _basis(item.guide)),
        *_under(wording.SECTION_SOURCE, _source(item.guide, catalog.district.hotline)),
    )
    ref = ItemRef(id=item.id, name=item.name)
    return Reply(ending=Ending.ANSWERED, blocks=blocks, items=(ref,), facet=Facet.OVERVIEW)


def _under(heading: str, blocks: Iterable[Block]) -> Blocks:
    """``blocks`` under a headline, which stands for the label of the first list; nothing when there are none."""
    found = list(blocks)
    if not found:
        return
    yield Title(text=heading)
    first, *others = found
    told = isinstance(first, Bullets) and (first.label or "").endswith("：")
    yield first.model_copy(update={"label": None}) if told else first
    yield from others


def _how(item: ServiceItem) -> Blocks:
    guide = item.guide
    yield from _under(wording.FACETS[Facet.ONLINE], stated_blocks(item, Facet.ONLINE))
    # Where nothing can be done online, the steps at the window stand under that heading already.
    if guide.steps_window and (guide.online.available or guide.steps_online):
        steps = Bullets(items=guide.steps_window, numbered=True)
        yield from _under(wording.SECTION_WINDOW, [steps])
    yield from _under(wording.SECTION_FACTS, _facts(item))


def _part(item: ServiceItem, facet: Facet) -> Blocks:
    """One facet as the chat shows it, and what the chat leaves out of it."""
    more = _MORE.get(facet)
    yield from _under(wording.FACETS[facet], [*stated_blocks(item, facet), *(more(item.guide) if more else ())])


def _facts(item: ServiceItem) -> Blocks:
    guide = item.guide
    rows = (
        (wording.HANDLED_BY, item.handled_by),
        (wording.HANDLING, guide.handling),
        (wording.WAYS, "、".join(guide.channels)),
        (wording.DEPTH, "、".join(guide.online.depth)),
        (wording.SCOPE, guide.scope),
    )
    lines = [sentence.format(value=value) for sentence, value in rows if value]
    if guide.visits is not None:
        lines.append(wording.VISITS.format(visits=guide.visits) if guide.visits else wording.NO_VISIT)
    if guide.visit_reason:
        lines.append(wording.VISIT_REASON.format(reason=guide.visit_reason))
    if lines:
        yield Bullets(items=tuple(lines))


def _material_sources(guide: Guide) -> Blocks:
    for material in guide.materials or ():
        if material.form_url:
            yield Link(label=wording.BLANK_FORM.format(name=material.name), url=material.form_url)
        if material.sample_url:
            yield Link(label=wording.SAMPLE.format(name=material.name), url=material.sample_url)
    given = [material for material in guide.materials or () if material.issuer]
    if given:
        lines = (
            wording.ISSUED_BY.format(name=material.name, source=material.source, issuer=material.issuer)
            for material in given
        )
        yield Bullets(label=wording.ISSUED, items=tuple(lines))


def _limit_notes(guide: Guide) -> Blocks:
    """What a limit of no days at all is said to depend on: the chat only says that it is done at once."""
    if guide.statutory_limit is not None and guide.statutory_limit.value == 0:
        yield Paragraph(text=wording.IMMEDIATE_BY_LAW)
    for limit in (guide.promised_limit, guide.statutory_limit):
        if limit is not None and limit.value == 0 and limit.note:
            yield Paragraph(text=limit.note)


def _fee_bases(guide: Guide) -> Blocks:
    stated = dict.fromkeys(fee.basis for fee in guide.fees or () if fee.basis)
    for basis in stated:
        yield Paragraph(text=wording.FEE_BASIS.format(basis=basis))


def _result_sample(guide: Guide) -> Blocks:
    if guide.result is not None and guide.result.sample_url:
        yield Link(label=wording.RESULT_SAMPLE, url=guide.result.sample_url)


_MORE: dict[Facet, Callable[[Guide], Blocks]] = {
    Facet.MATERIALS: _material_sources,
    Facet.TIME: _limit_notes,
    Facet.FEE: _fee_bases,
    Facet.RESULT: _result_sample,
}


def _distinguish(item: ServiceItem) -> Blocks:
    if item.distinguish:
        yield Paragraph(text=item.distinguish)


def _basis(guide: Guide) -> Blocks:
    if guide.legal_basis:
        yield Bullets(items=tuple(map(_law, guide.legal_basis)))


def _law(basis: LegalBasis) -> str:
    title = basis.title if "《" in basis.title else f"《{basis.title}》"
    return f"{title}{basis.article or ''}" + (f"：{basis.note}" if basis.note else "")


def _source(guide: Guide, hotline: str) -> Blocks:
    yield from source_note(guide, hotline)
    if guide.source is not None and guide.source.url:
        yield Link(label=wording.SOURCE_LINK, url=guide.source.url)
