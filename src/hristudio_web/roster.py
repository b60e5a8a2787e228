"""A list of participants as a CSV file: read with all its problems at once, and written."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from hristudio_core.store import InvalidValue, NewParticipant, Participant, to_code, to_condition
from hristudio_web.consent import read_consent
from hristudio_web.download import FORMULAS, unformula
from hristudio_web.errors import Unreadable
from hristudio_web.persons import NOBODY, Person, PersonSeal, read_person

MOST_LINES = 10_000
LARGEST = 4 * 1024 * 1024
LARGEST_CELL = 8192
TOO_LARGE = f"a cell has more than {LARGEST_CELL:,} characters: a quote may be missing"
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "participant", "participant code"),
    "condition": ("condition", "group"),
    "name": ("name",),
    "email": ("email", "e-mail"),
    "notes": ("notes", "note"),
    "consented_on": ("consent date", "consent", "consented_on", "consented on"),
    "consent_form": ("consent form", "form"),
    "withdrawn": ("withdrawn",),
}
"""Columns by what their head may say; upper and lower case are alike."""
WITHDRAWN = "has withdrawn their consent: take the line out"
UNCLEAR = 'withdrawn: say "yes" or "no", or leave it empty'
WRITTEN = ("code", "condition", "consent date", "consent form", "withdrawn", "archived", "since")


class RosterLine(Struct, frozen=True):
    """A participant of a list, and the line of the file on which it begins."""

    number: int
    code: str
    condition: str
    person: Person
    consented_on: date | None = None
    consent_form: str = ""

    def sealed(self, study_id: str, seal: PersonSeal) -> NewParticipant:
        """Give what the store keeps."""
        who = "" if self.person == NOBODY else seal.close(study_id, self.code, self.person)
        return NewParticipant(self.code, self.condition, who, self.consented_on, self.consent_form)


class RosterProblem(Struct, frozen=True):
    """What is wrong on a line, or in one column of it."""

    number: int
    words: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.words}"


class Roster(Struct, frozen=True):
    """What a file says.

    Attributes:
        ignored: Heads of columns that mean nothing here.
    """

    lines: tuple[RosterLine, ...]
    problems: tuple[RosterProblem, ...]
    separator: str = ","
    ignored: tuple[str, ...] = ()

    def without(self, taken: Iterable[str]) -> "Roster":
        """Give the same with a problem for each line whose code is taken."""
        codes = frozenset(taken)
        more = [
            RosterProblem(one.number, f"{one.code} is in this study already: take the line out")
            for one in self.lines
            if one.code in codes
        ]
        problems = sorted((*self.problems, *more), key=lambda one: one.number)
        return Roster(self.lines, tuple(problems), self.separator, self.ignored)


def decode(data: bytes) -> tuple[str, str]:
    """Read a file's text; give the encoding it was in, too.

    Spreadsheets write UTF-8, UTF-16 with a mark at its beginning, or what Windows uses in the west.

    Raises:
        Unreadable: It is no text.
    """
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    unmarked = (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252"))
    for encoding, name in (("utf-16", "UTF-16"),) if marked else unmarked:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, name
    raise Unreadable("This is no text. Save the list as CSV (UTF-8), and choose that file.")


def read(text: str, today: date) -> Roster:
    """Read a list: its first line names the columns, each other is a participant.

    Raises:
        Unreadable: It has no column of codes, or is too long: nothing of it can be taken.
    """
    text = text.removeprefix("\ufeff")
    separator = _separator(text)
    records = _records(text, separator)
    head = next(records, None)
    if head is None:
        raise Unreadable("There is nothing in it. The first line names the columns, such as: code,condition")
    if isinstance(head, RosterProblem):
        raise Unreadable(f"The first line cannot be read: {head.words}.")
    columns, ignored = _columns(head[1])
    lines: list[RosterLine] = []
    problems: list[RosterProblem] = []
    seen: dict[str, int] = {}
    for count, record in enumerate(records):
        if count >= MOST_LINES:
            raise Unreadable(f"It has more than {MOST_LINES:,} participants: import it in parts.")
        if isinstance(record, RosterProblem):
            problems.append(record)
            continue
        number, cells = record
        if any(cell.strip() for cell in cells[len(head[1]) :]):
            problems.append(_too_many(number, len(cells), len(head[1]), separator))
            continue
        given = {name: cells[place] for name, place in columns.items() if place < len(cells)}
        line, wrong = _line(number, given, today)
        first = seen.setdefault(line.code.lower(), number)
        if line.code and first != number:
            wrong.append(f"{line.code} stands on line {first} already")
        problems += [RosterProblem(number, words) for words in wrong]
        lines.append(line)
    if not lines and not problems:
        raise Unreadable("There is no participant in it, only the names of columns.")
    return Roster(tuple(lines), tuple(problems), separator, ignored)


def written(participants: Iterable[Participant]) -> Iterator[str]:
    """Write codes as CSV (RFC 4180): nothing that tells who somebody is, nothing a spreadsheet computes."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(WRITTEN)
    for one in participants:
        writer.writerow(
            [
                unformula(one.code),
                unformula(one.condition),
                one.consented_on or "",
                unformula(one.consent_form),
                "yes" if one.withdrawn_at else "no",
                "yes" if one.archived_at else "no",
                one.created_at.isoformat(),
            ]
        )
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _separator(text: str) -> str:
    """The one that stands most often in the first line."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=first.count)


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]] | RosterProblem]:
    """Give each record that is not blank with its first line; a line that is no CSV as its problem."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RosterProblem(number, _csv_words(str(error)))
            continue
        if any(cell.strip() for cell in cells):
            long = any(len(cell) > LARGEST_CELL for cell in cells)
            yield RosterProblem(number, TOO_LARGE) if long else (number, cells)


def _too_many(number: int, cells: int, columns: int, separator: str) -> RosterProblem:
    words = f"{cells} cells, though the first line has {columns}"
    return RosterProblem(number, f"{words}: put quotes around a cell with a {SEPARATORS[separator]} in it")


def _csv_words(error: str) -> str:
    if "field limit" in error:
        return TOO_LARGE
    if "end of data" in error:
        return "a quote begins here and never ends"
    return f"not in the form of CSV ({error}): a quote inside a quoted cell is written twice"


def _columns(head: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    names = {word: name for name, words in COLUMNS.items() for word in words}
    found: dict[str, int] = {}
    ignored = []
    for place, cell in enumerate(head):
        word = " ".join(cell.lower().split())
        if word not in names:
            ignored += [cell.strip()] if word and word not in WRITTEN else []
        elif names[word] in found:
            raise Unreadable(f"Two columns are called {names[word]}: take one out.")
        else:
            found[names[word]] = place
    if "code" not in found:
        known = ", ".join(words[0] for words in COLUMNS.values())
        raise Unreadable(f"No column is called code. The first line names the columns: {known}.")
    return found, tuple(ignored)


def _line(number: int, cells: Mapping[str, str], today: date) -> tuple[RosterLine, list[str]]:
    given = {name: _typed(cell) for name, cell in cells.items()}
    code, condition = given.get("code", "").strip(), " ".join(given.get("condition", "").split())
    wrong = []
    for check, value in ((to_code, code), (to_condition, condition)):
        try:
            check(value)
        except InvalidValue as error:
            wrong.append(str(error))
    person, problems = read_person(given)
    day, form, unread = read_consent(given, today)
    problems |= unread
    wrong += [f"{COLUMNS[name][0]}: {words[:1].lower()}{words[1:]}" for name, words in problems.items()]
    withdrawn = given.get("withdrawn", "").strip().lower()
    if withdrawn == "yes":
        wrong.append(f"{code or 'who stands here'} {WITHDRAWN}")
    elif withdrawn not in {"", "no"}:
        wrong.append(UNCLEAR)
    return RosterLine(number, code, condition, person, day, form), wrong


def _typed(cell: str) -> str:
    """Take back the mark that keeps spreadsheets from computing, so that what is exported can be imported."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULAS) else cell
