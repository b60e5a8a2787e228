"""Settings of Fast DDS that a process of ours brings along.

* A message that does not fit its transport's buffers (an image: 512 kB of shared memory) loses fragments. By
  itself Fast DDS waits 5 ms before a reader asks for them and 5 ms before a writer sends them again.
* Two processes may miss each other's first announcements; by itself Fast DDS repeats them every 3 s. Ours
  do every half second (docs/decisions/0056-discovery.md).
"""

from collections.abc import MutableMapping
from pathlib import Path

FOLDER = Path(__file__).parent
# Fast DDS 2 (Jazzy) and 3 (Kilted) read different variables and spell the settings differently
PROFILES = {
    "FASTRTPS_DEFAULT_PROFILES_FILE": FOLDER / "fastdds-2.xml",
    "FASTDDS_DEFAULT_PROFILES_FILE": FOLDER / "fastdds-3.xml",
}


def bring_profile(environ: MutableMapping[str, str]) -> None:
    """Name the profile of ours in an environment that names none; call it before `rclpy.init`."""
    if not any(environ.get(name) for name in PROFILES):
        environ.update({name: str(path) for name, path in PROFILES.items()})
