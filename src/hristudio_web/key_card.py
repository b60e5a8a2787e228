"""The keys of a whole protocol, for a card on paper beside the wizard.

Keys are given as the live page gives them: what the protocol wishes, the question asked first winning,
then digits for what is left.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from hristudio_core.protocol import Protocol, walk
from hristudio_core.protocol.model import Intervention, Observe, Prompt, Step, Wait

SPARE = "1234567890"


class Key(Struct, frozen=True):
    """A key and what it does; a key of "" is none: there are more answers than keys."""

    key: str
    words: str


ALWAYS = (
    Key("Esc", "Stop the robot, always"),
    Key("⇧P", "Pause, resume"),
    Key("⇧S ⇧R ⇧J", "Skip, retry, jump"),
    Key("⇧C ⇧A", "Complete, abort"),
    Key("⇧W", "Take the wizard's seat"),
    Key("⇧Q", "Send what is first in the queue"),
    Key("⇧N", "Write a note"),
    Key("⇧M", "Mark “my mistake” at this moment"),
    Key("?", "Show these keys"),
)
"""Keys that mean the same in every trial."""


class Question(Struct, frozen=True):
    """What the wizard is asked, and the keys of the answers."""

    text: str
    keys: tuple[Key, ...]
    typed: bool


class Part(Struct, frozen=True):
    """A step of the card: its questions in order, and what may be done off the script in it."""

    title: str
    questions: tuple[Question, ...]
    interventions: tuple[Key, ...]


def key_card(protocol: Protocol) -> tuple[Part, ...]:
    """Give a protocol's keys, step by step; steps in which nothing is pressed are left out."""
    found = (_part(step, protocol.interventions) for step in protocol.steps)
    return tuple(part for part in found if part.questions or part.interventions)


def _part(step: Step, everywhere: tuple[Intervention, ...]) -> Part:
    # What the step and the protocol offer off the script has its wish unless a question of the step has it.
    questions = tuple(_questions(step))
    asked = {key.key for question in questions for key in question.keys}
    offered = (*step.interventions, *everywhere)
    free = [one for one in offered if one.hotkey and one.hotkey.lower() not in asked]
    return Part(step.title, questions, tuple(Key(one.hotkey, one.label) for one in free))


def _questions(step: Step) -> Iterator[Question]:
    for action in walk(step.do):
        if isinstance(action, (Prompt, Observe)):
            keys = _assigned((one.hotkey, one.label) for one in action.options)
            yield Question(action.text, keys, action.free_text)
        elif isinstance(action, Wait) and action.mark:
            keys = _assigned([(action.hotkey, action.label or action.mark)])
            yield Question("When it is so", keys, typed=False)


def _assigned(wishes: Iterable[tuple[str, str]]) -> tuple[Key, ...]:
    """Give each answer its wish, if that is free, or the next digit."""
    taken: set[str] = set()
    given: list[tuple[str, str]] = []
    for wish, words in wishes:
        key = wish.lower() if wish and wish != "." and wish.lower() not in taken else ""
        taken.add(key)
        given.append((key, words))
    spare = iter([key for key in SPARE if key not in taken])
    return tuple(Key(key or next(spare, ""), words) for key, words in given)
