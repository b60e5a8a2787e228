"""Patterns over ROS names: `*` within one part of a name, `**` over any number of them."""

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def _compile(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*|\*|\?)", pattern)
    wild = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(wild.get(part, re.escape(part)) for part in parts), re.DOTALL)


class Globs:
    """A list of patterns; one that begins with no slash counts from the bridge's namespace."""

    def __init__(self, patterns: tuple[str, ...], namespace: str = "/") -> None:
        prefix = namespace.rstrip("/") + "/"
        self._patterns = tuple(
            _compile(pattern if pattern.startswith(("/", "**")) else prefix + pattern) for pattern in patterns
        )

    def match(self, name: str) -> bool:
        """Tell whether a name fits one of the patterns."""
        return any(pattern.fullmatch(name) for pattern in self._patterns)
