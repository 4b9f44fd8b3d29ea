"""What is said first to a message that belongs to the mailbox: what it is, what is published, what is asked."""

from collections import Counter
from collections.abc import Sequence

from bot.conversation import wording
from bot.conversation.intake import pages
from bot.conversation.intake import wording as forms
from bot.conversation.messages import Block, Bullets, Button, Ending, Link, Paragraph, Reply
from bot.mailbox.stages import Kind
from catalog.models import Department, PublicDocument
from index.analysis import normalise
from index.snapshot import Snapshot

_TO_LETTER = Button(label=wording.WRITE_LETTER, action="letter")
_TO_DISCLOSURE = Button(label=wording.APPLY_DISCLOSURE, action="disclosure")


def disclosure(documents: Sequence[PublicDocument]) -> Reply:
    """Published documents that may answer it already; else what an application needs."""
    asks: tuple[Block, ...] = (Bullets(label=wording.ASKED_FOR, items=wording.DISCLOSURE_ASKS),)
    first: tuple[Button, ...] = (pages.start_button(Kind.DISCLOSURE), _TO_LETTER)
    if documents:
        asks = (Paragraph(text=forms.PUBLISHED), *(_published(document) for document in documents))
        first = (
            pages.button(forms.THIS_ONE, "found"),
            pages.button(forms.NOT_THIS, "new", pages.LETTERS[Kind.DISCLOSURE]),
        )
    return Reply(
        ending=Ending.ROUTED_DISCLOSURE,
        blocks=(Paragraph(text=wording.DISCLOSURE), *asks, Paragraph(text=wording.DISCLOSURE_TERM)),
        buttons=(first, (_TO_LETTER,)) if documents else (first,),
    )


def _published(document: PublicDocument) -> Block:
    named = forms.DOCUMENT.format(title=document.title, date=document.published_on)
    return Link(label=named, url=document.url) if document.url else Bullets(items=(named,))


def letter(text: str, snapshot: Snapshot) -> Reply:
    """Which department will probably handle it, and what a letter needs."""
    department = likely_department(text, snapshot)
    hint = (Paragraph(text=forms.DEPARTMENT.format(department=department.name)),) if department else ()
    return Reply(
        ending=Ending.ROUTED_LETTER,
        blocks=(
            Paragraph(text=wording.LETTER),
            *hint,
            Bullets(label=wording.ASKED_FOR, items=wording.LETTER_ASKS),
            Paragraph(text=wording.LETTER_URGENT.format(hotline=snapshot.catalog.district.hotline)),
        ),
        buttons=((pages.start_button(Kind.LETTER), _TO_DISCLOSURE),),
    )


def both(likelier: Kind) -> Reply:
    """A message that asks for information and complains too: both ways, and the person chooses."""
    return Reply(
        ending=pages.ROUTED[likelier],
        blocks=(Paragraph(text=forms.BOTH_WAYS),),
        buttons=((_TO_DISCLOSURE, _TO_LETTER),),
    )


def likely_department(text: str, snapshot: Snapshot) -> Department | None:
    """The department whose duties and names share most words with ``text``; None when none shares any.

    A word that several departments have (管理) counts for less than one that only one has (油烟).
    """
    plain = normalise(text)
    cut = snapshot.index.analyser.words
    named = {
        department: {w for said in (*department.duties, *department.aliases) for w in cut(said) if w in plain}
        for department in snapshot.catalog.departments
    }
    shared = Counter(word for words in named.values() for word in words)
    score = {department: sum(len(w) / shared[w] for w in words) for department, words in named.items()}
    best = max(score, key=lambda department: score[department], default=None)
    return best if best and score[best] else None
