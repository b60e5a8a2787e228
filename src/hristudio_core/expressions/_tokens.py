"""Cut an expression into tokens."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import Any, NamedTuple

from hristudio_core.expressions._limits import MAX_EXPRESSION_CHARACTERS, MAX_NUMBER
from hristudio_core.expressions.errors import ExpressionError


class Kind(Enum):
    NUMBER = "a number"
    TEXT = "a text"
    NAME = "a name"
    WORD = "a word"
    SIGN = "a sign"
    END = "the end"


class Token(NamedTuple):
    """``value`` is a number or text itself, else the name, word or sign."""

    kind: Kind
    value: Any
    position: int


RESERVED_WORDS = frozenset({"and", "or", "not", "in", "true", "false", "null"})

_PATTERN = re.compile(
    r"""[ \t\r\n]*(?:
    (?P<number>(?:\d+\.\d+|\d+)(?:[eE][+-]?\d+)?)
  | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign>\*\*|//|&&|\|\||<>|==|!=|<=|>=|[-+*/%<>()\[\],=!?:;.&|^~{}$@])
  | (?P<end>\Z)
)""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}

_FOREIGN_SIGNS = {
    "&&": "write 'and'",
    "||": "write 'or'",
    "!": "write 'not'",
    "=": "compare with '=='",
    "<>": "write '!='",
    "**": "there are no powers, multiply instead",
    "//": "divide with '/' and round with floor(...)",
    ".": "there are no parts of a name; a list or mapping is read as name[...]",
    "{": "placeholders {{ }} are not used inside an expression",
    "}": "placeholders {{ }} are not used inside an expression",
}
_FOREIGN_WORDS = {
    "True": "true",
    "False": "false",
    "None": "null",
    "none": "null",
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "is": "==",
}


def tokenize(text: str) -> list[Token]:
    """Return the tokens of an expression, the last one being the end.

    Raises:
        ExpressionError: the text is too long or holds a sign unknown to the language.
    """
    if len(text) > MAX_EXPRESSION_CHARACTERS:
        raise ExpressionError(f"the expression is too long: over {MAX_EXPRESSION_CHARACTERS} characters", 0)
    tokens: list[Token] = []
    position = 0
    while True:
        match = _PATTERN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        token = _token(match)
        tokens.append(token)
        if token.kind is Kind.END:
            return tokens
        position = match.end()


def _token(match: re.Match[str]) -> Token:
    group = str(match.lastgroup)
    text, position = match[group], match.start(group)
    if group == "number":
        return Token(Kind.NUMBER, _number(text, position), position)
    if group == "text":
        return Token(Kind.TEXT, _unescape(text[1:-1], position), position)
    if group == "name":
        if text in _FOREIGN_WORDS:
            raise ExpressionError(f"unknown word '{text}'", position, f"write '{_FOREIGN_WORDS[text]}'")
        return Token(Kind.WORD if text in RESERVED_WORDS else Kind.NAME, text, position)
    if group == "sign":
        if text in _FOREIGN_SIGNS:
            raise ExpressionError(f"unexpected '{text}'", position, _FOREIGN_SIGNS[text])
        return Token(Kind.SIGN, text, position)
    return Token(Kind.END, "", position)


def _number(text: str, position: int) -> int | float:
    if len(text) > 40:  # int() of a long text takes quadratic time
        raise ExpressionError("the number is too long", position)
    number = int(text) if text.isdigit() else float(text)
    if number > MAX_NUMBER:
        raise ExpressionError("the number is too large", position)
    return number


def _unescape(text: str, position: int) -> str:
    def replace(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            raise ExpressionError(
                f"unknown escape '\\{match[1]}' in a text", position, "write '\\\\' for a backslash"
            )
        return _ESCAPES[match[1]]

    return _ESCAPE.sub(replace, text) if "\\" in text else text


def _unreadable(text: str, position: int) -> ExpressionError:
    rest = text[position:].lstrip(" \t\r\n")
    position = len(text) - len(rest)
    if rest[0] in "'\"":
        return ExpressionError("a text is not closed", position, f"a {rest[0]} is missing")
    if unicodedata.category(rest[0]) in ("Pi", "Pf", "Ps") or rest[0] == "`":  # typographic quotes
        return ExpressionError(f"unexpected '{rest[0]}'", position, "put texts in straight quotes: 'text'")
    return ExpressionError(f"unexpected {rest[0]!r}", position)
