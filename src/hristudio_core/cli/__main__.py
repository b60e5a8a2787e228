"""`python -m hristudio_core.cli`."""

import sys

from hristudio_core.cli import main

sys.exit(main())
