"""What an agent is to the reader: where its transcripts lie, and how they are told apart and parsed."""

from __future__ import annotations

from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.core.source import Paths
    from tray.metrics.records import Records

State = dict[str, Any]  # what a parser carries from one stretch of a file to the next: JSON values only


class Form(Enum):
    """How an agent keeps what it tells."""

    LINES = "lines"  # JSON lines that only grow
    WHOLE = "whole"  # a document that is replaced
    DATABASE = "database"  # a SQLite file of its own


class Agent(NamedTuple):
    """One client. `ALL` in `tray.metrics.registry` lists them.

    `parser` names a function "module:name" of `(data, end, state, path) -> Records`, loaded when there is
    something to parse: most looks find nothing new. It reads `data[:end]`: for LINES whole lines, for WHOLE
    the whole document, for DATABASE nothing (`path` is opened read-only). It changes `state` and never raises
    over what the data holds: a line that is no record is passed over. `OSError` means "not now": the file is
    read again at the next look.
    """

    id: str  # "claude", "codex", ...: what rows and commands call it
    label: str
    version: int  # of the parser: another one reads every file again
    roots: Callable[[Paths], tuple[Path, ...]]  # folders, each may be missing
    wanted: Callable[[str], bool]  # by file name
    parser: str
    form: Form = Form.LINES
    entered: Callable[[str], bool] = lambda folder: True  # by a folder's name: may it hold transcripts?
    below: tuple[str, ...] = ()  # of a DATABASE: folders in a root that hold files of their own, at any depth
    lasting_keys: bool = True  # a key names its call whatever else the file holds, as a vendor's id does

    def parse(self, data: bytes | bytearray, end: int, state: State, path: str) -> Records:
        """The records of one stretch."""
        return self.loaded()(data, end, state, path)

    def loaded(self) -> Callable[[bytes | bytearray, int, State, str], Records]:
        """The parser; loading takes some hundredths of a second."""
        module, _, function = self.parser.partition(":")
        parser: Callable[[bytes | bytearray, int, State, str], Records] = getattr(
            import_module(module), function
        )
        return parser
