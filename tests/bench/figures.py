"""Measured figures against their bounds: medians, what counts as noise, and the table at the end."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

QUICK = 15.0  # milliseconds that a bare `python -c pass` takes at most where the bounds hold as they stand


@dataclass(frozen=True)
class Figure:
    """One measured quantity; `bound` is what the design promises, scaled where the machine is slow or busy.

    None: nothing is promised, the figure is told for comparison.
    """

    what: str
    samples: tuple[float, ...]
    bound: float | None
    unit: str
    ratio: float | None  # times a bare start of Python, for what takes time

    @property
    def value(self) -> float:
        return median(self.samples)

    @property
    def noise(self) -> float:
        """The median distance from the median: what another run may differ by."""
        return median(abs(sample - self.value) for sample in self.samples)

    @property
    def verdict(self) -> str:
        if self.bound is None:
            return ""
        if self.value <= self.bound:
            return "holds"
        return "noise" if self.value - self.noise <= self.bound else "BROKEN"


class Figures:
    """All figures of one run. `bare` measures a bare start of Python, here and now, in milliseconds."""

    def __init__(self, bare: Callable[[], float]) -> None:
        self._bare = bare
        self._beats: list[float] = []
        self._found: list[Figure] = []

    def hold(self, what: str, samples: Sequence[float], bound: float, unit: str = "ms") -> None:
        """Note the samples and fail where their median breaks the bound by more than noise."""
        figure = self._note(what, samples, bound, unit)
        said = ", ".join(f"{sample:.4g}" for sample in sorted(samples)[:20])
        assert figure.verdict != "BROKEN", f"{what}: {figure.value:.4g} {unit} > {figure.bound:.4g} ({said})"

    def beat(self) -> None:
        """Between two samples: see how fast this machine is just now, whatever else it does."""
        self._beats.append(self._bare())

    def tell(self, what: str, samples: Sequence[float], unit: str = "ms") -> None:
        """Note samples for which nothing is promised."""
        self._note(what, samples, None, unit)

    def _note(self, what: str, samples: Sequence[float], bound: float | None, unit: str) -> Figure:
        slow, ratio = 1.0, None
        if unit == "ms":
            bare = median(self._beats or [self._bare()])
            slow, ratio = max(1.0, bare / QUICK), median(samples) / bare
        figure = Figure(what, tuple(samples), None if bound is None else bound * slow, unit, ratio)
        self._found.append(figure)
        self._beats.clear()
        return figure

    def table(self) -> list[str]:
        """The lines to print, widths fitted."""
        head = ("what", "median", "noise", "bound", "x bare start", "verdict")
        rows = [head, *map(_row, self._found)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.what,
        f"{figure.value:.4g} {figure.unit}",
        f"{figure.noise:.2g}",
        "" if figure.bound is None else f"{figure.bound:.4g} {figure.unit}",
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        figure.verdict,
    )
