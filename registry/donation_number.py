"""ISBT 128 Donation Identification Numbers as people type and scan them; pure arithmetic.

Source: ISBT 128 data structure 001; check character ISO/IEC 7064 mod 37-2.  The number has 13
characters: facility 5, year 2, serial 6.  A scanner adds ``=`` before and two flag characters
after; a label prints the check character K in a box, and many hospitals write neither.
"""

import re
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"  # a character is worth its place
LENGTH = 13
FIRST_FLAG = 60  # flags from 60 on repeat K as its place plus 60
_MARKS = re.compile(r"[\s\-‐‑‒–]+")
_SHAPE = re.compile(
    r"(?P<number>[A-Z0-9]{5}\d{2}[A-Z0-9]{6})(?P<flags>[A-Z0-9]{2})?(?P<k>[A-Z0-9*])?"
)


class InvalidDonationNumberError(ValueError):
    """The text is no donation number; the message is fit for a form or an import report."""


@dataclass(frozen=True, slots=True)
class DonationNumber:
    """The 13 characters, and the check character that belongs to them."""

    number: str

    @property
    def check(self) -> str:
        return check_character(self.number)

    @property
    def shown(self) -> str:
        """Write it as on a label, without K: ``G1234 98 654321``."""
        return f"{self.number[:5]} {self.number[5:7]} {self.number[7:]}"


def parse(text: str) -> DonationNumber:
    """Read a typed or scanned number; raise InvalidDonationNumberError with a sentence.

    Spaces, hyphens, a leading ``=`` and case do not matter; flags are stripped; K is optional,
    and verified where it was typed.
    """
    plain = _MARKS.sub("", text).upper().removeprefix("=")
    shape = _SHAPE.fullmatch(plain)
    if shape is None:
        raise InvalidDonationNumberError(_wrong_shape(plain, text))
    found = DonationNumber(shape["number"])
    typed_k, flags = shape["k"], shape["flags"]
    if typed_k and typed_k != found.check:
        raise InvalidDonationNumberError(
            f"the check character of {found.shown} is {found.check}, not {typed_k}; "
            "compare each character with the label"
        )
    if flags and not _flags_fit(flags, found.check):
        raise InvalidDonationNumberError(
            f"the flags {flags} do not belong to {found.shown}; scan the label again"
        )
    return found


def check_character(number: str) -> str:
    """Return K of the 13 characters, by ISO/IEC 7064 mod 37-2."""
    remainder = 0
    for character in number:
        remainder = (remainder + ALPHABET.index(character)) * 2 % 37
    return ALPHABET[(38 - remainder) % 37]


def flag_of(number: str) -> int:
    """Return the flag that repeats K: its place in the alphabet plus 60."""
    return FIRST_FLAG + ALPHABET.index(check_character(number))


def _flags_fit(flags: str, check: str) -> bool:
    """Whether flags agree with K; those below 60 say something else and are only stripped."""
    if not flags.isdigit() or not FIRST_FLAG <= int(flags) < FIRST_FLAG + len(ALPHABET):
        return True
    return int(flags) == FIRST_FLAG + ALPHABET.index(check)


def _wrong_shape(plain: str, text: str) -> str:
    shown = text.strip()[:40]
    if not LENGTH <= len(plain) <= LENGTH + 3:
        return (
            f"“{shown}” has {len(plain)} characters; a donation number has {LENGTH}, "
            "with its check character 14"
        )
    return (
        f"“{shown}” is not a donation number like G1234 98 654321: "
        "five letters or digits, two digits for the year, six letters or digits"
    )
