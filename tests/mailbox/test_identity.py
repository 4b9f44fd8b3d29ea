"""Checks of what people type about themselves: what is let pass, and how each refusal says to mend it."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.mailbox import identity

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("421002195603041237", "421002195603041237"),
        ("11010519491231002x", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        (" 110105 19491231 002X ", "11010519491231002X"),
        ("110105-19491231-002X", "11010519491231002X"),
        ("我的身份证号：110105 19491231 002X。", "11010519491231002X"),
    ],
)
def test_an_id_number_in_any_spelling(typed: str, number: str) -> None:
    assert identity.id_number(typed, TODAY) == number


@pytest.mark.parametrize(
    ("typed", "mend"),
    [
        ("110105194912310021", "最后一位对不上，请对照证件再看一遍"),
        ("110105491231002", "15位的老身份证号"),
        ("11010519491231002", "您写的是17位"),
        ("没有", "您写的是0位"),
        ("", "您写的是0位"),
        ("1101051949123100X2", "只有最后一位可能是X"),
        ("11010519491231002A", "只有最后一位可能是X"),
        ("110105194913310025", "不是一个日期"),
        ("110105202702300020", "不是一个日期"),
        ("110105202611250022", "比今天还晚"),
    ],
)
def test_an_id_number_that_is_none(typed: str, mend: str) -> None:
    with pytest.raises(UserError, match=mend) as refused:
        identity.id_number(typed, TODAY)
    assert not typed or typed not in refused.value.message


def test_a_person_born_today_has_a_number() -> None:
    accepted = [digit for digit in "0123456789X" if _passes(_dated, "11010520261124002" + digit)]
    assert len(accepted) == 1


def _dated(typed: str) -> str:
    return identity.id_number(typed, TODAY)


def _passes(check: Callable[[str], str], typed: str) -> bool:
    try:
        check(typed)
    except UserError:
        return False
    return True


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_never_let_pass(place: int, by: int) -> None:
    right = "421002195603041237"
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    with pytest.raises(UserError):
        identity.id_number(wrong, TODAY)


@pytest.mark.parametrize(
    ("check", "typed", "value"),
    [
        (identity.credit_code, "91110000600037341L", "91110000600037341L"),
        (identity.credit_code, "9111 0000 6000 3734 1l", "91110000600037341L"),
        (identity.credit_code, "９１１１００００６０００３７３４１Ｌ", "91110000600037341L"),
        (identity.phone, "13800138000", "13800138000"),
        (identity.phone, "138 0013 8000", "13800138000"),
        (identity.phone, "１３８－００１３－８０００", "13800138000"),
        (identity.phone, "+86 13800138000", "13800138000"),
        (identity.phone, "我的手机13800138000，晚上打", "13800138000"),
        (identity.phone, "07168123456", "0716-8123456"),
        (identity.phone, "（0716）8123456", "0716-8123456"),
        (identity.phone, "010-62345678", "010-62345678"),
        (identity.phone, "0716-8123456转801", "0716-8123456转801"),
        (identity.fax, "0716 8123456", "0716-8123456"),
        (identity.email, "Zhang.San@QQ.com", "Zhang.San@qq.com"),
        (identity.email, " zhangsan ＠qq。com ", "zhangsan@qq.com"),
        (identity.email, "a_b-c+d@mail.gov.cn", "a_b-c+d@mail.gov.cn"),
        (identity.person_name, " 张三 ", "张三"),
        (identity.person_name, "阿依古丽•买买提", "阿依古丽·买买提"),
        (identity.person_name, "John  Smith", "John Smith"),
        (identity.person_name, "欧阳清风", "欧阳清风"),
        (identity.organisation_name, "荆州市沙市区第一中学", "荆州市沙市区第一中学"),
        (identity.organisation_name, "3M中国有限公司", "3M中国有限公司"),
    ],
)
def test_a_value_gets_its_one_form(check: Callable[[str], str], typed: str, value: str) -> None:
    assert check(typed) == value
    assert check(value) == value


@pytest.mark.parametrize(
    ("check", "typed", "mend"),
    [
        (identity.credit_code, "91110000600037341A", "最后一位对不上"),
        (identity.credit_code, "911100006000", "您写的是12位"),
        (identity.credit_code, "91110000600O37341L", "没有字母I、O、Z、S、V"),
        (identity.credit_code, "9111000A600037341L", "第3到8位都是数字"),
        (identity.phone, "1380013800", "您写的是10位"),
        (identity.phone, "12800138000", "开头不对"),
        (identity.phone, "8123456", "请写上区号"),
        (identity.phone, "没有电话", "11位手机号"),
        (identity.phone, "", "11位手机号"),
        (identity.fax, "13800138000", "手机收不了传真"),
        (identity.fax, "8123456", "请写上区号"),
        (identity.email, "12345678", "要有 @"),
        (identity.email, "zhangsan@qq", "这个邮箱地址不对"),
        (identity.email, "a@b.com,c@d.com", "这个邮箱地址不对"),
        (identity.email, "张三@qq.com", "这个邮箱地址不对"),
        (identity.email, "a..b@qq.com", "这个邮箱地址不对"),
        (identity.email, "a" * 250 + "@qq.com", "这个邮箱地址不对"),
        (identity.person_name, "张", "只写姓名"),
        (identity.person_name, "身份证丢了怎么补", "只写姓名"),
        (identity.person_name, "多少钱", "只写姓名"),
        (identity.person_name, "张三13800138000", "只写姓名"),
        (identity.person_name, "我的名字叫做张三", "只写姓名"),
        (identity.organisation_name, "公司怎么注册", "请写全名"),
        (identity.organisation_name, "12", "请写全名"),
        (identity.organisation_name, "司" * 101, "请写全名"),
    ],
)
def test_a_refusal_says_how_to_mend_it(check: Callable[[str], str], typed: str, mend: str) -> None:
    with pytest.raises(UserError, match=mend):
        check(typed)


def test_a_rural_collective_has_a_code() -> None:
    last = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    assert sum(_passes(identity.credit_code, "N2421002MF1234567" + one) for one in last) == 1


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("我是421002195603041237，查一下", "我是421***********1237，查一下"),
        ("421002 1956 0304 123x", "421**************123x"),
        ("代码91110000600037341L", "代码911***********341L"),
        ("电话13800138000，文号〔2025〕12号", "电话13800138000，文号〔2025〕12号"),
    ],
)
def test_identity_numbers_are_masked(said: str, shown: str) -> None:
    assert identity.without_identities(said) == shown


CHECKS = (
    identity.credit_code,
    identity.phone,
    identity.fax,
    identity.email,
    identity.person_name,
    identity.organisation_name,
    _dated,
)


@given(st.sampled_from(CHECKS), st.text(max_size=60))
def test_only_our_error_is_raised(check: Callable[[str], str], typed: str) -> None:
    if _passes(check, typed):
        assert check(check(typed)) == check(typed)
