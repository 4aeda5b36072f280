"""Programs measured side by side: alternating runs, each with its time, work and largest process."""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# A small process between us and the measured one: what the kernel remembers of a process's size begins with that of
# the process that started it, and ours is large.
_RUN = """
import json, os, sys, time
begun = time.perf_counter()
null = os.open(os.devnull, os.O_RDWR)
out = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1)]
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=out)
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - begun
print(json.dumps([os.waitstatus_to_exitcode(status), wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


class Run(NamedTuple):
    """What one run took, all its processes together but for `memory`: MiB of the largest."""

    wall: float  # seconds
    work: float  # seconds of CPU, user's and system's
    memory: float


class Program(NamedTuple):
    """A command with its whole environment; `before` is done ahead of each run and not measured."""

    command: Sequence[str]
    env: Mapping[str, str]
    before: Callable[[], None] = lambda: None


def run(program: Program) -> Run:
    """One run; it must end well."""
    program.before()
    small = [sys.executable, "-I", "-S", "-c", _RUN, *program.command]
    said = subprocess.run(
        small, env=dict(program.env), capture_output=True, text=True, check=True, timeout=300
    )
    code, wall, work, memory = json.loads(said.stdout)
    assert code == 0, (program.command, said.stderr[-2000:])
    return Run(wall, work, memory)


def in_turns(programs: Sequence[Program], rounds: int) -> list[list[Run]]:
    """The runs of each program, after one of each that does not count."""
    for program in programs:
        run(program)
    found: list[list[Run]] = [[] for _ in programs]
    for _ in range(rounds):
        for runs, program in zip(found, programs, strict=True):
            runs.append(run(program))
    return found


def column(runs: Sequence[Run], name: str) -> list[float]:
    return [getattr(one, name) for one in runs]


def ratios(ours: Sequence[Run], theirs: Sequence[Run], name: str) -> list[float]:
    """Our values by the median of theirs: their median is the ratio of both medians."""
    middle = median(column(theirs, name))
    return [value / middle for value in column(ours, name)]
