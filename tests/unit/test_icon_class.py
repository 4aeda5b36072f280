"""Which Icon class a desktop gets."""

import os
import subprocess
import sys

import pytest

from tray.desktop.icon_class import choose


class Modules:
    """Stands for the modules of other systems, and remembers which were loaded."""

    def __init__(self, problem=None):
        self.loaded = []
        self.problem = problem

    def __call__(self, name):
        self.loaded.append(name)
        if self.problem:
            raise self.problem
        return self

    class Icon:
        """Anybody's."""

    class win32:
        """Has nothing."""

    class AppKit:
        """Has nothing."""

    Foundation = AppKit

    class PyObjCTools:
        """Has nothing."""

        MachSignals = None


def test_linux_gets_our_own_without_loading_any_of_pystrays():
    load = Modules()
    kind = choose({}, "linux", load)
    assert kind.ours
    assert not kind.template
    assert load.loaded == []


@pytest.mark.parametrize("wish", ["appindicator", "gtk"])
def test_a_persons_own_choice_wins(wish):
    load = Modules()
    kind = choose({"PYSTRAY_BACKEND": wish}, "linux", load)
    assert load.loaded == [f"pystray._{wish}"]
    assert kind.make is Modules.Icon
    assert not kind.ours


def test_who_chooses_xorg_gets_the_mended_one():
    assert choose({"PYSTRAY_BACKEND": "xorg"}, "linux", Modules()).make.keywords == {"x_only": True}


@pytest.mark.parametrize(
    ("wish", "problem"),
    [("qt", None), ("gtk", ValueError("Namespace Gtk not available")), ("gtk", ImportError("gi"))],
)
def test_a_choice_that_cannot_be_had_is_named(wish, problem):
    with pytest.raises(ImportError, match=f"PYSTRAY_BACKEND={wish}"):
        choose({"PYSTRAY_BACKEND": wish}, "linux", Modules(problem))


def test_windows_and_macos_get_pystrays_own_mended():
    load = Modules()
    windows, macos = choose({}, "win32", load), choose({}, "darwin", load)
    assert load.loaded == ["pystray._win32", "pystray._darwin"]
    assert windows.escape("A & B") == "A && B"
    assert macos.template
    assert issubclass(windows.make, Modules.Icon)
    assert issubclass(macos.make, Modules.Icon)


@pytest.mark.parametrize("wish", [None, "xorg"])
def test_loading_pystray_needs_no_display_and_leaves_the_environment_alone(wish):
    env = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "PYSTRAY_BACKEND"}}
    if wish:
        env["PYSTRAY_BACKEND"] = wish
    code = "import os, tray.desktop.contract; print(os.environ.get('PYSTRAY_BACKEND'))"
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(wish)
