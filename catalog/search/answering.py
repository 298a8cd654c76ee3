"""Answering a question: what is found, what may have been meant, and honestly for which words the pieces are shown."""

from dataclasses import dataclass, field
from datetime import datetime

from . import correcting, finding, vocabulary


@dataclass(frozen=True)
class Answer:
    """``ids``: pieces, best first. ``shown_for``: the words they were found by when the question itself found nothing.

    ``meant``: words that find more by name. ``only_some``: no piece holds all of the words; these hold some of them.
    """

    asked: str
    ids: list[int] = field(default_factory=list)
    shown_for: str = ""
    meant: str = ""
    only_some: bool = False


def answer(asked: str, *, now: datetime, insist: bool = False, unfinished: bool = False) -> Answer:
    """Find pieces for a question; at most three queries, and one more when the vocabulary is read anew.

    ``insist``: the client wants this question and no other. ``unfinished``: its last word is still being typed.
    """
    words = vocabulary.words()
    found = finding.find(asked, words, now=now)
    if found.by_name:
        return Answer(asked, found.ids)
    guess = correcting.correct(asked[: finding.LONGEST], words, whole=bool(found.ids), unfinished=unfinished)
    if guess and (guess.complete or not found.ids):
        instead = finding.find(guess.text, words, now=now)
        if instead.ids and (found.ids or insist):
            return Answer(asked, found.ids, meant=guess.text if instead.by_name else "")
        if instead.ids:
            return Answer(asked, instead.ids, shown_for=guess.text)
    if found.ids or insist:
        return Answer(asked, found.ids)
    some = finding.find(guess.text if guess else asked, words, now=now, some=True)
    return Answer(asked, some.ids if some.by_name else [], only_some=some.by_name)
