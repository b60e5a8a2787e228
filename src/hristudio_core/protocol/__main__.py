"""Write what is made from the language: ``schema`` to standard output, ``tables FILE`` into a document."""

from __future__ import annotations

import sys
from pathlib import Path

from hristudio_core.protocol.reference import with_tables
from hristudio_core.protocol.schema import schema_text


def main(arguments: list[str]) -> int:
    """Write the JSON Schema, or renew the tables of a document."""
    if arguments == ["schema"]:
        sys.stdout.write(schema_text())
    elif len(arguments) == 2 and arguments[0] == "tables":
        document = Path(arguments[1])
        document.write_text(with_tables(document.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        sys.stderr.write("usage: python -m hristudio_core.protocol schema | tables FILE\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
