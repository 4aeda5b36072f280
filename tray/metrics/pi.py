"""Pi and OMP, which keeps its sessions in the same form: where they lie; `pi_lines` parses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.metrics.agents import Agent

if TYPE_CHECKING:
    from pathlib import Path

    from tray.core.source import Paths


def _pi_roots(places: Paths) -> tuple[Path, ...]:
    return (places.pi_home / "sessions",)


def _omp_roots(places: Paths) -> tuple[Path, ...]:
    return (places.omp_home / "sessions",)


PI = Agent(
    id="pi",
    label="Pi",
    version=1,
    roots=_pi_roots,
    wanted=lambda file: file.endswith(".jsonl"),
    parser="tray.metrics.pi_lines:parse_pi",
)
OMP = Agent(
    id="omp",
    label="OMP",
    version=1,
    roots=_omp_roots,
    wanted=lambda file: file.endswith(".jsonl"),
    parser="tray.metrics.pi_lines:parse_omp",
)
