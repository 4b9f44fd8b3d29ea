"""What the office needs to know of its district, put together once from the settings and the catalogue."""

import re
from dataclasses import dataclass
from pathlib import Path

from bot.mailbox.calendar import Calendar, national_calendar
from bot.mailbox.letters.facts import District
from bot.mailbox.workflow import Rules
from bot.settings import Settings
from catalog.load import Administration
from catalog.models import Catalog


@dataclass(frozen=True)
class Desk:
    """The district, its departments (id -> name), its terms, its calendar and its mail address."""

    district: District
    departments: dict[str, str]
    rules: Rules
    calendar: Calendar
    own_letters: Path | None
    mail_from: str

    @property
    def mail_domain(self) -> str:
        """What stands after the @ of the mailbox."""
        return self.mail_from.rpartition("@")[2]

    def department_name(self, department: str | None) -> str | None:
        """The name people read; the id itself when the catalogue no longer has it."""
        return self.departments.get(department, department) if department else None


def desk_of(settings: Settings, catalog: Catalog | Administration) -> Desk:
    """The desk of this district."""
    district = catalog.district
    short = re.sub(r"^.*[省市](?=.+[区县市]$)", "", district.full_name) or district.name
    own = settings.home / "letters"
    return Desk(
        district=District(
            name=f"{short}人民政府",
            office=settings.office_name or f"{short}人民政府办公室",
            hotline=district.hotline,
            review_authority=settings.review_authority,
        ),
        departments={one.id: one.name for one in catalog.departments},
        rules=Rules(settings.letter_days, settings.letter_days_complex, settings.follow_up_days),
        calendar=national_calendar(),
        own_letters=own if own.is_dir() else None,
        mail_from=settings.mail_from,
    )
