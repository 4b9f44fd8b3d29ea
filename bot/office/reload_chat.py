"""/reload and /rollback in the staff's chat: what would change is shown, and a button does it.

Nothing is remembered in between: a button names what was served and what was to come when it was shown.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.conversation.compose import say
from bot.conversation.messages import Block, Button, Ending, Incoming, Paragraph, Reply, Title
from bot.errors import UserError
from bot.mailbox.people import Role, Staff
from bot.reload_preview import Preview, preview
from bot.reload_summary import counts, summary
from catalog.errors import CatalogError, CatalogFaults
from index.errors import SearchError
from index.pointer import How
from index.shelf import Overtaken, Seen, Shelf
from index.snapshot import Snapshot

PREFIX = "k:"
COMMANDS = {"/reload": How.RELOAD, "/rollback": How.ROLLBACK}
MAY_RELOAD = frozenset({Role.ADMIN, Role.REGISTRAR})
SHOWN_FAULTS = 10
LETTERS = 12
"""Of each fingerprint in a button."""
YES, NO = "确认", "取消"
TITLES = {How.RELOAD: "重新载入目录", How.ROLLBACK: "退回上一份目录"}
SURE = {How.RELOAD: "现在换成新的目录吗？", How.ROLLBACK: "现在退回这一份吗？"}
NOTHING_NEW = "目录没有变化，不用重新载入。"
DONE = {How.RELOAD: "已经换成新的目录。", How.ROLLBACK: "已经退回上一份目录。"}
LEFT = "好的，目录没有动。"
CHANGED = "目录刚刚又变了，请再看一遍："
FAULTY = "新的目录有 {count} 处错误，没有换。改好后再发 /reload。"
MORE_FAULTS = "……还有 {count} 处，用 wenban catalog check 查看全部。"
STALE = "这个按钮已经失效了。请重新发 /reload 或 /rollback。"
_log = logging.getLogger(__name__)


def for_reload(incoming: Incoming) -> bool:
    """Whether this is about the catalogue; whoever may not gets the answer to an unknown command or button."""
    if incoming.action is not None:
        return incoming.action.startswith(PREFIX)
    return _command(incoming) in COMMANDS


def may_reload(person: Staff) -> bool:
    """Whether this person may change what is served."""
    return person.role in MAY_RELOAD


@dataclass(frozen=True, slots=True)
class ReloadChat:
    """The catalogue's part of the staff's chat. Blocking for seconds; holds no transaction.

    ``questions``: asked before each reload when there is such a file. ``swapped``: called after each change.
    """

    shelf: Shelf
    catalog_folder: Path
    questions: Path
    clock: Callable[[], datetime]
    swapped: Callable[[], None]

    def answer(self, incoming: Incoming, person: Staff) -> Reply:
        """The reply to what ``for_reload`` is about, from somebody who may."""
        try:
            if incoming.action is None:
                return self._shown(COMMANDS[_command(incoming)])
            return self._pressed(incoming.action.removeprefix(PREFIX), person).model_copy(update={"replaces": True})
        except CatalogFaults as error:
            return _faulty(error)
        except (CatalogError, SearchError, UserError) as error:
            return say(Ending.DECLINED, error.message)

    def _pressed(self, code: str, person: Staff) -> Reply:
        if code == "no":
            return say(Ending.CANCELLED, LEFT)
        step, _, coming = (*code.split(":"), "", "")[:3]
        if step not in set(How) or not coming:
            return say(Ending.DECLINED, STALE)
        how = How(step)
        after = self._coming(how)
        seen = Seen(self.shelf.mark(), after.catalog.fingerprint)
        if _code(how, seen) != code:
            # Somebody else was faster, the same button came twice, or the files were changed.
            done = seen.served.startswith(coming)
            return say(Ending.STATUS, DONE[how]) if done else self._page(how, seen, after, CHANGED)
        try:
            return self._done(how, seen, person)
        except Overtaken:
            return self._shown(how, CHANGED)

    def _done(self, how: How, seen: Seen, person: Staff) -> Reply:
        who, now = f"{person.name}（{person.id}，Telegram）", self.clock()
        if how is How.RELOAD:
            reloaded = self.shelf.reload(self.catalog_folder, who, now, seen)
        else:
            reloaded = self.shelf.rollback(who, now, seen=seen)
        self.swapped()
        changes = [counts(reloaded.served.changes)] if reloaded.served else []
        _log.warning("catalogue %s: %s by %s", seen.coming[:LETTERS], how.value, person.id)
        return say(Ending.STATUS, DONE[how], *changes)

    def _shown(self, how: How, *lead: str) -> Reply:
        after = self._coming(how)
        return self._page(how, Seen(self.shelf.mark(), after.catalog.fingerprint), after, *lead)

    def _coming(self, how: How) -> Snapshot:
        """What would be served."""
        return self.shelf.prepare(self.catalog_folder) if how is How.RELOAD else self.shelf.earlier()

    def _page(self, how: How, seen: Seen, after: Snapshot, *lead: str) -> Reply:
        if seen.served == seen.coming:
            return say(Ending.STATUS, NOTHING_NEW)
        questions = self.questions if self.questions.is_file() else None
        found = preview(self.shelf.served(), after, questions, self.clock())
        row = (Button(label=YES, action=f"{PREFIX}{_code(how, seen)}"), Button(label=NO, action=f"{PREFIX}no"))
        return Reply(ending=Ending.ASKED, blocks=_blocks(how, found, lead), buttons=(row,))


def _blocks(how: How, found: Preview, lead: tuple[str, ...]) -> tuple[Block, ...]:
    text = "\n".join(summary(found))
    sentences = (*lead, text, SURE[how])
    return (Title(text=TITLES[how]), *(Paragraph(text=sentence) for sentence in sentences))


def _faulty(error: CatalogFaults) -> Reply:
    lines = [str(fault) for fault in error.faults[:SHOWN_FAULTS]]
    if len(error.faults) > SHOWN_FAULTS:
        lines.append(MORE_FAULTS.format(count=len(error.faults) - SHOWN_FAULTS))
    return say(Ending.DECLINED, FAULTY.format(count=len(error.faults)), "\n".join(lines))


def _code(how: How, seen: Seen) -> str:
    return f"{how.value}:{seen.served[:LETTERS]}:{seen.coming[:LETTERS]}"


def _command(incoming: Incoming) -> str:
    words = (incoming.text or "").split(maxsplit=1)
    return words[0].lower().partition("@")[0] if words else ""
