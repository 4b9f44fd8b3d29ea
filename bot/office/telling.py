"""A word to a member of staff with the case's card below it, by chat and mail as they have them."""

from bot.conversation.messages import Ending, Paragraph, Reply
from bot.mailbox.calendar import day_of
from bot.mailbox.messages import ChatMessage, MailMessage
from bot.mailbox.people import Staff
from bot.office import wording
from bot.office.card import staff_card
from bot.office.office import Office
from bot.office.sending import message_id, plain
from bot.store.cases import Stored
from bot.store.store import Transaction


def tell(office: Office, t: Transaction, stored: Stored, person: Staff, title: str, sentence: str) -> None:
    """Put ``sentence`` and the card into the outbox; a mailed answer is one about the case as it is now."""
    case, now = stored.case, office.clock()
    enclosed = t.papers.enclosed_names(stored)
    card = staff_card(case, person.acting("telegram"), office.desk, day_of(now), enclosed)
    reply = Reply(ending=Ending.STATUS, blocks=(Paragraph(text=sentence), *card.blocks), buttons=card.buttons)
    if person.telegram_id is not None:
        t.outbox.add(
            message_id(case, office.desk),
            ChatMessage(user_key=f"tg:{person.telegram_id}", reply=reply),
            stored,
            now,
        )
    if person.email is not None:
        subject = wording.CASE_SUBJECT.format(number=case.number, title=title)
        mail = MailMessage(
            to=person.email, subject=subject, text=plain(reply), role=person.role, version=case.version
        )
        t.outbox.add(message_id(case, office.desk), mail, stored, now)
