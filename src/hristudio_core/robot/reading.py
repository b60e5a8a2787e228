"""What reading one profile gathers: its problems, and the names that its templates use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hristudio_core.document import suggestion
from hristudio_core.expressions import ExpressionError, Template, parse_template, uses
from hristudio_core.robot.errors import FieldError
from hristudio_core.robot.fields import FieldPath

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hristudio_core.document import Problems
    from hristudio_core.robot.place import Place


@dataclass(frozen=True)
class Use:
    """A name in a placeholder."""

    name: str
    place: Place
    offset: int


@dataclass
class Reading:
    """Carried through the reading of one file."""

    problems: Problems
    _uses: list[Use] = field(default_factory=list)

    def problem(self, place: Place, message: str, hint: str = "", offset: int = 0) -> None:
        """Note a problem of what stands at a place, or at a character of its text."""
        self.problems.add(place.node.spot(offset), message, hint=hint, path=place.path)

    def expected(self, words: str, place: Place, hint: str = "") -> None:
        """Note that something else was expected here."""
        if not place.node.faulty:
            self.problem(place, f"expected {words}, found {place.kind}", hint)

    def suggest(self, word: str, known: Iterable[str]) -> str:
        """Give a hint for an unknown word."""
        return suggestion(word, known) if self.problems.guessing else ""

    def template(self, place: Place) -> Template:
        """Read what stands here, with placeholders in its texts."""
        legal = [self._note_uses(scalar) for scalar in place.scalars()]
        return parse_template(place.plain() if all(legal) else None)

    def _note_uses(self, scalar: Place) -> bool:
        if not isinstance(scalar.value, str):
            return True
        try:
            parse_template(scalar.value)
            found = uses(scalar.value)
        except ExpressionError as error:
            message = f"in the placeholder: {error.reason}"
            self.problem(scalar, message, error.hint, max(error.position, 0))
            return False
        self._uses += [Use(use.name, scalar, use.position) for use in found]
        return True

    def uses_in(self, place: Place) -> Iterator[Use]:
        """Give the names that templates below a place use, in the order of the file."""
        return (use for use in self._uses if use.place.path.startswith(f"{place.path}."))

    def field_path(self, place: Place) -> FieldPath | None:
        """Read the path of a message's field."""
        try:
            return FieldPath(place.text)
        except FieldError as error:
            self.problem(place, f"'{place.text}' {error.reason}")
            return None
