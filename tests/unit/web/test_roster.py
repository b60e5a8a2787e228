"""Lists of participants: what spreadsheets write is read, and what is wrong is told by its line."""

import csv
import io
import time
from datetime import date, datetime, timezone

import pytest

from hristudio_core.store import Participant
from hristudio_web.consent import read_consent
from hristudio_web.consent import told as consent_told
from hristudio_web.errors import SealBroken, Unreadable
from hristudio_web.persons import NOBODY, Person, PersonSeal, read_person
from hristudio_web.roster import MOST_LINES, decode, read, written

TODAY = date(2026, 11, 27)
SECRET = b"k" * 32


def told(text: str) -> list[str]:
    return [str(one) for one in read(text, TODAY).problems]


def test_every_column_is_read() -> None:
    roster = read(
        "Participant Code,Group,Name,E-mail,Notes,Consent date\n"
        'P01, long  gaze ,"Lovelace, Ada",ada@x.org,"two\nlines",2026-01-31\n'
        "\n"
        "P02,,,,,\n",
        TODAY,
    )
    assert roster.problems == ()
    first, second = roster.lines
    assert (first.number, first.code, first.condition) == (2, "P01", "long gaze")
    assert first.person == Person("Lovelace, Ada", "ada@x.org", "two\nlines")
    assert (first.consented_on, second.consented_on) == (date(2026, 1, 31), None)
    assert (second.number, second.code, second.person) == (5, "P02", NOBODY)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_separators_and_ends_of_lines_are_found(separator: str, newline: str) -> None:
    text = newline.join(separator.join(row) for row in (("code", "name"), ("P01", "Ada"), ("P02", "Bob")))
    roster = read(text, TODAY)
    assert [(one.number, one.code, one.person.name) for one in roster.lines] == [
        (2, "P01", "Ada"), (3, "P02", "Bob"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_encodings_are_found(encoding: str, name: str) -> None:
    text, found = decode("code,name\nP01,Zoë\n".encode(encoding))
    assert found == name
    assert read(text, TODAY).lines[0].person.name == "Zoë"


@pytest.mark.parametrize("data", [b"code\n\0\1\2", b"\xff\xfea", b"code\nP\x81\x8d"])
def test_what_is_no_text_is_told(data: bytes) -> None:
    with pytest.raises(Unreadable, match="Save the list as CSV"):
        decode(data)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing in it"),
        ("\n \n", "nothing in it"),
        ("name,condition\nAda,x\n", "No column is called code"),
        ("code,Participant\nP01,P02\n", "Two columns are called code"),
        ("code,name\n", "no participant in it"),
        ('"code\nP01', "first line cannot be read"),
        ("code\n" + "P\n" * (MOST_LINES + 1), "more than 10,000"),
    ],
)
def test_a_list_of_which_nothing_can_be_taken_is_told(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(text, TODAY)


def test_every_wrong_line_is_told_at_once() -> None:
    problems = told(
        "code,condition,email,consent date\n"
        "P01,a,,\n"
        ",b,,\n"
        "P 3,b,nobody,31.1.2026\n"
        "p01,b,,2026-11-28\n"
        "P05,a,b,c,d\n"
        f"P06,{'x' * 101},,2026-02-30\n"
        'P07,"a"b,,\n'
        "P08,a,,\n"
    )
    assert [one.split(": ", 1)[0] for one in problems] == [
        "line 3", "line 4", "line 4", "line 4", "line 5", "line 5", "line 6", "line 7", "line 7", "line 8",
    ]  # fmt: skip
    for words in (
        "line 3: a participant needs a code",
        "line 4: email: this is no e-mail address",
        "line 4: consent date: give the day as YYYY-MM-DD",
        "line 5: p01 stands on line 2 already",
        "line 5: consent date: this day is yet to come",
        "line 6: 5 cells, though the first line has 4",
        "line 7: consent date",
        "line 8: not in the form of CSV",
    ):
        assert any(one.startswith(words) for one in problems), words


def test_a_quote_without_an_end_is_told_where_it_begins() -> None:
    assert told('code,name\nP01,Ada\nP02,"Bob\nP03,Cy\n') == ["line 3: a quote begins here and never ends"]


def test_unknown_columns_are_told_and_left_out() -> None:
    roster = read("code,shoe size,since\nP01,42,2026\n", TODAY)
    assert (roster.ignored, roster.problems) == (("shoe size",), ())


def test_codes_that_are_taken_are_told() -> None:
    roster = read("code,email\nP01,\nP02,nobody\nP03,\n", TODAY).without(["P03", "P01"])
    assert [one.number for one in roster.problems] == [2, 3, 4]


def test_ten_thousand_are_read() -> None:
    roster = read("code\n" + "".join(f"P{number:05}\n" for number in range(MOST_LINES)), TODAY)
    assert (len(roster.lines), roster.problems) == (MOST_LINES, ())


def test_what_is_written_computes_nothing_and_is_read_again() -> None:
    now = datetime(2026, 1, 2, tzinfo=timezone.utc)
    conditions = ['=HYPERLINK("http://x")', "+1", "-1", "@x", "plain, with a comma", ""]
    people = [
        Participant(str(n), "s", f"P{n}", condition, now, consented_on=TODAY, consent_form=condition)
        for n, condition in enumerate(conditions)
    ]
    text = "".join(written(people))
    for row in list(csv.reader(io.StringIO(text)))[1:]:
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    assert "archived" in text.splitlines()[0]
    roster = read(text, TODAY)
    assert (roster.problems, roster.ignored) == ((), ())
    assert [one.condition for one in roster.lines] == conditions
    assert [(one.consented_on, one.consent_form) for one in roster.lines] == [
        (TODAY, one) for one in conditions
    ]


def test_a_withdrawal_that_was_exported_never_comes_back_as_a_consent() -> None:
    now = datetime(2026, 1, 2, tzinfo=timezone.utc)
    people = [
        Participant("1", "s", "P01", "", now, consented_on=TODAY),
        Participant("2", "s", "P02", "", now, consented_on=TODAY, withdrawn_at=now),
    ]
    assert told("".join(written(people))) == ["line 3: P02 has withdrawn their consent: take the line out"]
    assert told("code,Withdrawn\nP01,\nP02,No\nP03,2026-01-31\n") == [
        'line 4: withdrawn: say "yes" or "no", or leave it empty'
    ]


def test_the_day_of_a_withdrawal_is_of_the_servers_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    late = datetime(2026, 1, 1, 23, 30, tzinfo=timezone.utc)
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "CET-1")
        time.tzset()
        words = consent_told(Participant("1", "s", "P01", "", late, consented_on=TODAY, withdrawn_at=late))
    time.tzset()
    assert words == "withdrawn on 2026-01-02"


def test_what_is_sealed_opens_for_its_own_participant_alone() -> None:
    seal, ada = PersonSeal(SECRET), Person("Ada", "ada@x.org", "left-handed")
    sealed = seal.close("study", "P01", ada)
    assert seal.open("study", "P01", sealed) == ada
    assert "Ada" not in sealed
    assert seal.close("study", "P01", ada) != sealed
    for other, study, code in (
        (seal, "study", "P02"),
        (seal, "other", "P01"),
        (PersonSeal(b"x" * 32), "study", "P01"),
    ):
        with pytest.raises(SealBroken):
            other.open(study, code, sealed)
    with pytest.raises(SealBroken):
        seal.open("study", "P01", sealed[:-2] + "AA")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x" * 201),
        ("name", "A\x1bda"),
        ("email", "nobody"),
        ("email", "a b@x.org"),
        ("email", "x" * 250 + "@x.org"),
        ("notes", "x" * 2001),
        ("notes", "a\0b"),
        ("notes", "\ud800"),
    ],
)
def test_what_cannot_be_kept_of_a_person_is_told_at_its_field(field: str, value: str) -> None:
    _, problems = read_person({field: value})
    assert set(problems) == {field}


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"consented_on": "2026-13-01"}, {"consented_on"}),
        ({"consented_on": "20260131"}, {"consented_on"}),
        ({"consented_on": "2026-11-28"}, {"consented_on"}),
        ({"consent_form": "v2"}, {"consented_on"}),
        ({"consented_on": "2026-11-27", "consent_form": "x" * 101}, {"consent_form"}),
        ({"consented_on": "2026-11-27", "consent_form": " v2 "}, set()),
        ({}, set()),
    ],
)
def test_what_is_no_consent_is_told_at_its_field(given: dict[str, str], wrong: set[str]) -> None:
    assert set(read_consent(given, TODAY)[2]) == wrong
