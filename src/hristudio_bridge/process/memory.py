"""The memory of a process that handles images.

By itself the C library asks the kernel for every block above some size and returns it at once, so each
camera image pays for hundreds of fresh pages, several times on its way: 1.5 ms of an image's 3 ms
(docs/decisions/0054-large-messages.md).
"""

import ctypes
import gc
from typing import Any

# numbers of mallopt's parameters in malloc.h
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
# the highest that glibc takes for the second
LARGE_BYTES = 32 * 1024 * 1024


def keep_large_blocks() -> None:
    """Let large blocks come from memory that the process has already."""
    libc = _libc()
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        libc.mallopt(M_TRIM_THRESHOLD, LARGE_BYTES)


def give_back() -> None:
    """Return what is free to the kernel; takes about a millisecond."""
    libc = _libc()
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)


def settle() -> None:
    """Say that the process is built: the collector need not look at it again, so its pauses stay short."""
    gc.collect()
    gc.freeze()
    give_back()


def _libc() -> Any:
    return ctypes.CDLL(None)
