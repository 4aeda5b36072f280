"""Where a folder's git repository lies, found without git: hundreds of folders cost no process each."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass

_LEVELS = 64
_LINE = 64 << 10  # bytes of a file that holds one line
_POINTER = re.compile(r"gitdir:[ \t]*(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A work tree, or a bare repository, as absolute paths without links.

    `top`: where git is asked; `gitdir`: where this tree's HEAD is; `common`: where the refs are, the same for
    all work trees of one repository; `main`: the folder of its main work tree, else the bare repository.
    """

    top: str
    gitdir: str
    common: str
    main: str


def find(folder: str) -> Place | None:
    """The repository around a folder, by git's rules: the nearest `.git` above, on the same disk.

    None where there is none. A folder that is gone has the one around the place where it was.
    """
    if not os.path.isabs(folder) or "\0" in folder:  # noqa: PTH117
        return None
    try:
        here = os.path.realpath(folder)
    except (OSError, ValueError):  # a name that this system can't have
        return None
    if _is_repository(here, here):
        return Place(top=here, gitdir=here, common=here, main=here)
    disk: int | None = None
    for _ in range(_LEVELS):
        try:
            device = os.stat(here).st_dev  # noqa: PTH116 - paths stay texts: there are many
        except OSError:
            device = None
        if device is not None:
            if disk not in (None, device):
                return None
            disk = device
            found, ends = _at(here)
            if ends:
                return found
        parent = os.path.dirname(here)  # noqa: PTH120
        if parent == here:
            return None
        here = parent
    return None


def small(path: str, limit: int = _LINE) -> bytes | None:
    """The content of a plain file of at most `limit` bytes, else None; a pipe holds nobody up."""
    flags = (
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        handle = os.open(path, flags)
    except (OSError, ValueError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(limit + 1)
    except OSError:
        return None
    finally:
        os.close(handle)
    return data if len(data) <= limit else None


def _at(folder: str) -> tuple[Place | None, bool]:
    """(what `.git` in this folder leads to, whether the search ends here)."""
    entry = os.path.join(folder, ".git")  # noqa: PTH118
    try:
        kind = os.stat(entry).st_mode  # noqa: PTH116
    except (OSError, ValueError):
        return None, False
    if stat.S_ISDIR(kind):
        gitdir = os.path.realpath(entry)
    elif stat.S_ISREG(kind):
        pointer = _POINTER.match(os.fsdecode(small(entry) or b""))
        # A file must not make us ask a server: Windows would sign in there.
        if pointer is None or (os.name == "nt" and _on_server(pointer[1]) and not _on_server(folder)):
            return None, True
        gitdir = os.path.realpath(os.path.join(folder, pointer[1].rstrip("\r\n")))  # noqa: PTH118
    else:
        return None, False
    told = small(os.path.join(gitdir, "commondir"))  # noqa: PTH118
    common = gitdir
    if told is not None:
        common = os.path.realpath(os.path.join(gitdir, os.fsdecode(told).rstrip("\r\n")))  # noqa: PTH118
    if not _is_repository(gitdir, common):
        return None, stat.S_ISREG(kind)
    main = folder
    if told is not None:
        parent, name = os.path.split(common)
        main = parent if name == ".git" else common
    return Place(top=folder, gitdir=gitdir, common=common, main=main), True


def _is_repository(gitdir: str, common: str) -> bool:
    return (
        os.path.isdir(os.path.join(common, "objects"))  # noqa: PTH112, PTH118
        and os.path.isdir(os.path.join(common, "refs"))  # noqa: PTH112, PTH118
        and os.path.lexists(os.path.join(gitdir, "HEAD"))  # noqa: PTH118
    )


def _on_server(path: str) -> bool:
    return path.replace("\\", "/").startswith("//")
