"""Text -> tokens: one form for every way of writing, words and bigrams, own names kept whole, pinyin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import pinyin
from index.analysis import STOP_WORDS, Analyser, bigrams, normalise

SHARED = Analyser()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("身份证", "身份证"),
        ("Ⅳ级", "iv级"),
        ("㈱", "(株)"),
        ("①", "1"),
        ("護照遺失補發", "护照遗失补发"),
        ("資訊公開", "信息公开"),
        ("網路申辦", "网络申办"),
        ("列印證明", "打印证明"),
        ("軟體登記", "软件登记"),
        ("办理程序", "办理程序"),
        ("请按程序打印", "请按程序打印"),
        ("护照\u200b换发", "护照 换发"),
        ("护照\x00换发\x7f", "护照 换发 "),
        ("\ufeff户口", " 户口"),
        ("\u202e户口", " 户口"),
        ("a\tb\nc", "a\tb\nc"),
        ("", ""),
        ("👍🏽", "👍🏽"),
    ],
)
def test_one_form_for_every_way_of_writing(written: str, meant: str) -> None:
    assert normalise(written) == meant


def test_a_taiwan_word_without_a_traditional_character_is_rewritten_too() -> None:
    assert normalise("列印") == "打印"


@given(st.text(alphabet="護照补發身份證程序程式列印網路ＡＢｃ１ \t(（", max_size=12))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.one_of(st.text(max_size=30), st.just("\ud800护照")))
def test_any_text_has_a_form(text: str) -> None:
    """Lone surrogates too: JSON may carry them (a half emoji), and an argument of bad bytes does."""
    assert isinstance(normalise(text), str)
    assert all(SHARED.tokens(text))


@pytest.mark.parametrize(
    ("run", "pairs"),
    [("护照", ["护照"]), ("补身份证", ["补身", "身份", "份证"]), ("证", ["证"]), ("呢呢", ["呢呢"])],
)
def test_bigrams_overlap(run: str, pairs: list[str]) -> None:
    assert bigrams(run) == pairs


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("护照", ("护照", "护照")),  # a word of two characters counts as a word and as a pair
        ("护照怎么办理", ("护照", "护照", "照怎", "么办")),
        ("Visa 签证", ("visa", "签证", "签证")),
        ("的 了 吗", ()),
        ("，。？！", ()),
        ("😀", ()),
        ("护-照", ("护", "照")),  # a pair never crosses punctuation
    ],
)
def test_words_and_pairs(text: str, tokens: tuple[str, ...]) -> None:
    assert SHARED.tokens(text) == tokens


def test_own_names_are_kept_whole() -> None:
    name = "补换居保本"
    assert name not in Analyser().words(name)
    own = Analyser([name])
    assert name in own.words(f"我要{name}可以吗")
    assert name in own.tokens(f"我要{name}")


def test_no_stop_word_becomes_a_token() -> None:
    tokens = Analyser().tokens("请问一下我们现在怎么办理护照需要什么呢谢谢你好")
    assert "护照" in tokens
    assert not set(tokens) & STOP_WORDS


@pytest.mark.parametrize(
    ("letters", "syllables"),
    [
        ("huzhao", ["hu", "zhao"]),
        ("shenfenzheng", ["shen", "fen", "zheng"]),
        ("lvshi", ["lv", "shi"]),
        ("erxing", ["er", "xing"]),
        ("a", ["a"]),
        ("zhx", []),
        ("passport", []),
        ("", []),
    ],
)
def test_letters_fall_into_syllables(letters: str, syllables: list[str]) -> None:
    assert pinyin.split(letters) == syllables


@pytest.mark.parametrize(
    "typed", ["huzhaobuban", "hu zhao bu ban", "huzhao buban", "hu'zhao'bu'ban", "hu-zhao bu,ban"]
)
def test_spaces_between_syllables_do_not_matter(typed: str) -> None:
    assert pinyin.query_tokens(typed) == ["~huzhao", "~zhaobu", "~buban"]


@pytest.mark.parametrize("text", ["护照", "12345", "passport", "zh", ""])
def test_what_is_no_pinyin_gives_no_pinyin(text: str) -> None:
    assert pinyin.query_tokens(text) == []


@given(st.lists(st.sampled_from(["hu", "zhao", "shen", "fen", "zheng", "xi", "an", "er"]), min_size=1, max_size=8))
def test_split_gives_the_letters_back(syllables: list[str]) -> None:
    letters = "".join(syllables)
    found = pinyin.split(letters)
    assert "".join(found) == letters
    assert len(found) <= len(syllables)


@pytest.mark.parametrize("name", ["护照", "身份证", "户口簿", "驾驶证"])
def test_a_name_is_found_by_its_spelling(name: str) -> None:
    (run,) = pinyin.spell(name)
    assert pinyin.query_tokens("".join(run)) == pinyin.pairs(run)
