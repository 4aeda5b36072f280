"""The icon on macOS, with macOS given as an argument."""

import io
import signal
import subprocess
from types import SimpleNamespace

import pytest
from PIL import Image

from tray.desktop.contract import Icon, Menu, MenuItem
from tray.desktop.macos import icon_class, notify
from tray.desktop.picture import Picture


class MenuBar(Icon):
    """pystray's class for macOS, without macOS."""

    def __init__(self, name, **contract):
        super().__init__(name, **contract)
        self.built, self.images, self.stopped = [], [], 0
        self._icon_image = None
        self._app = SimpleNamespace(policy=None, run=lambda: None)
        self._app.setActivationPolicy_ = lambda policy: setattr(self._app, "policy", policy)
        self._status_bar = SimpleNamespace(removeStatusItem_=lambda item: setattr(self, "removed", item))
        self._status_item = SimpleNamespace(button=lambda: SimpleNamespace(setImage_=self.images.append))

    def _show(self):
        self._assert_image()

    def _hide(self):
        pass

    def _update_menu(self):
        self.built.append(self._menu)

    def _stop(self):
        self.stopped += 1


class FakeImage:
    """NSImage: a size in points, pictures of it, and the template mark."""

    def __init__(self):
        self.pictures, self.template = [], False

    def initWithSize_(self, size):
        self.size = size
        return self

    def addRepresentation_(self, picture):
        self.pictures.append(picture)

    def setTemplate_(self, template):
        self.template = template


class FakePicture:
    """NSBitmapImageRep: the pixels of a PNG, and a size in points."""

    def __init__(self, data):
        with Image.open(io.BytesIO(data)) as image:
            self.pixels = image.size

    def setSize_(self, size):
        self.points = size


class Bench:
    """An icon, the main queue, and the signals that go through Mach."""

    def __init__(self):
        self.queue, self.shown, self.signals = [], [], {}
        queue = SimpleNamespace(addOperationWithBlock_=self.queue.append)
        module = SimpleNamespace(
            Icon=MenuBar,
            AppKit=SimpleNamespace(
                NSMakeSize=lambda width, height: (width, height),
                NSImage=SimpleNamespace(alloc=FakeImage),
                NSBitmapImageRep=SimpleNamespace(imageRepWithData_=FakePicture),
            ),
            Foundation=SimpleNamespace(
                NSOperationQueue=SimpleNamespace(mainQueue=lambda: queue),
                NSData=SimpleNamespace(dataWithBytes_length_=lambda data, length: data[:length]),
            ),
            PyObjCTools=SimpleNamespace(MachSignals=SimpleNamespace(signal=self.signals.__setitem__)),
        )
        self.icon = icon_class(module)(
            "name", label="Label", app_icon="", on_shown=self.shown.append, on_note=lambda: None, menu=Menu()
        )

    def show(self, key="a"):
        self.icon.icon = Picture(key, lambda size: Image.new("RGBA", (size, size)))
        self.icon.visible = True


@pytest.fixture
def bench():
    return Bench()


def test_the_image_is_a_template_that_is_sharp_on_both_kinds_of_display(bench):
    bench.show()
    image = bench.icon.images[-1]
    assert image.template
    assert image.size == (18, 18)
    assert [(each.pixels, each.points) for each in image.pictures] == [
        ((18, 18), (18, 18)),
        ((36, 36), (18, 18)),
    ]
    assert bench.shown == [True]


def test_the_image_is_made_once_for_each_picture(bench):
    bench.show()
    bench.icon._show()
    assert len(bench.icon.images) == 1
    bench.show("b")
    assert len(bench.icon.images) == 2


def test_changes_and_the_end_go_through_the_main_queue(bench):
    done = []
    bench.icon.post(lambda: done.append(1))
    bench.icon._stop()
    assert (done, bench.icon.stopped) == ([], 0)
    for call in bench.queue:
        call()
    assert (done, bench.icon.stopped) == ([1], 1)


def test_it_has_no_dock_icon_and_leaves_the_menu_bar_at_the_end(bench):
    bench.icon.run(setup=lambda _: None)
    assert bench.icon._app.policy == 1
    assert bench.icon.removed is bench.icon._status_item


def test_signal_handlers_of_the_program_are_called_through_mach(bench):
    caught = []
    before = signal.signal(signal.SIGTERM, lambda number, _: caught.append(number))
    try:
        bench.icon.run(setup=lambda _: None)
    finally:
        signal.signal(signal.SIGTERM, before)
    bench.signals[signal.SIGTERM](signal.SIGTERM)
    assert caught == [signal.SIGTERM]


def test_a_menu_is_built_once(bench):
    bench.icon.update_menu()
    bench.icon.update_menu()
    bench.icon.menu = Menu(MenuItem("Open", None))
    assert len(bench.icon.built) == 2


def test_a_notification_is_an_argument_of_the_script_and_never_part_of_it():
    calls = []
    assert notify('-e "quit" \0', "it's 80% & more", lambda command, **how: calls.append((command, how)))
    ((command, how),) = calls
    assert command[:2] == ["osascript", "-e"]
    assert command[3:] == ["--", '-e "quit" ', "it's 80% & more"]
    assert "quit" not in command[2]
    assert how["timeout"] == 5.0


@pytest.mark.parametrize(
    "problem",
    [
        FileNotFoundError(),
        subprocess.TimeoutExpired("osascript", 5),
        subprocess.CalledProcessError(1, "osascript"),
    ],
)
def test_a_notification_that_fails_is_false_and_not_in_the_log(problem, caplog):
    def run(*_, **__):
        raise problem

    assert not notify("title", "private body", run)
    assert "private" not in caplog.text
