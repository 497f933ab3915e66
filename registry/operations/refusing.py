"""Gather the sentences of several rules, so that a form shows all of them at once."""

from collections.abc import Iterable, Set

from registry.errors import InvalidRecordError, UnlikelyError


def refuse(**sentences: str | None) -> None:
    """Raise InvalidRecordError with the sentences that are not None, by field."""
    wrong = {name: sentence for name, sentence in sentences.items() if sentence}
    if wrong:
        raise InvalidRecordError(wrong)


def ask(questions: Iterable[str | None], answered: Set[str]) -> None:
    """Raise UnlikelyError with all the questions unless the person has seen each of them."""
    put = [question for question in questions if question]
    if not answered >= set(put):
        raise UnlikelyError(put)
