"""Write the JSON Schema of the language, for ``config/protocol.schema.json``."""

from __future__ import annotations

import sys

from hristudio_core.protocol.schema import schema_text

if __name__ == "__main__":
    sys.stdout.write(schema_text())
