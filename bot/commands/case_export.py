"""``wenban case export``: the whole file of a case as one zip. It is unmasked: for the registrar and the admin."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands import values
from bot.commands.case_show import event_dict
from bot.commands.office import acting, as_option, need_registrar, note, open_office

if TYPE_CHECKING:
    from bot.mailbox.cases import Event
    from bot.mailbox.letters.document import Document
    from bot.mailbox.numbers import CaseNumber
    from bot.mailbox.people import Applicant
    from bot.store.cases import Stored
    from bot.store.papers import Attached

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment a zip can name: the same case always gives the same bytes."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula."""


@click.command("export")
@click.argument("number", type=values.number, metavar="编号")
@click.option("--out", required=True, type=Path, metavar="文件.zip", help="写到哪个文件")
@as_option
def export_command(number: "CaseNumber", out: Path, staff: str | None) -> None:
    """导出一件的全部卷宗：办件、经过、文书（Word 和文本）、附件。里面有个人信息，请妥善保管。

    例：wenban case export D2026-0001 --out 卷宗.zip --as wang
    """
    with open_office() as office:
        actor = acting(office, staff)
        need_registrar(actor, f"export {number.ref}", "导出卷宗")
        with office.store.reading() as t:
            stored = office.find(t, number)
            events, documents = t.cases.events(stored), t.papers.documents(stored)
            folders = {"attachments": t.papers.attached(stored), "enclosures": t.papers.enclosed(stored)}
        values.write_new(out, packed(stored, events, documents, folders))
        note(f"exported: {number.ref} by {actor.id}")
    files = sum(len(files) for files in folders.values())
    click.echo(f"{number} 的卷宗已导出到 {out}：文书 {len(documents)} 份，附件 {files} 个。")


def packed(
    stored: "Stored", events: list["Event"], documents: list["Document"], folders: dict[str, list["Attached"]]
) -> bytes:
    """The zip."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as archive:
        for name, content in _files(stored, events, documents, folders):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return result.getvalue()


def _files(
    stored: "Stored", events: list["Event"], documents: list["Document"], folders: dict[str, list["Attached"]]
) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file."""
    from bot.mailbox.letters.word import docx
    from bot.mailbox.mail.filename import safe_name

    case = stored.case
    plain = {**case.model_dump(mode="json"), "number": str(case.number), "ref": case.number.ref}
    yield "case.json", _json(plain)
    yield "events.json", _json([event.model_dump(mode="json") for event in events])
    yield "events.csv", _csv(events, case.content.applicant if case.content else None)
    for at, document in enumerate(documents, 1):
        name = f"documents/{at:02d}-{document.name}"
        yield f"{name}.docx", docx(document)
        yield f"{name}.txt", document.text.encode()
    for folder, files in folders.items():
        for at, file in enumerate(files, 1):
            yield f"{folder}/{at:02d}-{safe_name(file.name, file.content_type, at)}", file.content


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def _csv(events: list["Event"], applicant: "Applicant | None") -> bytes:
    """The log, masked, for a spreadsheet: UTF-8 with the mark that Excel wants, and no formulas."""
    rows = [event_dict(event, applicant) for event in events]
    text = io.StringIO()
    table = csv.DictWriter(text, rows[0].keys())
    table.writeheader()
    table.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    said = "" if value is None else str(value)
    return f"'{said}" if said.startswith(FORMULA) else said
