"""What was said lately is kept for a while, and only for its person."""

from bot.channels.web.transcripts import KEPT, MOST_PEOPLE, MOST_SAID, Exchange, Transcripts
from bot.conversation.compose import say
from bot.conversation.messages import Button, Ending


def exchange(said: str, label: str = "下一步") -> Exchange:
    reply = say(Ending.ANSWERED, "好").model_copy(update={"buttons": ((Button(label=label, action="b:d"),),)})
    return Exchange(said, reply)


class Hand:
    """A clock moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_person_has_their_own() -> None:
    kept = Transcripts()
    kept.add("web:a", exchange("一"))
    kept.add("web:b", exchange("二"))
    assert [one.said for one in kept.of("web:a")] == ["一"]
    assert kept.of("web:c") == ()


def test_only_the_last_are_kept() -> None:
    kept = Transcripts()
    for number in range(MOST_SAID + 3):
        kept.add("web:a", exchange(str(number)))
    assert [one.said for one in kept.of("web:a")] == [str(number) for number in range(3, MOST_SAID + 3)]


def test_they_are_forgotten_after_a_while_and_not_before() -> None:
    clock = Hand()
    kept = Transcripts(clock)
    kept.add("web:a", exchange("一"))
    clock.now = KEPT - 1
    kept.add("web:b", exchange("二"))
    assert kept.of("web:a")
    clock.now = KEPT + 1
    assert (kept.of("web:a"), len(kept.of("web:b"))) == ((), 1)
    kept.forget("web:b")
    assert kept.of("web:b") == ()


def test_too_many_people_push_out_the_oldest() -> None:
    kept = Transcripts()
    for number in range(MOST_PEOPLE + 2):
        kept.add(f"web:{number}", exchange("一"))
    assert kept.of("web:0") == ()
    assert kept.of(f"web:{MOST_PEOPLE + 1}")


def test_the_label_of_a_button_is_the_latest_one() -> None:
    kept = Transcripts()
    kept.add("web:a", exchange("一", "旧的"))
    kept.add("web:a", exchange("二", "新的"))
    assert kept.label("web:a", "b:d") == "新的"
    assert kept.label("web:a", "b:x") is None
    assert kept.label("web:b", "b:d") is None
