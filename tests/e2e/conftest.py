"""The desktop of the end-to-end tests: started once, one fresh person for each test."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import dev
from tests.e2e.desktop import Desktop, missing
from tests.e2e.scene import Scene
from tests.e2e.vendor import USAGE, Vendor, usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.person import Person


def pytest_runtest_setup() -> None:
    """Skip where the desktop is not installed; from here, so that pytest folds all skips into one line."""
    lacking = missing()
    if lacking:
        pytest.skip(f"no {', '.join(lacking)}: {dev.install_line([*dev.DESKTOP_PACKAGES])}")


@pytest.fixture(scope="session")
def desktop() -> Iterator[Desktop]:
    """A dark XFCE-like desktop."""
    started = Desktop()
    try:
        started.start()
        yield started
    finally:
        started.stop()


@pytest.fixture
def person(desktop: Desktop) -> Iterator[Person]:
    """A fresh user; what was started as this user must end when told, and leaves nothing behind."""
    desktop.forget_notifications()
    somebody = desktop.person()
    yield somebody
    left = somebody.stop()
    desktop.wait_for_no_icon()
    assert left == {}, "processes outlived the program that started them"


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """The vendors' servers, on this machine."""
    with Vendor() as running:
        yield running


@pytest.fixture
def scene(person: Person, vendor: Vendor) -> Scene:
    """What lies in the person's home, to be laid there; the vendors are those of this machine."""
    person.env.update(vendor.env)
    return Scene(person)


@pytest.fixture
def claude(scene: Scene, vendor: Vendor) -> Scene:
    """Claude Code signed in and at work, its usage switched on, 42 % of the session used."""
    vendor.answer(USAGE, usage(42, 10))
    scene.set(claude_code_usage=True)
    scene.claude_login()
    scene.claude_works()
    return scene


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show with a failure what the program said, and keep a picture of the screen."""
    report = yield
    somebody = getattr(item, "funcargs", {}).get("person")
    if report.when == "call" and report.failed and somebody:
        picture = Path(tempfile.mkdtemp(prefix="failed-")) / f"{item.name}.png"
        item.funcargs["desktop"].screen.picture(picture)
        report.sections.append(("screen", str(picture)))
        if somebody.log.exists():
            report.sections.append(("program", somebody.log.read_text(errors="replace")[-4000:]))
    return report
