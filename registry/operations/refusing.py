"""Gather the sentences of several rules, so that a form shows all of them at once."""

from registry.errors import InvalidRecordError


def refuse(**sentences: str | None) -> None:
    """Raise InvalidRecordError with the sentences that are not None, by field."""
    wrong = {name: sentence for name, sentence in sentences.items() if sentence}
    if wrong:
        raise InvalidRecordError(wrong)
