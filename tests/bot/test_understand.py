"""What is taken off a message, what is kept, and where it goes."""

import pytest

from bot.conversation.messages import Facet
from bot.conversation.need import need_of, without_denied
from bot.conversation.understand import Route, find_need, route, understand
from index.snapshot import Snapshot


@pytest.mark.parametrize(
    ("text", "asked", "story"),
    [
        ("低保怎么申请", "低保怎么申请", ""),
        (
            "尊敬的区长您好,我家住在江边,去年发大水把房子冲垮了一半,现在还住在亲戚家里,请问能不能申请补助,谢谢",
            "请问能不能申请补助",
            "我家住在江边 去年发大水把房子冲垮了一半 现在还住在亲戚家里",
        ),
        (
            "关于公租房的问题。领导好,我在沙市打工十年了,一直租房住,工资也不高,想问一下公租房怎么申请?此致敬礼",
            "关于公租房的问题 想问一下公租房怎么申请",
            "我在沙市打工十年了 一直租房住 工资也不高",
        ),
    ],
)
def test_the_need_is_found_in_a_story(text: str, asked: str, story: str) -> None:
    need = need_of(text)
    assert (need.asked, need.story) == (asked, story)


@pytest.mark.parametrize(
    ("text", "gone", "kept"),
    [
        ("不是换证,是丢了补", "换", "丢了补"),
        ("没有房产证能不能落户", "房产证", "落户"),
        ("不想卖房,就是想抵押", "卖", "抵押"),
        ("先不补卡,先挂失", "补", "挂失"),
        ("没有房产证怎么办居住证", "房产证", "居住证"),
        ("没有房产证", "", "没有房产证"),
        ("不是本地户口", "", "不是本地户口"),
    ],
)
def test_what_is_denied_is_no_need(text: str, gone: str, kept: str) -> None:
    rest = without_denied(text)
    assert kept in rest
    assert not gone or gone not in rest


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("护照要几多钱", Facet.FEE),
        ("办低保要带么子资料", Facet.MATERIALS),
        ("户口迁移要好久", Facet.TIME),
        ("营业执照手机上能办吗", Facet.ONLINE),
        ("护照丢了", None),
    ],
)
def test_the_facet_is_kept(text: str, facet: Facet | None) -> None:
    assert understand(text).facet is facet


ROUTES = [
    ("我要看金龙路片区的征收补偿方案", Route.DISCLOSURE),
    ("申请公开文湖公园改造的招标合同", Route.DISCLOSURE),
    ("征收补偿有什么政策", Route.ITEM),
    ("拆迁款一年没到账请督促", Route.LETTER),
    ("小区门口天天堵车，请领导派人管一下", Route.LETTER),
    ("我上个月交的申请审到哪里了", Route.STATUS),
    ("帮我转人工", Route.HUMAN),
    ("明天会不会下雨", Route.NONE),
    ("居住证首次申领", Route.ITEM),
    ("社保卡丢了怎么补", Route.ITEM),
]


@pytest.mark.parametrize(("text", "expected"), ROUTES, ids=[text for text, _ in ROUTES])
def test_the_route_and_its_reason(shipped: Snapshot, text: str, expected: Route) -> None:
    meaning = understand(text)
    hits = find_need(shipped.index, meaning, 4)
    where, reason = route(meaning, hits[0] if hits else None)
    assert where is expected, reason
    assert "+" in reason
