"""Who gets into the desk, for how long, and what happens to whoever guesses."""

from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest

from bot.channels.web.desk.sign_in import SignInRefused, sign_in, signed_in
from bot.mailbox.people import Role, Staff
from index.snapshot import Snapshot
from tests.web.desk_room import PASSWORD, Room, password_hash
from tests.web.serving import running

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def room(tmp_path_factory: pytest.TempPathFactory, shipped: Snapshot) -> Iterator[Room]:
    with running(tmp_path_factory.mktemp("desk"), shipped) as site:
        one = Room(site)
        yield one
        one.close()


def test_nobody_gets_past_the_door_unasked(room: Room) -> None:
    ref = room.open()
    somebody = room.person("wang")
    for path in (
        "/",
        f"/cases/{ref}",
        "/board",
        "/tasks",
        "/mail",
        "/figures",
        "/catalogue",
        f"/cases/{ref}/draft",
    ):
        page = somebody.get(f"/desk{path}")
        assert "/desk/sign-in" in page.address
        assert "解放路" not in page.text
    for path in (f"/cases/{ref}/step", f"/cases/{ref}/reply", "/tasks/1", "/mail/1", "/catalogue/reload"):
        assert somebody.post(f"/desk{path}", action="register", version="0").status == 401
    assert room.case(ref).stage == "submitted"


def test_signing_in_leads_to_the_page_that_was_wanted_and_out_again(room: Room) -> None:
    ref = room.open()
    wang = room.person("wang")
    assert wang.sign_in(next=f"/desk/cases/{ref}").address.endswith(f"/desk/cases/{ref}")
    token = wang.client.cookies["wenban_desk"]
    page = wang.post("/desk/sign-out")
    assert "您已退出" in page.words
    assert "signed in: wang from 127.0.0.1" in room.access_log()
    assert "登录" in wang.get(f"/desk/cases/{ref}").words
    wang.client.cookies.set("wenban_desk", token, domain="127.0.0.1", path="/desk")
    assert "/desk/sign-in" in wang.get(f"/desk/cases/{ref}").address, "the old cookie is worth nothing"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/desk/../x", "/\\evil", "/browse"]
)
def test_signing_in_leads_nowhere_else(room: Room, elsewhere: str) -> None:
    assert room.person("wang").sign_in(next=elsewhere).address == f"{room.site.url}/desk/"


@pytest.mark.parametrize(
    ("staff_id", "password"),
    [("wang", "wrong"), ("wang", ""), ("nobody", PASSWORD), ("", PASSWORD), ("x" * 5000, "y" * 5000), ("王", "密")],
)
def test_one_sentence_for_everything_that_is_wrong(room: Room, staff_id: str, password: str) -> None:
    page = room.person(staff_id).sign_in(password)
    assert page.status == 403
    assert "账号、密码或动态码不对" in page.words
    assert room.access_log().splitlines()[-1].endswith("refused: sign-in from 127.0.0.1")


def test_an_account_without_a_password_cannot_sign_in(room: Room) -> None:
    with room.office.store.transaction() as t:
        t.people.add(Staff(id="new", name="新人", role=Role.ADMIN))
    for password in ("", "nobody", PASSWORD):
        with pytest.raises(SignInRefused):
            sign_in(room.office, "new", password, "", "a")


def test_five_wrong_tries_close_the_account_for_a_while_that_grows(room: Room) -> None:
    def attempt(password: str, address: str = "") -> str:
        nonlocal tries
        tries += 1
        try:
            return sign_in(room.office, "wang", password, "", address or f"10.0.0.{tries}")
        except SignInRefused as error:
            return error.message

    tries = 0
    for _ in range(5):
        assert "不对" in attempt("wrong")
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        assert f"过 {minutes} 分钟" in attempt(PASSWORD), "the right password does not help now"
        room.clock.move(minutes=minutes)
        assert "不对" in attempt("wrong")
    room.clock.move(hours=1)
    assert len(attempt(PASSWORD)) == 43
    assert "不对" in attempt("wrong"), "the count began anew"


def test_five_wrong_tries_close_the_address_too(room: Room) -> None:
    for number in range(5):
        with pytest.raises(SignInRefused, match="不对"):
            sign_in(room.office, f"guess-{number}", "wrong", "", "10.0.0.9")
    with pytest.raises(SignInRefused, match="过 1 分钟"):
        sign_in(room.office, "wang", PASSWORD, "", "10.0.0.9")
    assert sign_in(room.office, "wang", PASSWORD, "", "10.0.0.10")
    page = room.person("li")
    assert page.sign_in().status == 200


def test_a_session_ends_after_half_an_hour_of_nothing_and_after_a_day_of_work(room: Room) -> None:
    wang = room.at_work("wang")
    for _ in range(16):
        room.clock.move(minutes=29)
        assert "办件" in wang.get("/desk/").words
    room.clock.move(minutes=17)
    assert "/desk/sign-in" in wang.get("/desk/").address
    wang = room.at_work("wang")
    room.clock.move(minutes=30)
    assert "/desk/sign-in" in wang.get("/desk/").address


def test_what_was_written_when_the_session_ended_is_not_lost(room: Room) -> None:
    ref = room.open()
    wang = room.at_work("wang")
    version, token = wang.version(ref), wang.csrf()
    room.clock.move(hours=1)
    sent = {"action": "note", "version": version, "text": "打过电话，<b>没人接</b>"}
    page = wang.post(f"/desk/cases/{ref}/step", token, **sent)
    assert page.status == 401
    assert "请重新登录" in page.words
    kept = {f"kept.{name}": text for name, text in sent.items()}
    page = wang.sign_in(next=f"/desk/cases/{ref}/step", **kept)
    assert "打过电话，&lt;b&gt;没人接&lt;/b&gt;" in page.text
    assert f'action="/desk/cases/{ref}/step"' in page.text
    assert "记事：办好了" in wang.post(f"/desk/cases/{ref}/step", **sent).words


def test_whoever_is_removed_is_out_at_once(room: Room) -> None:
    ref, wang = room.open(), room.at_work("wang")
    version, token = wang.version(ref), wang.csrf()
    with room.office.store.transaction() as t:
        t.people.remove("wang")
    assert wang.post(f"/desk/cases/{ref}/step", token, action="register", version=version).status == 401
    assert "/desk/sign-in" in wang.get("/desk/").address
    assert room.case(ref).stage == "submitted"
    assert room.person("wang").sign_in().status == 403


def test_an_account_moved_to_another_department_sees_that_one_from_now_on(room: Room) -> None:
    ref, li = room.open(), room.at_work("li")
    wang = room.at_work("wang")
    wang.step(ref, "register")
    wang.step(ref, "assign", department="zhujian")
    assert li.get(f"/desk/cases/{ref}").status == 200
    with room.office.store.transaction() as t:
        t.people.add(Staff(id="li", name="李科长", role=Role.DEPARTMENT, department="gongan"))
    assert li.get(f"/desk/cases/{ref}").status == 404


def test_a_new_password_ends_every_session(room: Room) -> None:
    wang, elsewhere, li = room.at_work("wang"), room.at_work("wang"), room.at_work("li")
    with room.office.store.transaction() as t:
        t.accounts.set_password("wang", password_hash())
    assert all("/desk/sign-in" in one.get("/desk/").address for one in (wang, elsewhere))
    assert "/desk/sign-in" not in li.get("/desk/").address


def test_the_one_time_code_is_asked_for_and_works_once(room: Room) -> None:
    with room.office.store.transaction() as t:
        assert t.accounts.set_totp("wang", SECRET)
    totp, wang = pyotp.TOTP(SECRET), room.person("wang")
    code = totp.at(room.clock())
    for wrong in ("", "000000", "abcdef", totp.at(room.clock() + timedelta(minutes=5)), f"{code}0"):
        if wrong != code:
            with pytest.raises(SignInRefused, match="不对"):
                sign_in(room.office, "wang", PASSWORD, wrong, "10.0.0.8")
            room.clock.move(minutes=61)
            code = totp.at(room.clock())
    assert wang.sign_in(code=f"{code[:3]} {code[3:]}").status == 200
    assert room.person("wang").sign_in(code=code).status == 403, "a code that was looked over works no second time"
    room.clock.move(minutes=61)
    with pytest.raises(SignInRefused):
        sign_in(room.office, "wang", "wrong", totp.at(room.clock()), "10.0.0.7")
    with room.office.store.transaction() as t:
        t.accounts.set_totp("wang", None)
    assert room.person("wang").sign_in().status == 200


def test_a_made_up_session_is_none(room: Room) -> None:
    for token in ("", "x", "x" * 43, "' OR 1=1"):
        assert signed_in(room.office, token) is None


def test_the_session_is_new_after_signing_in(room: Room) -> None:
    wang = room.person("wang")
    before = wang.csrf()
    wang.sign_in()
    assert wang.csrf() != before
    assert wang.post("/desk/sign-out", before).status == 403


def test_the_cookie_is_for_the_desk_alone(room: Room) -> None:
    wang = room.at_work("wang")
    cookie = next(one for one in wang.client.cookies.jar if one.name == "wenban_desk")
    assert cookie.path == "/desk"
    assert {name.lower() for name in cookie._rest} >= {"httponly", "samesite"}
    assert str(cookie._rest.get("samesite") or cookie._rest.get("SameSite")).lower() == "strict"
