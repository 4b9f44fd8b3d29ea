"""Where a message that belongs to the mailbox ends for now: what it is, and what will be asked."""

from collections import Counter

from bot.conversation import wording
from bot.conversation.messages import Bullets, Button, Ending, Paragraph, Reply
from catalog.models import Department
from index.analysis import normalise
from index.documents import find_documents
from index.snapshot import Snapshot


def disclosure(text: str, snapshot: Snapshot) -> Reply:
    """Published documents that may answer it already, and what an application needs."""
    found = find_documents(text, snapshot.catalog, snapshot.index.analyser)
    published = tuple(f"{document.title}（{document.published_on}）" for document in found)
    return Reply(
        ending=Ending.ROUTED_DISCLOSURE,
        blocks=(
            Paragraph(text=wording.DISCLOSURE),
            *((Bullets(label=wording.DISCLOSURE_PUBLISHED, items=published),) if published else ()),
            Bullets(label=wording.ASKED_FOR, items=wording.DISCLOSURE_ASKS),
            Paragraph(text=wording.DISCLOSURE_TERM),
        ),
        buttons=((Button(label=wording.WRITE_LETTER, action="letter"),),),
    )


def letter(text: str, snapshot: Snapshot) -> Reply:
    """Which department will probably handle it, and what a letter needs."""
    department = likely_department(text, snapshot)
    hint = (Paragraph(text=wording.LETTER_DEPARTMENT.format(department=department.name)),) if department else ()
    return Reply(
        ending=Ending.ROUTED_LETTER,
        blocks=(
            Paragraph(text=wording.LETTER),
            *hint,
            Bullets(label=wording.ASKED_FOR, items=wording.LETTER_ASKS),
            Paragraph(text=wording.LETTER_URGENT.format(hotline=snapshot.catalog.district.hotline)),
        ),
        buttons=((Button(label=wording.APPLY_DISCLOSURE, action="disclosure"),),),
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
