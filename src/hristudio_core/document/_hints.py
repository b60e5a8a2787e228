"""What an author probably did when the YAML itself cannot be read."""

from __future__ import annotations

_HINTS = (
    ("mapping values are not allowed", "put a text that contains ': ' in quotes, or check the indentation"),
    ("found character that cannot start any token", "put a text that begins with a special sign in quotes"),
    ("found unexpected end of stream", "a closing quote is missing"),
    ("found undefined tag handle", "put a text that begins with '!' in quotes"),
    ("did not find expected key", "check the indentation of this line and the one before, and its quotes"),
    ("did not find expected '-' indicator", "each entry of this list begins with '- ', equally indented"),
    ("did not find expected ',' or '}'", "a '}' or ',' is missing"),
    ("did not find expected ',' or ']'", "a ']' or ',' is missing"),
    ("could not find expected ':'", "a ':' is missing, or a quote is not closed"),
    (
        "did not find expected alphabetic or numeric character",
        "put a text that begins with '*' or '&' in quotes",
    ),
    (
        "did not find expected <document start>",
        "check the indentation: the first keys begin at the line's start",
    ),
    ("block sequence entries are not allowed", "begin the list on a line of its own"),
    ("found unknown escape character", "in double quotes write '\\\\' for a backslash, or use single quotes"),
    ("did not find expected hexdecimal number", "in double quotes write '\\\\' for a backslash"),
)
_TAB = "indent with blanks, tabs are not allowed"


def hint_for(problem: str, line: str) -> str:
    """Return the likely remedy for the parser's complaint about a line, or nothing."""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return _TAB
    return next((hint for part, hint in _HINTS if part in problem), "")
