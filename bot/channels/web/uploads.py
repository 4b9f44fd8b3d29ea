"""Files that a citizen sends along: judged by their content and kept as uploads of this session."""

import secrets
from collections.abc import Iterable

from starlette.datastructures import FormData, UploadFile

from bot.channels.telegram.file_kind import kind_of
from bot.channels.web import wording
from bot.channels.web.site import Site
from bot.conversation.messages import Attachment
from bot.mailbox.mail.filename import safe_name
from bot.store.papers import Attached


def sent_files(form: FormData, name: str = "file") -> list[UploadFile]:
    """The files chosen in the field ``name``; an empty field sends one without a name."""
    return [file for file in form.getlist(name) if isinstance(file, UploadFile) and (file.filename or file.size)]


def keep_all(
    site: Site, user_key: str, files: Iterable[UploadFile]
) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """The files that were kept, and a sentence for each that was not. Blocking."""
    kept = [_keep(site, user_key, file) for file in files]
    said = tuple(one for one in kept if isinstance(one, str))
    return tuple(one for one in kept if isinstance(one, Attachment)), tuple(dict.fromkeys(said))


def _keep(site: Site, user_key: str, file: UploadFile) -> Attachment | str:
    most = site.web.upload_mb * 1024 * 1024
    content = file.file.read(most + 1)
    if len(content) > most:
        return wording.TOO_LARGE.format(most=site.web.upload_mb)
    kind = kind_of(content)
    if kind is None:
        return wording.WRONG_TYPE
    name = safe_name(file.filename or "", kind.content_type, 1)
    name = name if name.lower().endswith(kind.endings) else f"{name}{kind.endings[0]}"
    attached = Attached(secrets.token_hex(20), name, kind.content_type, content)
    with site.office.store.transaction() as t:
        t.papers.upload(attached, user_key, site.office.clock())
    return Attachment(id=attached.id, name=name, content_type=kind.content_type, size=len(content))
