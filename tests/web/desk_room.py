"""A desk with one account for each role, people who work at it by HTTP, and cases to work on."""

import html
import re
from dataclasses import dataclass
from functools import cache

import httpx

from bot.mailbox.cases import Case, Origin, Step
from bot.mailbox.content import Content, DisclosureRequest, Letter, LetterKind, Medium, Way
from bot.mailbox.deadlines import ReceivedBy
from bot.mailbox.numbers import case_number
from bot.mailbox.people import Actor, Applicant, Role, Staff
from bot.office.office import Submission
from bot.store.passwords import hashed
from tests.web.serving import Running

PASSWORD = "correct-horse-battery"
IDENTITY, PHONE, EMAIL = "420102199003078515", "13812345678", "liming@example.com"
STAFF = (
    Staff(id="wang", name="王登记", role=Role.REGISTRAR),
    Staff(id="li", name="李科长", role=Role.DEPARTMENT, department="zhujian"),
    Staff(id="zhou", name="周民警", role=Role.DEPARTMENT, department="gongan"),
    Staff(id="fang", name="方律师", role=Role.LEGAL),
    Staff(id="qu", name="曲区长", role=Role.LEADER),
    Staff(id="boss", name="孙管理", role=Role.ADMIN),
)
APPLICANT = Applicant(name="李明", identity=IDENTITY, phone=PHONE, email=EMAIL)
REQUEST = DisclosureRequest(
    applicant=APPLICANT,
    description=f"解放路片区房屋征收补偿方案，本人{IDENTITY}，电话{PHONE}",
    medium=Medium.PAPER,
    way=Way.POST,
)
LETTER = Letter(
    applicant=Applicant(name="王芳", phone="13987654321", email="wangfang@example.com"),
    letter_kind=LetterKind.COMPLAINT,
    subject="塔桥路路灯不亮",
    text="塔桥路12号门口的路灯坏了半个月，请派人修一修。",
)
CITIZEN = Actor(role=Role.CITIZEN, id="applicant", channel="web")
_CSRF = re.compile(r'name="csrf" value="([^"]*)"')
_VERSION = re.compile(r'name="version" value="(\d+)"')


@cache
def password_hash() -> str:
    """Worked out once: it takes long on purpose."""
    return hashed(PASSWORD)


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    text: str
    address: str

    @property
    def words(self) -> str:
        """The text that people read."""
        return html.unescape(re.sub(r"<[^>]+>", " ", self.text))


class Person:
    """Somebody at a browser."""

    def __init__(self, url: str, staff_id: str) -> None:
        self.client = httpx.Client(base_url=url, follow_redirects=True, timeout=20)
        self.id = staff_id

    def get(self, path: str) -> Page:
        """Open a page."""
        return _page(self.client.get(path))

    def post(self, path: str, token: str | None = None, files: object = None, **fields: str) -> Page:
        """Send a form, with the token of this session unless another is given."""
        csrf = self.csrf() if token is None else token
        return _page(self.client.post(path, data={"csrf": csrf, **fields}, files=files))  # type: ignore[arg-type]

    def csrf(self) -> str:
        """The token of this session."""
        return _CSRF.findall(self.get("/desk/").text)[0]

    def sign_in(self, password: str = PASSWORD, code: str = "", **rest: str) -> Page:
        """Sign in."""
        return self.post("/desk/sign-in", staff_id=self.id, password=password, code=code, **rest)

    def step(self, ref: str, action: str, **fields: str) -> Page:
        """Take a step, seeing the case as it is."""
        return self.post(f"/desk/cases/{ref}/step", action=action, version=self.version(ref), **fields)

    def reply(self, ref: str, do: str, text: str, outcome: str = "") -> Page:
        """Write the reply and press one of its buttons."""
        sent = {"do": do, "reply": text, "outcome": outcome, "version": self.version(ref)}
        return self.post(f"/desk/cases/{ref}/reply", **sent)

    def version(self, ref: str) -> str:
        """The version that stands on the page."""
        return (_VERSION.findall(self.get(f"/desk/cases/{ref}").text) or ["0"])[0]


class Room:
    """The desk of a site that runs, its office, and its people."""

    def __init__(self, site: Running) -> None:
        self.site, self.settings, self.clock, self.office = site, site.settings, site.clock, site.office
        self._people: list[Person] = []
        self._opened = 0
        with self.office.store.transaction() as t:
            for one in STAFF:
                t.people.add(one)
                t.accounts.set_password(one.id, password_hash())

    def person(self, staff_id: str) -> Person:
        """Somebody who has not signed in yet."""
        self._people.append(Person(self.site.url, staff_id))
        return self._people[-1]

    def close(self) -> None:
        """Everybody goes home."""
        for one in self._people:
            one.client.close()

    def __getattr__(self, staff_id: str) -> Person:
        """Somebody at work, signed in once: ``room.wang``."""
        if staff_id not in {one.id for one in STAFF}:
            raise AttributeError(staff_id)
        setattr(self, staff_id, self.at_work(staff_id))
        return self.__dict__[staff_id]

    def at_work(self, staff_id: str) -> Person:
        """Somebody who has."""
        one = self.person(staff_id)
        assert one.sign_in().status == 200
        return one

    def open(self, content: Content = REQUEST, **rest: object) -> str:
        """A case; gives its short number."""
        self._opened += 1
        origin = Origin(channel="web", user_key="web:somebody")
        with self.office.store.transaction() as t:
            sent = Submission(f"k{self._opened}", content, origin, ReceivedBy.INTERNET, **rest)  # type: ignore[arg-type]
            stored, _ = self.office.open(t, sent, direct=True)
        return stored.case.number.ref

    def case(self, ref: str) -> Case:
        """The case as it is."""
        with self.office.store.reading() as t:
            return self.office.find(t, case_number(ref)).case

    def drafting(self, content: Content = REQUEST) -> str:
        """A case that 区住建局 is writing the reply of."""
        ref = self.open(content)
        steps: list[tuple[Person, str, dict[str, str]]] = [
            (self.wang, "register" if ref.startswith("D") else "accept", {}),
            (self.wang, "assign", {"department": "zhujian"}),
        ]
        for who, action, fields in steps:
            assert who.step(ref, action, **fields).status == 200
        if ref.startswith("L"):
            assert self.li.step(ref, "take").status == 200
        assert self.li.reply(ref, "save", "已经处理。", "granted" if ref.startswith("D") else "").status == 200
        return ref

    def citizen(self, ref: str, **step: object) -> Case:
        """The citizen does something."""
        return self.office.act(self.case(ref).number, Step.model_validate(step), CITIZEN)

    def access_log(self) -> str:
        """Who was refused, and who saw personal data."""
        log = self.settings.home / "access.log"
        return log.read_text(encoding="utf-8") if log.exists() else ""


def _page(response: httpx.Response) -> Page:
    return Page(response.status_code, response.text, str(response.url))
