"""Unpacks what others may have packed: files and folders, inside one folder and nowhere else.

The filter "data" of tarfile (PEP 706) would do, but is missing from Python 3.10.0 to 3.10.11 and 3.11.0 to
3.11.3; Debian 12 has 3.11.2.
"""

import os
import shutil
from pathlib import Path
from tarfile import TarError, TarFile, TarInfo

# Of files: theirs to write for their owner alone, and neither set-user-id nor sticky.
KEPT, GIVEN = 0o755, 0o600


class MemberRefusedError(TarError):
    """A member of an archive is no file or folder, or would lie outside."""


def unpack(archive: TarFile, member: TarInfo, into: Path) -> None:
    """Unpack one member as a file or folder of this user.

    Args:
        archive: An archive that is open to be read.
        member: One of its members.
        into: A folder that is there.

    Raises:
        MemberRefusedError: It is a link or a device, or its name leads out of `into`.
        OSError: It cannot be written.
        TarError: The archive is damaged.
    """
    root = into.resolve()
    path = (root / member.name).resolve()
    if not path.is_relative_to(root):
        raise MemberRefusedError(f"{member.name} would lie outside of {into}")
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
        return
    packed = archive.extractfile(member) if member.isreg() else None
    if packed is None:
        raise MemberRefusedError(f"{member.name} is no file and no folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    # A file that is there goes first: what is opened is never somebody else's link.
    path.unlink(missing_ok=True)
    mode = (member.mode & KEPT) | GIVEN
    with packed, os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, GIVEN), "wb") as file:
        shutil.copyfileobj(packed, file)
        os.fchmod(file.fileno(), mode)
    os.utime(path, (member.mtime, member.mtime))
