"""Fetch the scripts that pages load, as package-lock.json pins them, from npm.

They are served as they are, without a bundler, from a folder that git ignores.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src/hristudio_web/static/vendor"
FILES = (
    "axe-core/axe.min.js",
    "socket.io-client/dist/socket.io.esm.min.js",
)


def main() -> int:
    npm = Path(sys.executable).parent / "npm"
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / name, folder)
        subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
            cwd=folder,
            check=True,
        )
        VENDOR.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copy(Path(folder) / "node_modules" / name, VENDOR / Path(name).name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
