"""Status by number and query code, the reply with its files, and that nobody sees another's case."""

import re

import pytest

from bot.mailbox.cases import Step
from bot.mailbox.numbers import CaseNumber, case_number
from bot.mailbox.outcomes import Outcome
from bot.mailbox.people import Actor, Role
from bot.mailbox.stages import Action
from bot.store.papers import Attached
from tests.office.mailing import PDF
from tests.web.serving import Person, Running
from tests.web.test_forms import REQUEST

REGISTRAR = Actor(role=Role.REGISTRAR, id="wang", channel="web")
CLERK = Actor(role=Role.DEPARTMENT, id="li", channel="web", department="zhujian")
LEGAL = Actor(role=Role.LEGAL, id="fang", channel="web")
LEADER = Actor(role=Role.LEADER, id="qu", channel="web")


def submitted(person: Person) -> tuple[CaseNumber, str]:
    """A request sent by ``person``: its number and query code."""
    person.submit("/forms/disclosure", "/forms/disclosure", **REQUEST)
    page = person.submit("/forms/disclosure/send").text
    number, code = re.findall(r"<strong[^>]*>([^<]+)</strong>", page)
    return case_number(number), code


def answered(site: Running, number: CaseNumber) -> None:
    """The whole way to the reply, with a file that goes along."""
    act = site.office.act
    act(number, Step(action=Action.REGISTER), REGISTRAR)
    act(number, Step(action=Action.ASSIGN, department="zhujian"), REGISTRAR)
    act(number, Step(action=Action.DRAFT, outcome=Outcome.GRANTED, text="方案予以公开。"), CLERK)
    site.office.enclose(number, [Attached(f"file-{number.ref}", "方案.pdf", "application/pdf", PDF)], CLERK)
    act(number, Step(action=Action.FINISH_DRAFT), CLERK)
    act(number, Step(action=Action.PASS_REVIEW), LEGAL)
    act(number, Step(action=Action.SIGN), LEADER)
    act(number, Step(action=Action.REPLY), REGISTRAR)


def test_the_one_who_sent_it_sees_it(person: Person) -> None:
    number, _ = submitted(person)
    assert str(number) in person.get("/status").text
    page = person.get(f"/cases/{number.ref}")
    assert page.url.path == f"/cases/{number.ref}"
    assert "撤回" in page.text


def test_somebody_else_needs_the_code(person: Person, site: Running) -> None:
    number, code = submitted(person)
    with site.person() as other:
        for path in ("", "/receipt"):
            page = other.get(f"/cases/{number.ref}{path}")
            assert page.url.path == "/status"
            assert code not in page.text
            assert str(number) not in page.text
        wrong = other.submit("/status", "/status", number=str(number), code="22222222")
        assert (wrong.status_code, "查询码不对" in wrong.text) == (403, True)
        spaced = f"{code[:4].lower()} {code[4:]}"
        right = other.submit("/status", "/status", number=number.ref, code=spaced)
        assert right.url.path == f"/cases/{number.ref}"
        assert str(number) in other.get("/status").text


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [("x", "ABCD2345", "不是办件编号"), ("D2026-0001", " ", "请写查询码"), ("", "", "编号")],
)
def test_what_is_written_wrongly_is_said(person: Person, number: str, code: str, said: str) -> None:
    page = person.submit("/status", "/status", number=number, code=code)
    assert page.status_code == 422
    assert said in page.text


def test_guessing_ends(person: Person, site: Running) -> None:
    number, code = submitted(person)
    with site.person() as guesser:
        for _ in range(5):
            guesser.submit("/status", "/status", number=number.ref, code="22222222")
        page = guesser.submit("/status", "/status", number=number.ref, code=code)
        assert "次数太多" in page.text
        assert page.url.path == "/status"
    # looking does not count against the one who sent it
    assert person.get(f"/cases/{number.ref}").url.path == f"/cases/{number.ref}"


def test_the_reply_and_its_file_come_to_the_page(person: Person, site: Running) -> None:
    number, _ = submitted(person)
    address = f"/cases/{number.ref}/files/file-{number.ref}"
    assert person.get(address).status_code == 404
    answered(site, number)
    home = person.get("/").text
    assert "方案予以公开。" in home
    assert address in home
    page = person.get(f"/cases/{number.ref}").text
    assert "方案予以公开。" in page
    assert address in page
    file = person.get(address)
    assert file.content == PDF
    assert "attachment" in file.headers["content-disposition"]
    with site.person() as other:
        other.get("/")
        assert other.get(address).status_code == 404


def test_a_file_is_not_given_out_before_the_reply(person: Person, site: Running) -> None:
    number, _ = submitted(person)
    site.office.act(number, Step(action=Action.REGISTER), REGISTRAR)
    site.office.act(number, Step(action=Action.ASSIGN, department="zhujian"), REGISTRAR)
    draft = Step(action=Action.DRAFT, outcome=Outcome.GRANTED, text="方案予以公开。")
    site.office.act(number, draft, CLERK)
    site.office.enclose(number, [Attached("early", "方案.pdf", "application/pdf", PDF)], CLERK)
    assert person.get(f"/cases/{number.ref}/files/early").status_code == 404
    assert "方案.pdf" not in person.get(f"/cases/{number.ref}").text


def test_the_citizen_rates_and_withdraws_on_the_page(person: Person, site: Running) -> None:
    number, _ = submitted(person)
    assert "真的要撤回吗" in person.submit("/chat", action=f"c:{number.ref}:withdraw").text
    person.submit("/chat", action=f"c:{number.ref}:withdraw:yes")
    assert "已撤回" in person.get(f"/cases/{number.ref}").text or "撤回" in person.get(f"/cases/{number.ref}").text
    with site.office.store.reading() as t:
        stored = t.cases.get(number)
    assert stored is not None
    assert stored.case.stage == "withdrawn"


@pytest.mark.parametrize("ref", ["D2026-9999", "x", "D2026-0001-2", "沙依申"])
def test_cases_that_are_none(person: Person, ref: str) -> None:
    page = person.get(f"/cases/{ref}")
    assert page.status_code == 404 or page.url.path == "/status"
