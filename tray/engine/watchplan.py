"""Which folders to watch for the roots asked for, and which of them an event concerns."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tray.core.source import Root

if TYPE_CHECKING:
    from collections.abc import Mapping

# File systems on which a change by another machine, or by the Windows side of WSL, is not told.
_NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "lustre", "9p", "drvfs", "vboxsf"),
        *("fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.vmhgfs-fuse"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """What an event's path is compared with."""

    group: str
    folder: str
    recursive: bool
    names: frozenset[str]

    def concerns(self, path: str) -> bool:
        parent, name = os.path.split(path)
        if self.names:
            return parent == self.folder and name in self.names
        if self.folder in (parent, path):
            return True
        return self.recursive and path.startswith(_inside(self.folder))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The folders to watch, by their real paths.

    `contents`: for everything in them, with sub-folders where True; `anchors`: for what comes and goes in
    them; `edges`: the paths whose coming or going makes the plan stale.
    """

    marks: tuple[_Mark, ...] = ()
    contents: Mapping[str, bool] = field(default_factory=dict)
    anchors: frozenset[str] = frozenset()
    edges: frozenset[str] = frozenset()

    @property
    def folders(self) -> tuple[str, ...]:
        return (*self.contents, *self.anchors)

    def groups_of(self, path: str) -> set[str]:
        """The groups that an event on this path belongs to."""
        return {mark.group for mark in self.marks if mark.concerns(path)}

    def is_edge(self, path: str) -> bool:
        """Whether the plan must be made anew once this path came or went."""
        if path in self.edges:
            return True
        # A watched file that became a link: from now on its target counts.
        return any(mark.names and mark.concerns(path) for mark in self.marks) and Path(path).is_symlink()


EMPTY = Plan()


def make_plan(groups: Mapping[str, tuple[Root, ...]], home: str) -> Plan:
    """The plan for the folders as they are now; looks at them, opens none.

    The home folder, or one above it, is never watched with its sub-folders.
    """
    marks: list[_Mark] = []
    contents: dict[str, bool] = {}
    anchors: set[str] = set()
    edges: set[str] = set()

    def add(group: str, root: Root) -> None:
        literal = root.path.absolute()
        anchor = _nearest_folder(literal)
        real = Path(os.path.realpath(anchor))
        anchors.add(str(real))
        folder = Path(os.path.realpath(literal))
        edges.update(map(str, (folder, real, real.joinpath(*literal.relative_to(anchor).parts[:1]))))
        recursive = root.recursive and not Path(home).is_relative_to(folder)
        names = frozenset(map(os.path.normcase, root.names))
        marks.append(_Mark(group=group, folder=os.path.normcase(folder), recursive=recursive, names=names))
        if not folder.is_dir():
            return
        contents[str(folder)] = contents.get(str(folder), False) or recursive
        for name in root.names:
            file = folder / name
            if file.is_symlink():  # the file of a dotfiles manager is written where it really is
                edges.add(str(file))
                target = Path(os.path.realpath(file))
                add(group, Root(path=target.parent, names=frozenset({target.name})))

    for group, roots in groups.items():
        for root in roots:
            add(group, root)
    deep = tuple(_inside(folder) for folder, recursive in contents.items() if recursive)
    contents = {f: recursive for f, recursive in contents.items() if not f.startswith(deep)}
    return Plan(
        marks=tuple(marks),
        contents=contents,
        anchors=frozenset(a for a in anchors if a not in contents and not a.startswith(deep)),
        edges=frozenset(map(os.path.normcase, edges)),
    )


def network_type(folder: str, mounts: str) -> str | None:
    """The network file system that the folder is on, or None; `mounts` as in /proc/self/mounts."""
    best, best_type = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields[1])
        # Of two mounts on one folder the later one covers the earlier one.
        if (folder == point or folder.startswith(_inside(point))) and len(point) >= len(best):
            best, best_type = point, fields[2]
    return best_type if best_type in _NETWORK else None


def _nearest_folder(path: Path) -> Path:
    """The nearest folder above the path that exists."""
    return next((above for above in path.parents if above.is_dir()), Path(path.anchor))


def _inside(folder: str) -> str:
    """The beginning of every path in the folder."""
    return folder if folder.endswith(os.sep) else folder + os.sep
