"""The Single European Code of tissues and cells, 40 characters; pure.

Source: Directive 2006/86/EC, Annex VII.  Donation part: country 2, tissue establishment 6,
donation number 13.  Product part: coding system 1, product 7, split 3, expiry 8.  It has no check
character, so lengths, alphabets, country and date are all that can be verified.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

LENGTH = 40
DONATION, ESTABLISHMENT, COUNTRY, NUMBER = 21, 6, 2, 13
BLOCKS = 2  # as printed
NO_EXPIRY = "00000000"  # tissues and cells without a defined date
SYSTEMS = {"E": "EUTC", "A": "ISBT 128", "B": "Eurocode"}
# Countries whose tissue establishments have such codes: the European Union and Economic Area, and
# the United Kingdom, whose older codes stay on labels.
_LISTED = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK "
    "GB XI"
)
COUNTRIES = frozenset(_LISTED.split())
_SHAPE = re.compile(r"[A-Z]{2}[A-Z0-9]{19}[A-Z][A-Z0-9]{10}\d{8}", re.ASCII)


class InvalidEuropeanCodeError(ValueError):
    """The text is no Single European Code; the message is fit for a form or an import report."""


@dataclass(frozen=True, slots=True)
class EuropeanCode:
    """The 40 characters and their parts."""

    text: str

    @property
    def country(self) -> str:
        return self.text[:2]

    @property
    def establishment(self) -> str:
        return self.text[:8]

    @property
    def donation_number(self) -> str:
        return self.text[8:DONATION]

    @property
    def system(self) -> str:
        return SYSTEMS[self.text[DONATION]]

    @property
    def expires_on(self) -> date | None:
        """Return the day of expiry; None where the code says that there is none."""
        return None if self.text[-8:] == NO_EXPIRY else _day(self.text[-8:])

    @property
    def shown(self) -> str:
        """Write it as printed: two blocks of 21 and 19 characters."""
        return f"{self.text[:DONATION]} {self.text[DONATION:]}"


def parse(text: str) -> EuropeanCode:
    """Read a typed code; raise InvalidEuropeanCodeError with a sentence.

    Spaces, hyphens and case do not matter.  In two blocks the establishment may be written short,
    as A317 for 00A317: it is padded on the left.
    """
    code = _padded(text)
    if len(code) != LENGTH:
        noun = "character" if len(code) == 1 else "characters"
        raise InvalidEuropeanCodeError(
            f"has {len(code)} {noun}; a Single European Code has {LENGTH}, "
            f"in blocks of {DONATION} and {LENGTH - DONATION}"
        )
    if not _SHAPE.fullmatch(code):
        raise InvalidEuropeanCodeError(
            "has a character where none of its kind can stand: two letters for the country come "
            "first, eight digits for the expiry last"
        )
    if code[:2] not in COUNTRIES:
        raise InvalidEuropeanCodeError(f"begins with {code[:2]}, which is no country of such codes")
    if code[DONATION] not in SYSTEMS:
        raise InvalidEuropeanCodeError(
            f"has {code[DONATION]} as its coding system; E, A and B are possible"
        )
    if code[-8:] != NO_EXPIRY and _day(code[-8:]) is None:
        raise InvalidEuropeanCodeError(f"ends in {code[-8:]}, which is no date like 20271231")
    return EuropeanCode(code)


def establishment_code(country: str, number: str) -> str:
    """Return the eight characters of an establishment: ``BE``, ``A317`` → ``BE00A317``."""
    return country.upper() + number.upper().rjust(ESTABLISHMENT, "0")


def _padded(text: str) -> str:
    blocks = text.upper().replace("-", "").split()
    if len(blocks) == BLOCKS and COUNTRY + NUMBER < len(blocks[0]) < DONATION:
        first = blocks[0]
        place = establishment_code(first[:COUNTRY], first[COUNTRY:-NUMBER])
        blocks[0] = place + first[-NUMBER:]
    return "".join(blocks)


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a calendar day
    except ValueError:
        return None
