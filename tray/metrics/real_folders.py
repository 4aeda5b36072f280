"""Where folders really lie, so that a link and what it leads to are one place.

A folder that is not there is called as it was written; on Windows large and small letters are the same.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from tray.metrics.alongside import Alongside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MOST = 500  # folders that are looked for at once
SECONDS = 0.2  # that this may take: a dead disk holds whoever asks it


class RealFolders:
    """Remembers what was found; what there was no time for is found the next time."""

    def __init__(
        self,
        find: Callable[[str], str | None] | None = None,
        *,
        most: int = MOST,
        seconds: float = SECONDS,
        fold: Callable[[str], str] = os.path.normcase,
    ) -> None:
        self._find, self._most, self._seconds, self._fold = find or real, most, seconds, fold
        self._known: dict[str, str] = {}
        self._written: dict[str, str] = {}  # by folded text how it was written first
        self._asked: set[str] = set()  # also those that hang

    def of(self, folders: Iterable[str]) -> Mapping[str, str]:
        """By text where it lies; those that are not in it lie where they say, as far as anybody knows."""
        new = [folder for folder in dict.fromkeys(folders) if folder and folder not in self._asked][
            : self._most
        ]
        if new:
            self._asked.update(new)
            jobs = [partial(self._find, folder) for folder in new]
            found = Alongside(jobs).run(1, self._seconds)
            for number, folder in enumerate(new):
                if number not in found:  # the first of them hangs, the others had no time
                    self._asked.difference_update(new[number + 1 :])
                    break
                place = found[number] or folder
                self._known[folder] = self._written.setdefault(self._fold(place), place)
        return {folder: place for folder, place in self._known.items() if folder != place}


def real(folder: str) -> str | None:
    """The folder without links on the way; None where there is none."""
    try:
        return os.path.realpath(folder, strict=True) if os.path.isabs(folder) else None  # noqa: PTH117
    except (OSError, ValueError):
        return None
