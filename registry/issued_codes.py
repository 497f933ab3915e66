"""Codes that the registry issues: random, without look-alike letters, with a check character.

Crockford's base 32 (no I, L, O, U) and a Luhn mod 32 check character: it finds every single
wrong character and most swaps of two neighbours.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 7


def new_code(prefix: str) -> str:
    """Return ``PREFIX-XXXXXXXC`` with seven random characters and the check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{prefix}-{body}{check_character(body)}"


def check_character(body: str) -> str:
    """Return the Luhn mod 32 character of the body."""
    total = 0
    for place, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += value // len(ALPHABET) + value % len(ALPHABET)
    return ALPHABET[-total % len(ALPHABET)]


def is_issued(code: str) -> bool:
    """Whether the code is one that ``new_code`` could have made."""
    _, _, body = code.partition("-")
    return (
        len(body) == LENGTH + 1
        and all(character in ALPHABET for character in body)
        and check_character(body[:-1]) == body[-1]
    )
