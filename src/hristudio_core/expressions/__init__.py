"""The small safe language of conditions and placeholders.

Texts are cut into tokens, read into a frozen tree once, and evaluated over variables. There is no
attribute access, no call but a listed few, no power, and every value is bounded: evaluating an
expression of any author ends quickly and has no effects.
"""

from __future__ import annotations

from hristudio_core.expressions._expression import Expression, parse_expression
from hristudio_core.expressions._functions import FUNCTIONS, Function, as_text
from hristudio_core.expressions._template import Template, parse_template, uses
from hristudio_core.expressions._tokens import RESERVED_WORDS
from hristudio_core.expressions.errors import ExpressionError

__all__ = [
    "FUNCTIONS",
    "RESERVED_WORDS",
    "Expression",
    "ExpressionError",
    "Function",
    "Template",
    "as_text",
    "parse_expression",
    "parse_template",
    "uses",
]
