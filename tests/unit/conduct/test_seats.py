import pytest

from hristudio_core.conduct import SeatBook, SeatRefused

TTL_NS = 10_000_000_000


@pytest.fixture
def book() -> SeatBook:
    return SeatBook(TTL_NS)


def test_free_seat_goes_to_whoever_claims_it(book):
    seat = book.claim("wizard", "ada", "Ada", now_ns=0)
    assert (seat.holder, seat.label, seat.expires_ns) == ("ada", "Ada", TTL_NS)
    assert book.by_token(seat.token) == seat


def test_held_seat_is_refused_to_others_and_names_the_holder(book):
    book.claim("wizard", "ada", "Ada", now_ns=0)
    with pytest.raises(SeatRefused, match="Ada holds") as refusal:
        book.claim("wizard", "bob", "Bob", now_ns=1)
    assert refusal.value.code == "held"
    assert refusal.value.holder == "ada"


def test_own_seat_can_be_claimed_again_and_the_old_token_dies(book):
    first = book.claim("wizard", "ada", "Ada", now_ns=0)
    second = book.claim("wizard", "ada", "Ada", now_ns=5, token=first.token)
    assert second.token != first.token
    with pytest.raises(SeatRefused):
        book.by_token(first.token)


@pytest.mark.parametrize("token", ["", "made-up"])
def test_the_name_of_the_holder_is_no_key_to_the_seat(book, token):
    ada = book.claim("wizard", "ada", "Ada", now_ns=0)
    with pytest.raises(SeatRefused, match="from another place: give its token, or take the seat over") as no:
        book.claim("wizard", "ada", "Ada", now_ns=1, token=token)
    assert (no.value.code, no.value.holder) == ("held", "ada")
    assert book.by_token(ada.token) == ada


def test_a_token_is_no_key_to_a_seat_under_another_name(book):
    ada = book.claim("wizard", "ada", "Ada", now_ns=0)
    with pytest.raises(SeatRefused):
        book.claim("wizard", "bob", "Bob", now_ns=1, token=ada.token)


def test_take_over_leaves_the_former_holder_without_rights(book):
    ada = book.claim("wizard", "ada", "Ada", now_ns=0)
    bob = book.claim("wizard", "bob", "Bob", now_ns=1, take_over=True)
    assert book.holder("wizard") == bob
    with pytest.raises(SeatRefused) as refusal:
        book.renew(ada.token, now_ns=2)
    assert refusal.value.code == "no_seat"


def test_renewed_seat_outlives_the_others(book):
    ada = book.claim("wizard", "ada", "Ada", now_ns=0)
    book.claim("confederate", "bob", "Bob", now_ns=0)
    book.renew(ada.token, now_ns=TTL_NS // 2)
    lapsed = book.expire(now_ns=TTL_NS)
    assert [seat.holder for seat in lapsed] == ["bob"]
    assert [seat.holder for seat in book.held] == ["ada"]


def test_restored_seat_is_its_holders_and_takes_nobodys_place(book):
    book.restore("wizard", "ada", "Ada", 0)
    assert book.holder("wizard").holder == "ada"
    with pytest.raises(SeatRefused):
        book.claim("wizard", "bob", "Bob", 1)
    seat = book.claim("wizard", "ada", "Ada", 1)
    book.restore("wizard", "bob", "Bob", 2)
    assert book.by_token(seat.token) == seat
    # Once somebody has the token, the name is no key any more.
    with pytest.raises(SeatRefused):
        book.claim("wizard", "ada", "Ada", 3)


def test_released_seat_is_free(book):
    seat = book.claim("wizard", "ada", "Ada", now_ns=0)
    assert book.release(seat.token).holder == "ada"
    assert book.holder("wizard") is None


@pytest.mark.parametrize("token", ["", "x", "\N{SNOWMAN}"])
def test_made_up_token_holds_nothing(book, token):
    book.claim("wizard", "ada", "Ada", now_ns=0)
    with pytest.raises(SeatRefused):
        book.by_token(token)


def test_nameless_actor_gets_no_seat(book):
    with pytest.raises(SeatRefused, match="say who you are"):
        book.claim("wizard", "", "", now_ns=0)
