"""A document as a Word file (docx). The only module that knows python-docx.

After GB/T 9704-2012 (党政机关公文格式) in spirit: A4, its margins, fonts, 28 pt lines and page number. The same
document always gives the same bytes, so that a repeat can be recognised.
"""

import io
import re
import zipfile
from datetime import UTC, datetime, time

import docx as python_docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from bot.mailbox.letters.document import Document

TITLE_FONT, BODY_FONT, FOOTER_FONT = "方正小标宋简体", "仿宋_GB2312", "宋体"
# many computers lack the official fonts; Word then takes the other name
OTHER_NAMES = {TITLE_FONT: "宋体", BODY_FONT: "仿宋"}
TITLE_SIZE, BODY_SIZE, FOOTER_SIZE = Pt(22), Pt(16), Pt(14)  # 二号、三号、四号
LINE = Pt(28)
LONGEST_PROPERTY = 255  # python-docx refuses more
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can name
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def docx(document: Document) -> bytes:
    """The document as docx. Characters that XML forbids are left out."""
    word = python_docx.Document()
    _set_page(word)
    _set_style(word)
    _set_properties(word, document)
    _write(word, document)
    _number_pages(word)
    packed = io.BytesIO()
    word.save(packed)
    return _repacked(packed.getvalue())


def _set_page(word: WordDocument) -> None:
    page = word.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(37), Mm(35)
    page.left_margin, page.right_margin = Mm(28), Mm(26)
    page.footer_distance = Mm(26)


def _set_style(word: WordDocument) -> None:
    style = word.styles["Normal"]
    style.font.size = BODY_SIZE
    spacing = style.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    spacing.widow_control = True
    properties = style.element.get_or_add_rPr()
    _set_fonts(properties, BODY_FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "zh-CN")
    language.set(qn("w:eastAsia"), "zh-CN")
    properties.append(language)


def _set_fonts(properties: object, font: str) -> None:
    """The font for every script: Word takes “ ” and digits from ``ascii``, Chinese from ``eastAsia``."""
    fonts = properties.get_or_add_rFonts()  # type: ignore[attr-defined]
    for attribute in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(attribute), font)


def _set_properties(word: WordDocument, document: Document) -> None:
    properties = word.core_properties
    properties.title = _clean(document.title)[:LONGEST_PROPERTY]
    properties.subject = _clean(document.number)[:LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = _clean(document.office)[:LONGEST_PROPERTY]
    properties.created = properties.modified = datetime.combine(document.date, time(), UTC)
    properties.language = "zh-CN"
    properties.comments = properties.keywords = ""
    properties.revision = 1


def _write(word: WordDocument, document: Document) -> None:
    title = _add(word, document.title, WD_ALIGN_PARAGRAPH.CENTER)
    title.paragraph_format.line_spacing = Pt(36)
    for run in title.runs:
        _dress(run, TITLE_FONT, TITLE_SIZE)
    number = _add(word, document.number, WD_ALIGN_PARAGRAPH.CENTER)
    number.paragraph_format.space_after = LINE
    for place, text in enumerate(document.paragraphs):
        paragraph = _add(word, text, WD_ALIGN_PARAGRAPH.JUSTIFY)
        if place or not text.endswith("："):  # the salutation stands at the margin
            _indent(paragraph, "firstLine", 2)
    paragraph.paragraph_format.keep_with_next = True
    _sign(word, *document.signature)


def _sign(word: WordDocument, office: str, day: str) -> None:
    """Office and date at the right, never alone on a page."""
    signed = _add(word, office, WD_ALIGN_PARAGRAPH.RIGHT)
    signed.paragraph_format.space_before = LINE
    signed.paragraph_format.keep_with_next = True
    _indent(signed, "right", 2)
    _indent(_add(word, day, WD_ALIGN_PARAGRAPH.RIGHT), "right", 4)


def _add(word: WordDocument, text: str, alignment: WD_ALIGN_PARAGRAPH) -> Paragraph:
    paragraph = word.add_paragraph(_clean(text))
    paragraph.alignment = alignment
    return paragraph


def _indent(paragraph: Paragraph, side: str, characters: int) -> None:
    """Indent in characters, and in points for programs that do not know characters."""
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn(f"w:{side}Chars"), str(characters * 100))
    indent.set(qn(f"w:{side}"), str(int(BODY_SIZE.pt * 20) * characters))


def _dress(run: Run, font: str, size: Pt) -> None:
    run.font.size = size
    _set_fonts(run._r.get_or_add_rPr(), font)


def _number_pages(word: WordDocument) -> None:
    footer = word.sections[0].footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _dress(footer.add_run("— "), FOOTER_FONT, FOOTER_SIZE)
    for kind in ("begin", "PAGE", "end"):
        run = footer.add_run()
        _dress(run, FOOTER_FONT, FOOTER_SIZE)
        run._r.append(_field_part(kind))
    _dress(footer.add_run(" —"), FOOTER_FONT, FOOTER_SIZE)


def _field_part(kind: str) -> object:
    if kind == "PAGE":
        part = OxmlElement("w:instrText")
        part.text = kind
        return part
    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), kind)
    return part


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)


def _repacked(packed: bytes) -> bytes:
    """The same file with fixed times, and with the other names of the fonts."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/fontTable.xml":
                content = content.replace(b"</w:fonts>", _other_names() + b"</w:fonts>")
            new.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return result.getvalue()


def _other_names() -> bytes:
    fonts = (
        f'<w:font w:name="{font}"><w:altName w:val="{other}"/></w:font>' for font, other in OTHER_NAMES.items()
    )
    return "".join(fonts).encode()
