"""Passwords: how they are kept, and which are too easy to guess.

Argon2id with the parameters that argon2-cffi takes from RFC 9106. What is asked of a
password follows NIST SP 800-63B: length and guessability, no rules about kinds of characters.
"""

import re
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

SHORTEST = 12
LONGEST = 200
STRONG = 3
"""zxcvbn's score from which a guesser needs 10^8 tries at least."""
LOOKED_AT = 72
"""Characters that are weighed: more cost time and say no more."""


class Passwords:
    """Makes and compares the hashes. ``hasher`` is weaker in tests alone."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """Give what is kept of a password."""
        return self._hasher.hash(password)

    def matches(self, kept: str | None, password: str) -> bool:
        """Tell whether a password is the one that was kept; takes as long when there is none."""
        try:
            self._hasher.verify(self._nobody if kept is None else kept, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def outdated(self, kept: str) -> bool:
        """Tell whether a hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(kept)


def weakness(password: str, known: Sequence[str] = ()) -> str:
    """Say why a password will not do; empty when it does.

    Args:
        password: What somebody chose.
        known: What others know of them, such as their name and address.
    """
    if len(password) < SHORTEST:
        return f"Take {SHORTEST} characters or more; a few words in a row are easy to keep in mind."
    if len(password) > LONGEST:
        return f"Take {LONGEST} characters at most."
    words = {
        word for text in known for word in (text, *re.split(r"\W+", text), re.sub(r"\W", "", text)) if word
    }
    guessed = zxcvbn(password[:LOOKED_AT], user_inputs=sorted(words))
    if guessed["score"] >= STRONG:
        return ""
    told = guessed["feedback"]["warning"]
    return f"{told.rstrip('.')}: take another." if told else "This is easy to guess: take another."
