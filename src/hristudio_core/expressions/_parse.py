"""Read an expression by recursive descent.

Loosest binding first: or, and, not, comparison, sum, product, sign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.document import nearest
from hristudio_core.expressions._functions import FUNCTIONS
from hristudio_core.expressions._limits import MAX_EXPRESSION_DEPTH
from hristudio_core.expressions._nodes import (
    AllOf,
    AnyOf,
    Arithmetic,
    Call,
    Comparison,
    Item,
    Items,
    Literal,
    Name,
    Negative,
    Node,
    Not,
)
from hristudio_core.expressions._tokens import Kind, Token, tokenize
from hristudio_core.expressions.errors import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Callable

_CONSTANTS = {"true": True, "false": False, "null": None}
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


def parse(text: str) -> Node:
    """Return the tree of an expression.

    Raises:
        ExpressionError: the text is not an expression.
    """
    if not text.strip():
        raise ExpressionError("the expression is empty", 0)
    return _Parser(tokenize(text)).whole()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def whole(self) -> Node:
        node = self._any_of()
        if self._token.kind is not Kind.END:
            raise self._unexpected("is there an 'and', 'or' or a sign missing before it?")
        if node.height() > MAX_EXPRESSION_DEPTH:
            raise ExpressionError(
                "the expression has too many parts", 0, "set a variable to a part of it first"
            )
        return node

    def _any_of(self) -> Node:
        self._depth += 1
        if self._depth > MAX_EXPRESSION_DEPTH:
            raise ExpressionError("the expression is nested too deeply", self._token.position)
        operands = self._list_of(self._all_of, "or")
        self._depth -= 1
        return operands[0] if len(operands) == 1 else AnyOf(operands)

    def _all_of(self) -> Node:
        operands = self._list_of(self._negation, "and")
        return operands[0] if len(operands) == 1 else AllOf(operands)

    def _list_of(self, operand: Callable[[], Node], word: str) -> tuple[Node, ...]:
        operands = [operand()]
        while self._take(Kind.WORD, word):
            operands.append(operand())
        return tuple(operands)

    def _negation(self) -> Node:
        if not self._take(Kind.WORD, "not"):
            return self._comparison()
        nots = 1
        while self._take(Kind.WORD, "not"):
            nots += 1
        operand = self._comparison()
        return Not(operand) if nots % 2 else Not(Not(operand))

    def _comparison(self) -> Node:
        operands, signs = [self._sum()], []
        while sign := self._comparison_sign():
            signs.append(sign)
            operands.append(self._sum())
        return Comparison(tuple(operands), tuple(signs)) if signs else operands[0]

    def _comparison_sign(self) -> str:
        for sign in _COMPARISONS:
            if self._take(Kind.SIGN, sign):
                return sign
        if self._take(Kind.WORD, "in"):
            return "in"
        if self._token[:2] == (Kind.WORD, "not") and self._tokens[self._at + 1][:2] == (Kind.WORD, "in"):
            self._at += 2
            return "not in"
        return ""

    def _sum(self) -> Node:
        return self._chain(self._product, "+-")

    def _product(self) -> Node:
        return self._chain(self._signed, "*/%")

    def _chain(self, operand: Callable[[], Node], signs: str) -> Node:
        node, length = operand(), 1
        while self._token.kind is Kind.SIGN and self._token.value in signs:
            sign = self._next().value
            length += 1
            if length > MAX_EXPRESSION_DEPTH:
                raise ExpressionError(
                    "the expression has too many parts", 0, "set a variable to a part of it first"
                )
            node = Arithmetic(sign, node, operand())
        return node

    def _signed(self) -> Node:
        if not self._take(Kind.SIGN, "-"):
            return self._indexed()
        if self._token[:2] == (Kind.SIGN, "-"):
            raise self._unexpected("")
        return Negative(self._indexed())

    def _indexed(self) -> Node:
        node = self._primary()
        while self._take(Kind.SIGN, "["):
            node = Item(node, self._any_of())
            self._expect("]")
        return node

    def _primary(self) -> Node:
        token = self._token
        if token.kind in (Kind.NUMBER, Kind.TEXT):
            return Literal(self._next().value)
        if token.kind is Kind.WORD and token.value in _CONSTANTS:
            return Literal(_CONSTANTS[self._next().value])
        if token.kind is Kind.NAME:
            self._next()
            return self._call(token) if self._take(Kind.SIGN, "(") else Name(token.value, token.position)
        if self._take(Kind.SIGN, "("):
            node = self._any_of()
            self._expect(")")
            return node
        if self._take(Kind.SIGN, "["):
            return Items(self._arguments("]"))
        raise self._unexpected("")

    def _call(self, name: Token) -> Node:
        function = FUNCTIONS.get(name.value)
        if function is None:
            raise ExpressionError(
                f"unknown function '{name.value}'", name.position, nearest(name.value, FUNCTIONS).question
            )
        arguments = self._arguments(")")
        if len(arguments) < function.least or (function.most is not None and len(arguments) > function.most):
            raise ExpressionError(
                f"wrong number of arguments for '{function.name}'", name.position, f"write {function.usage}"
            )
        return Call(function.name, arguments)

    def _arguments(self, closing: str) -> tuple[Node, ...]:
        arguments: list[Node] = []
        if self._take(Kind.SIGN, closing):
            return ()
        while True:
            arguments.append(self._any_of())
            if self._take(Kind.SIGN, closing):
                return tuple(arguments)
            self._expect(",")

    def _next(self) -> Token:
        token = self._token
        self._at += 1
        return token

    def _take(self, kind: Kind, value: str) -> bool:
        if self._token.kind is kind and self._token.value == value:
            self._at += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._take(Kind.SIGN, sign):
            raise self._unexpected(f"a '{sign}' is missing")

    def _unexpected(self, hint: str) -> ExpressionError:
        token = self._token
        if token.kind is Kind.END:
            return ExpressionError("the expression ends too early", token.position, hint)
        shown = f"'{token.value}'" if token.kind in (Kind.SIGN, Kind.WORD, Kind.NAME) else token.kind.value
        return ExpressionError(f"unexpected {shown}", token.position, hint)
