"""Private files: folders for the user alone, whole files replaced in one step, reads with a bound."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS = 0o077  # the permission bits of everybody else
_BUSY_TRIES = 5


class FolderError(OSError):
    """A folder of ours that can't be used; its text is one sentence for people."""

    def __str__(self) -> str:
        return str(self.strerror)


def unwritable(folder: Path, error: OSError, so: str) -> FolderError:
    """The error in words: which folder, why, and `so` what follows: "so nothing is kept; … works"."""
    return FolderError(
        error.errno, f"The folder {folder} can't be written ({error.strerror or error}), {so}."
    )


def private_folder(path: Path) -> Path:
    """Make sure that the folder exists and is closed to others (0700); returns it. Raises `OSError`."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name != "nt" and path.stat().st_mode & _OTHERS:
        path.chmod(0o700)
    return path


def replace(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Put `data` in the place of the file at once: a reader sees the old or the new content, never a part.

    The new file is 0600. A symbolic link is followed, so that the file of a dotfiles manager stays where it
    is. `durable` waits until the disk has it. Raises `OSError`; the old file is whole then.
    """
    target = os.path.realpath(path)
    # mkstemp creates with 0600 and never follows a link that somebody laid in the way.
    handle, spare = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=os.path.dirname(target))  # noqa: PTH120
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        _rename(spare, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(spare)  # noqa: PTH108 - a plain string, as mkstemp gave it
        raise


def _rename(spare: str, target: str) -> None:
    """`os.replace`; Windows refuses while another process has the target open for a moment."""
    for attempt in range(_BUSY_TRIES):
        try:
            os.replace(spare, target)  # noqa: PTH105
        except PermissionError:
            if os.name != "nt" or attempt == _BUSY_TRIES - 1:
                raise
            time.sleep(0.02)
        else:
            return


def read(path: Path, *, limit: int) -> bytes:
    """The file's bytes. Raises `OSError`, also when there are more than `limit` bytes."""
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(f"{path.name} is larger than {limit} bytes")
    return data
