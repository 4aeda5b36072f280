"""Reading a small file that holds secrets: bounded, never waiting, its content in no exception."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LIMIT = 1 << 20  # bytes; the genuine documents have a few KiB


def read_bytes(path: Path) -> tuple[bytes | None, str]:
    """The bytes of a regular file and "found", or None and the reason ("none" where there is no file)."""
    try:
        # Opening a named pipe would wait for its writer.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return None, "not a file"
            raw = file.read(_LIMIT + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None, "none"
    except IsADirectoryError:
        return None, "not a file"
    except OSError:
        return None, "no permission"
    return (raw, "found") if len(raw) <= _LIMIT else (None, "too large")


def json_object(raw: bytes) -> Mapping[str, object] | None:
    """The JSON object in `raw`, or None; a JSON error would hold the whole document, so it ends here."""
    try:
        root: Any = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return root if isinstance(root, dict) else None
