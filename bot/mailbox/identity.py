"""Checks of names, identity and contact as people type them: full width, spaces, hyphens and small x are let pass.

The only module that knows ``stdnum``. A check returns the value in its one form, or raises UserError with a
sentence that says how to mend it and repeats no personal data.
"""

import re
import unicodedata
from datetime import date

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from bot.errors import UserError

ID_LENGTH = 18
OLD_ID_LENGTH = 15
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])(\d([ -]?\d){16}[ -]?[\dXxＸｘ]|\d([ -]?\d){14}|[0-9A-Za-z]{2}\d{6}[0-9A-Za-z]{10})"
    r"(?![0-9A-Za-z])"
)
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}")
_MOBILE = re.compile(r"(?:0086|86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"(?:0086|86)?(010|02\d|0[3-9]\d{2})([2-8]\d{6,7})")
_WITHOUT_AREA = re.compile(r"[2-8]\d{6,7}")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?)\D{0,3}(\d{1,6})\D*$", re.IGNORECASE)
_EMAIL = re.compile(
    r"[A-Z0-9_%+-]+(\.[A-Z0-9_%+-]+)*@([A-Z0-9]([A-Z0-9-]{0,61}[A-Z0-9])?\.)+[A-Z]{2,24}", re.IGNORECASE
)
_ASKING = re.compile(r"怎么|如何|咋|什么|多少|哪|[吗呢?？]$|为啥|能不能|可不可以")
_PERSON = re.compile(r"[〇\u3400-\u9fff\U00020000-\U000323af]{2,6}|[^\W\d_]+([·. '-]+[^\W\d_]+)*\.?")
_PERSON_LENGTH, _NAME_LENGTH, _EMAIL_LENGTH = 40, 100, 254


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def id_number(text: str, today: date) -> str:
    """An 18-digit 公民身份号码 (GB 11643-1999), checked up to its last digit; ``today`` bounds the birth date.

    The region is not looked up: codes of counties since renamed stay valid for the people who have them.
    Raises UserError.
    """
    number = re.sub(r"[^0-9A-Z]", "", _plain(text).upper())
    if len(number) == OLD_ID_LENGTH and number.isdigit():
        raise UserError("这是15位的老身份证号，2013年起停用了。请写现在身份证上的18位号码。")
    if len(number) != ID_LENGTH:
        raise UserError(f"身份证号是18位，您写的是{len(number)}位。请对照证件再写一遍。")
    if not number[:-1].isdigit() or number[-1] not in "0123456789X":
        raise UserError("身份证号前17位都是数字，只有最后一位可能是X。请对照证件再写一遍。")
    _check_birth_date(number, today)
    if number[-1] != ric.calc_check_digit(number):
        raise UserError("身份证号的最后一位对不上，请对照证件再看一遍，可能写错了一位。")
    return number


def _check_birth_date(number: str, today: date) -> None:
    try:
        born = ric.get_birth_date(number)
    except ValidationError as error:
        raise UserError("身份证号第7到14位是出生年月日，这里不是一个日期。请对照证件再看一遍。") from error
    if born > today:
        raise UserError("身份证号第7到14位是出生年月日，这里比今天还晚。请对照证件再看一遍。")


def credit_code(text: str) -> str:
    """A 统一社会信用代码 (GB 32100-2015). Raises UserError.

    ``uscc.validate`` refuses the letters that some registering authorities begin with (N: 农村集体经济组织), so
    only its check digit is used.
    """
    code = re.sub(r"[^0-9A-Z]", "", _plain(text).upper())
    if len(code) != ID_LENGTH:
        raise UserError(f"统一社会信用代码是18位，您写的是{len(code)}位。请照营业执照或登记证书再写一遍。")
    if not _CREDIT_CODE.fullmatch(code):
        raise UserError("统一社会信用代码里没有字母I、O、Z、S、V，第3到8位都是数字。请照证书再看一遍。")
    if code[-1] != uscc.calc_check_digit(code[:-1]):
        raise UserError("统一社会信用代码的最后一位对不上。请照证书再看一遍，可能写错了一位。")
    return code


def phone(text: str) -> str:
    """A mobile (13800000000) or landline number (0716-8123456, 0716-8123456转8). Raises UserError."""
    plain = _plain(text)
    extension = _EXTENSION.search(plain)
    digits = re.sub(r"\D", "", plain[: extension.start()] if extension else plain)
    if mobile := _MOBILE.fullmatch(digits):
        return mobile[1]
    if line := _LANDLINE.fullmatch(digits):
        return f"{line[1]}-{line[2]}" + (f"转{extension[1]}" if extension else "")
    if _WITHOUT_AREA.fullmatch(digits):
        raise UserError("座机请写上区号，例：0716-8123456。")
    if digits.startswith("1"):
        raise UserError(f"手机号是11位，您写的是{len(digits)}位，或者开头不对。请再看一遍。")
    raise UserError("电话请写11位手机号，或者带区号的座机，例：0716-8123456。")


def fax(text: str) -> str:
    """A landline number that takes faxes. Raises UserError."""
    try:
        number = phone(text)
    except UserError as error:
        raise UserError("传真号请写上区号，例：0716-8123456。") from error
    if "-" not in number:
        raise UserError("手机收不了传真。请写带区号的传真号，例：0716-8123456。")
    return number


def email(text: str) -> str:
    """An e-mail address, the domain in lower case. Raises UserError."""
    address = re.sub(r"\s", "", _plain(text)).replace("。", ".")
    if "@" not in address:
        raise UserError("电子邮箱里要有 @，例：zhangsan@qq.com。请写全。")
    if len(address) > _EMAIL_LENGTH or not _EMAIL.fullmatch(address):
        raise UserError("这个邮箱地址不对。只写邮箱，不要写别的字，例：zhangsan@qq.com。")
    user, _, domain = address.rpartition("@")
    return f"{user}@{domain.lower()}"


def person_name(text: str) -> str:
    """A person's name, Chinese or with the dots and spaces of other names. Raises UserError."""
    name = " ".join(_plain(text).split()).replace("•", "·").replace("‧", "·").replace("・", "·")
    if len(name) < 2 or len(name) > _PERSON_LENGTH or _ASKING.search(name) or not _is_person(name):
        raise UserError("请只写姓名，和身份证上一样，例：张三。")
    return name


def _is_person(name: str) -> bool:
    """Han names without a dot are short; a sentence is not a name."""
    matched = _PERSON.fullmatch(name)
    han_only = re.fullmatch(r"[〇\u3400-\u9fff]+", name)
    return matched is not None and not (han_only and len(name) > 6)


def organisation_name(text: str) -> str:
    """The name of an organisation (or of a writer who may be one). Raises UserError."""
    name = " ".join(_plain(text).split())
    if not 2 <= len(name) <= _NAME_LENGTH or _ASKING.search(name) or not re.search(r"[^\W\d_]{2}", name):
        raise UserError("请写全名，例：沙市区某某有限公司。只写名称，不要写别的。")
    return name


def masked(identity: str) -> str:
    """``identity`` with only its first 3 and last 4 characters left."""
    return f"{identity[:3]}{'*' * max(0, len(identity) - 7)}{identity[-4:]}"


def without_identities(text: str) -> str:
    """``text`` with every identity number in it masked, for showing it again."""
    return _IDENTITY.sub(lambda found: masked(found[0]), text)
