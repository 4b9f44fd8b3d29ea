"""Text -> tokens.

Normalise (NFKC, case, width, traditional to simplified with Taiwan's wording), segment into words, and add
character bigrams so that no wording falls through. A two-character word is emitted both as word and as bigram:
that doubles the weight of real words against bigrams that cross a word boundary. Verbs of one character
(补, 换, 销 …) are emitted alone too.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

import opencc
import rjieba

_RUNS = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]+|[a-z0-9]+")
_HAN = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\ufeff\ud800-\udfff]")
# Words that carry no meaning for finding an item. Routing and facets
# read 怎么/如何/哪里/多少 from the question itself, before tokens are cut.
# Taiwan words in which no character is traditional, so that nothing else tells them.
_TAIWAN = {"列印": "打印", "影印": "复印", "程式": "程序"}
_STOP = """
的 了 吗 呢 吧 啊 呀 嘛 哦 我 你 您 他 她 它 我们 你们 他们 咱 咱们 请问 请 一下 那个 这个 就是 然后 因为 所以 但是
现在 已经 可以 能不能 是不是 有没有 想 要 去 在 是 有 和 跟 与 及 把 被 给 让 到 从 对 为 也 都 还 又 就 很 太
怎么 怎么办 如何 怎样 么样 咋 咋办 哪里 哪儿 哪个 多少 几多 什么 么子 啥 谢谢 你好 您好 办理 需要 应该
"""
STOP_WORDS = frozenset(_STOP.split())
ACTIONS = frozenset("补换领销挂迁查停续改转退增减")
"""Characters that alone say what is to be done ("咋补") and tell 补领 from 换领; emitted as tokens of their own."""


@cache
def _converter(config: str) -> opencc.OpenCC:
    return opencc.OpenCC(config)


def normalise(text: str) -> str:
    """Lower-case simplified Chinese in half width, without control characters."""
    text = unicodedata.normalize("NFKC", _CONTROL.sub(" ", text)).lower()
    for taiwan, mainland in _TAIWAN.items():
        text = text.replace(taiwan, mainland)
    if _converter("t2s").convert(text) == text:
        # tw2sp rewrites words that are right on the mainland (程序 -> 进程), so it sees traditional text only.
        return text
    parts = (_converter("tw2sp").convert(part) for part in text.split("程序"))
    return "程序".join(parts)


def bigrams(run: str) -> list[str]:
    """Overlapping pairs of characters; a single character stays itself."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


class Analyser:
    """Cuts text into tokens. ``words`` are the catalogue's own names, added to the dictionary."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._jieba = rjieba.Jieba()
        for word in words:
            self._jieba.add_word(word, None, None)
        self.tokens = lru_cache(maxsize=4096)(self._tokens)

    def words(self, text: str) -> list[str]:
        """Words of normalised ``text`` in order, in search mode, without stop words."""
        return [
            word
            for run in _RUNS.findall(text)
            for word in self._jieba.cut_for_search(run)
            if word not in STOP_WORDS and (len(word) > 1 or not _HAN.match(word))
        ]

    def _tokens(self, text: str) -> tuple[str, ...]:
        """Tokens of ``text`` (any form): words, and bigrams of its Chinese runs."""
        text = normalise(text)
        pairs = (pair for run in _RUNS.findall(text) if _HAN.match(run) for pair in bigrams(run))
        actions = (character for character in text if character in ACTIONS)
        return (*self.words(text), *(pair for pair in pairs if pair not in STOP_WORDS), *actions)
