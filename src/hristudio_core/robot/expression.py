"""Arithmetic in templates: `{{ sin(yaw_rad / 2) }}`.

A profile needs a little arithmetic to turn an argument into a robot's own units. The
text is parsed by Python's parser and only the nodes named here are taken, so nothing
else can run: no attribute, no call but the listed ones, no power operator.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from hristudio_core.robot.errors import ExpressionError
from hristudio_core.robot.problems import did_you_mean

MAX_LENGTH = 200

FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "abs": abs,
    "cos": math.cos,
    "degrees": math.degrees,
    "floor": math.floor,
    "max": max,
    "min": min,
    "radians": math.radians,
    "round": round,
    "sin": math.sin,
    "sqrt": math.sqrt,
}
CONSTANTS = {"pi": math.pi}
_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}


class Expression:
    """A checked expression over named values."""

    def __init__(self, text: str) -> None:
        """Parse and check it.

        Raises:
            ExpressionError: It is not legal.
        """
        self.text = text.strip()
        if len(self.text) > MAX_LENGTH:
            raise ExpressionError(f"an expression is longer than {MAX_LENGTH} characters")
        try:
            self._tree = ast.parse(self.text, mode="eval").body
        except (SyntaxError, ValueError) as error:
            raise ExpressionError(f"{self.text!r} is no expression") from error
        self.names = frozenset(_names(self._tree)) - CONSTANTS.keys()

    def value(self, variables: Mapping[str, Any]) -> Any:
        """Compute it.

        Raises:
            ExpressionError: A name is unknown, a value is no number, or there is no result.
        """
        try:
            return _value(self._tree, {**CONSTANTS, **variables})
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise ExpressionError(f"{self.text!r} cannot be computed: {error}") from error


def _names(node: ast.expr) -> set[str]:
    match node:
        case ast.Name():
            return {node.id}
        case ast.Constant(value=int() | float()):
            return set()
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int() | str())):
            return {name}
        case ast.UnaryOp() if type(node.op) in _UNARY:
            return _names(node.operand)
        case ast.BinOp() if type(node.op) in _BINARY:
            return _names(node.left) | _names(node.right)
        case ast.Call(func=ast.Name(id=name), keywords=[]):
            if name not in FUNCTIONS:
                raise ExpressionError(f"no function {name}: {did_you_mean(name, FUNCTIONS)}")
            return {found for argument in node.args for found in _names(argument)}
    raise ExpressionError(f"{ast.unparse(node)!r} is not allowed: only names, numbers, + - * / and functions")


def _value(node: ast.expr, variables: Mapping[str, Any]) -> Any:
    match node:
        case ast.Name():
            if node.id not in variables:
                raise ExpressionError(f"no value for {node.id}")
            return variables[node.id]
        case ast.Constant():
            return node.value
        case ast.Subscript(slice=ast.Constant(value=key)):
            return _value(node.value, variables)[key]
        case ast.UnaryOp():
            return _UNARY[type(node.op)](_number(node.operand, variables))
        case ast.BinOp():
            return _BINARY[type(node.op)](_number(node.left, variables), _number(node.right, variables))
        case ast.Call(func=ast.Name(id=name)):
            return FUNCTIONS[name](*(_number(argument, variables) for argument in node.args))
    raise ExpressionError(f"{ast.unparse(node)!r} is not allowed")  # pragma: no cover - _names refused it


def _number(node: ast.expr, variables: Mapping[str, Any]) -> float:
    value = _value(node, variables)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ExpressionError(f"{ast.unparse(node)} is no number: {value!r}")
    return value
