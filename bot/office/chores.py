"""What the office does by itself: remind before the date, raise alarms, date cases anew. Safe at any time."""

import logging

from bot.mailbox.calendar import day_of
from bot.mailbox.cases import Case
from bot.mailbox.deadlines import Silence
from bot.mailbox.explanation import full_date
from bot.mailbox.numbers import CaseNumber
from bot.mailbox.reminders import Alarm, AlarmKind, alarms
from bot.mailbox.stages import STAGE_NAMES
from bot.office import wording
from bot.office.card import subject, when
from bot.office.office import Office
from bot.office.telling import tell
from bot.store.cases import Stored
from bot.store.people import Task
from bot.store.store import Transaction

_log = logging.getLogger(__name__)
_MEANING = {
    Silence.AUTHORITY_DECIDES: "由本机关决定是否公开（条例第三十二条）",
    Silence.CONSENT: "视为同意公开（条例第三十四条）",
}


def run(office: Office) -> int:
    """Look at every open case; returns how many alarms were new.

    Each case that needs something is a transaction of its own, and what goes wrong with one holds up no other.
    """
    said = 0
    for number in _needing(office):
        try:
            with office.store.transaction() as t:
                said += _look_at(office, t, number)
        except Exception:
            _log.exception("the alarms of %s are tried again later", number.ref)
    return said


def _needing(office: Office) -> list[CaseNumber]:
    """Open cases with an alarm that may be new or a date that has moved: read beside others, for most have none."""
    today = day_of(office.clock())
    with office.store.reading() as t:
        told = {task.key for task, _ in t.people.open_tasks()}
        return [
            stored.case.number
            for stored in t.cases.find(open_only=True)
            if office.has_moved(t, stored)
            or any(_key(stored.case, one) not in told for one in alarms(stored.case, today, office.desk.calendar))
        ]


def _look_at(office: Office, t: Transaction, number: CaseNumber) -> int:
    """Date the case anew and raise its alarms; returns how many were new."""
    stored = office.find(t, number)
    if not stored.case.is_open:
        return 0
    if office.redate(t, stored):
        stored = office.find(t, number)
    today = day_of(office.clock())
    return sum(_raise(office, t, stored, one) for one in alarms(stored.case, today, office.desk.calendar))


def _key(case: Case, alarm: Alarm) -> str:
    return f"{alarm.key}:{case.number.ref}"


def _raise(office: Office, t: Transaction, stored: Stored, alarm: Alarm) -> bool:
    """Tell everyone the alarm is for; False when it was told before. It stays as a task of the first role."""
    task = Task(_key(stored.case, alarm), alarm.roles[0], alarm.kind, stored.id, alarm.due)
    if not t.people.add_task(task, office.clock()):
        return False
    for role in alarm.roles:
        for person in t.people.in_role(role, stored.case.department):
            tell(office, t, stored, person, _TITLES[alarm.kind], _sentence(office, stored.case, alarm))
    return True


_TITLES = {
    AlarmKind.DUE_SOON: "快到期了",
    AlarmKind.OVERDUE: "已经超期",
    AlarmKind.UNCONFIRMED: "还没有确认登记",
    AlarmKind.ABANDONED: "逾期没有补正",
    AlarmKind.CONSULTATION_OVER: "征求意见期满",
}


def _sentence(office: Office, case: Case, alarm: Alarm) -> str:
    number = case.number
    if alarm.kind is AlarmKind.UNCONFIRMED:
        return wording.UNCONFIRMED.format(number=number)
    if alarm.kind is AlarmKind.ABANDONED and alarm.due is not None:
        return wording.ABANDONED_BY_SILENCE.format(number=number, answer_by=full_date(alarm.due))
    if alarm.kind is AlarmKind.CONSULTATION_OVER and alarm.silence is not None:
        return wording.CONSULTATION_OVER.format(number=number, meaning=_MEANING[alarm.silence])
    return wording.REMINDER.format(
        number=number,
        subject=subject(case),
        when=when(case, office.desk, day_of(office.clock())),
        due=full_date(alarm.due) if alarm.due else "",
        stage=STAGE_NAMES[case.stage],
    )
