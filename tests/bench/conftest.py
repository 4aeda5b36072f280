"""What the measurements share: the desktop of the end-to-end tests, and the table of figures."""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from typing import TYPE_CHECKING

import pytest

import dev
from tests.bench.figures import Figures
from tests.bench.watching import timed
from tests.e2e.conftest import desktop, person  # noqa: F401 - fixtures
from tests.e2e.desktop import missing

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

_FIGURES = pytest.StashKey[Figures]()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a desktop where none is installed."""
    lacking = missing() if "desktop" in item.fixturenames else []
    if lacking:
        pytest.skip(f"no {', '.join(lacking)}: {dev.install_line([*dev.DESKTOP_PACKAGES])}")


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Figures:
    """Takes every figure, each beside what this machine needs at that moment to start Python at all."""

    def bare() -> float:
        command = [sys.executable, "-c", "pass"]
        return median(timed(lambda: subprocess.run(command, check=True)) for _ in range(3))

    found = Figures(bare)
    request.config.stash[_FIGURES] = found
    return found


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    found = config.stash.get(_FIGURES, None)
    if found is not None:
        terminalreporter.section("figures")
        for line in found.table():
            terminalreporter.write_line(line)
