"""Who takes part in a case: the applicant or writer, and the people who act on it."""

from enum import StrEnum

from pydantic import Field

from bot.frozen import Frozen


class ApplicantKind(StrEnum):
    """Columns of table 3 of the national annual report (国办公开办函〔2021〕30号)."""

    NATURAL_PERSON = "自然人"
    COMPANY = "商业企业"
    RESEARCH = "科研机构"
    WELFARE = "社会公益组织"
    LEGAL_SERVICE = "法律服务机构"
    OTHER = "其他"


class Applicant(Frozen):
    """Who asks or writes (article 29, paragraph 1): personal data, sealed at rest.

    ``identity`` is an 18-digit ID number for a natural person, a USCC (统一社会信用代码) for an organisation; a
    letter needs none. At least one of phone, email and address is given.
    """

    kind: ApplicantKind = ApplicantKind.NATURAL_PERSON
    name: str = Field(min_length=1, max_length=100)
    identity: str | None = None
    contact_person: str | None = Field(None, max_length=100)
    phone: str | None = None
    email: str | None = None
    address: str | None = Field(None, max_length=200)


class Role(StrEnum):
    """What a person may do; ``CITIZEN`` and ``SYSTEM`` act too but are no staff."""

    REGISTRAR = "registrar"
    DEPARTMENT = "department"
    LEGAL = "legal"
    LEADER = "leader"
    ADMIN = "admin"
    CITIZEN = "citizen"
    SYSTEM = "system"


STAFF_ROLES = (Role.REGISTRAR, Role.DEPARTMENT, Role.LEGAL, Role.LEADER, Role.ADMIN)
ROLE_NAMES = {
    Role.REGISTRAR: "政务公开办",
    Role.DEPARTMENT: "承办部门",
    Role.LEGAL: "法制办",
    Role.LEADER: "领导",
    Role.ADMIN: "管理员",
    Role.CITIZEN: "申请人",
    Role.SYSTEM: "系统",
}


class Actor(Frozen):
    """Who did something, in which role, from where."""

    role: Role
    id: str
    """Staff id (``zhang-san``), or the applicant's key in the channel, or ``system``."""
    channel: str
    """terminal, telegram, mail, web or system."""
    department: str | None = None
    """The staff member's department (id of the catalogue), for the role ``DEPARTMENT``."""


SYSTEM = Actor(role=Role.SYSTEM, id="system", channel="system")


class Staff(Frozen):
    """A staff account: one person, one role."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1, max_length=40)
    role: Role
    department: str | None = None
    email: str | None = None
    telegram_id: int | None = Field(None, ge=1, lt=2**52)
    """Telegram promises at most 52 bits; SQLite would break on more than 63."""

    def acting(self, channel: str) -> Actor:
        """This person acting through ``channel``."""
        return Actor(role=self.role, id=self.id, channel=channel, department=self.department)
