"""Whose program is at the other end of a loopback connection, where the system tells."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

_TABLE = Path("/proc/net/tcp")


def is_ours(client: tuple[str, int], server: tuple[str, int], table: Path = _TABLE) -> bool:
    """False where the client is another user's; also True for root, and where nobody tells.

    The address of a page is an argument of the program that opens it, and other users can read those.
    """
    if not hasattr(os, "getuid"):
        return True
    try:
        lines = table.read_text("ascii").splitlines()[1:]
    except (OSError, ValueError):
        return True
    wanted = [_written(client), _written(server)]
    owners = {parts[7] for parts in map(str.split, lines) if parts[1:3] == wanted and len(parts) > 7}
    return owners <= {"0", str(os.getuid())}


def _written(address: tuple[str, int]) -> str:
    """`0100007F:1F90`: the number as the machine keeps it, then the port."""
    (number,) = struct.unpack("=I", socket.inet_aton(address[0]))
    return f"{number:08X}:{address[1]:04X}"
