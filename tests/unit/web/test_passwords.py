import pytest
from argon2 import PasswordHasher

from hristudio_web.entrance import safe_next
from hristudio_web.passwords import Passwords, weakness

QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
GOOD = "seven lanterns over the harbour"


def test_a_password_is_kept_as_argon2id_and_never_the_same_twice() -> None:
    first, second = QUICK.hash(GOOD), QUICK.hash(GOOD)
    assert first.startswith("$argon2id$")
    assert first != second
    assert QUICK.matches(first, GOOD)
    assert QUICK.matches(second, GOOD)


@pytest.mark.parametrize("other", ["", GOOD.upper(), f"{GOOD} ", "\0"])
def test_another_password_does_not_match(other: str) -> None:
    assert not QUICK.matches(QUICK.hash(GOOD), other)


def test_nothing_matches_where_there_is_no_password() -> None:
    assert not QUICK.matches(None, "nobody has this password")
    assert not QUICK.matches("no hash at all", GOOD)


def test_a_hash_of_weaker_parameters_is_outdated() -> None:
    assert Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)).outdated(QUICK.hash(GOOD))
    assert not QUICK.outdated(QUICK.hash(GOOD))


def test_what_is_kept_by_default_is_rfc_9106() -> None:
    kept = Passwords().hash(GOOD)
    assert "m=65536,t=3,p=4" in kept


@pytest.mark.parametrize(
    "password",
    ["", "short", "passwordpassword", "aaaaaaaaaaaaaaaa", "qwertyuiop123", "adalovelace1815", "x" * 201],
)
def test_what_is_easy_to_guess_is_refused_with_words(password: str) -> None:
    assert weakness(password, ("Ada Lovelace", "ada@example.org")).endswith(".")


@pytest.mark.parametrize("password", [GOOD, "Kx7-pq92vLmw+4", "дві білі хмари над полем"])
def test_what_is_hard_to_guess_will_do(password: str) -> None:
    assert weakness(password) == ""


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/trials/1?x=2", "/trials/1?x=2"),
        ("", "/"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("trials", "/"),
    ],
)
def test_signing_in_leads_to_our_own_pages_only(address: str, page: str) -> None:
    assert safe_next(address) == page
