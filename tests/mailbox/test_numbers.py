"""Case numbers as people write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.mailbox.numbers import CaseNumber, case_number, numbers_in
from bot.mailbox.stages import Kind

D1 = CaseNumber(Kind.DISCLOSURE, 2026, 1)
L12 = CaseNumber(Kind.LETTER, 2026, 12)
ANY = st.builds(CaseNumber, st.sampled_from(Kind), st.integers(1000, 9999), st.integers(1, 999_999))


def test_the_two_forms() -> None:
    assert (str(D1), D1.ref) == ("沙依申〔2026〕0001号", "D2026-0001")
    assert (str(L12), L12.ref) == ("沙区信〔2026〕0012号", "L2026-0012")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("沙依申〔2026〕0001号", (D1,)),
        ("沙依申[2026]1号", (D1,)),
        ("沙依申（2026）第1号", (D1,)),
        ("沙依申【2026】0001 号", (D1,)),
        ("沙依申 2026 0001", (D1,)),
        ("沙依申〔２０２６〕０００１号", (D1,)),
        ("d2026-0001", (D1,)),
        ("Ｄ２０２６－０００１", (D1,)),
        ("我的D2026-0001怎么样了", (D1,)),
        ("编号D2026-0001，查询码ABCD2345", (D1,)),
        ("[D2026-0001] Re: L2026-12", (D1, L12)),
        ("沙区信〔2026〕0012号和沙依申〔2026〕0001号，还有D2026-0001", (L12, D1)),
        ("D2026-1234567", ()),
        ("沙依申〔2026〕1234567号", ()),
        ("ID2026-0001", ()),
        ("9D2026-0001", ()),
        ("D2026-0001A", ()),
        ("D26-0001", ()),
        ("2026-0001", ()),
        ("国办公开办函〔2021〕30号", ()),
        ("", ()),
    ],
)
def test_numbers_are_found_in_running_text(text: str, found: tuple[CaseNumber, ...]) -> None:
    assert numbers_in(text) == found


@settings(deadline=None)
@given(ANY, st.sampled_from(["", "您好，", "查", " ", "（"]), st.sampled_from(["", "好了吗", "。", " 谢谢", "）"]))
def test_what_we_print_is_read_back(number: CaseNumber, before: str, after: str) -> None:
    for form in (str(number), number.ref, number.ref.lower()):
        assert numbers_in(f"{before}{form}{after}") == (number,)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_searched_without_an_error(text: str) -> None:
    assert all(number.sequence < 1_000_000 for number in numbers_in(text))


def test_one_number_is_wanted() -> None:
    assert case_number(" d2026-0001 ") == D1
    for text in ("", "你好", "D2026-0001 L2026-0012"):
        with pytest.raises(UserError, match="沙依申〔2026〕0001号"):
            case_number(text)
