"""The icon on Windows, with Windows given as an argument."""

import io
import struct
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tray.desktop.contract import Icon, Menu, MenuItem
from tray.desktop.picture import Picture, icon_resource
from tray.desktop.windows import User32, clip, escape, icon_class

RIGHT_CLICK, BALLOON_CLICK, DISPLAY_CHANGE, DPI_CHANGE = 0x0205, 0x0405, 0x007E, 0x02E0


class Shell(Icon):
    """pystray's class for Windows, without Windows."""

    def __init__(self, name, **contract):
        super().__init__(name, **contract)
        self._message_handlers = {DISPLAY_CHANGE: self._on_display_change}
        self._hwnd = 1
        self._icon_handle = None
        self.messages, self.released, self.built, self.notified = [], [], [], []
        self.on_menu = lambda: None

    def _show(self):
        self._assert_icon_handle()
        self._message(0, 0, hIcon=self._icon_handle, szTip=self.title)

    def _hide(self):
        self._message(2, 0)

    def _update_icon(self):
        self._release_icon()
        self._assert_icon_handle()
        self._icon_valid = True

    def _update_title(self):
        self._message(1, 0, szTip=self.title)

    def _notify(self, message, title=None):
        self._message(1, 0x10, szInfo=message, szInfoTitle=title)

    def _update_menu(self):
        self.built.append(self._menu)

    def _message(self, code, flags, **texts):
        self.messages.append((code, texts))

    def _release_icon(self):
        if self._icon_handle:
            self.released.append(self._icon_handle)
            self._icon_handle = None

    def _on_display_change(self, _wparam, _lparam):
        self._hide()
        self._show()

    def _on_notify(self, _wparam, lparam):
        if lparam == RIGHT_CLICK:
            self.on_menu()  # the menu is open for as long as this takes


class FakeSystem:
    """A desktop with a size for icons, and handles that count up."""

    def __init__(self):
        self.size = 24
        self.made = []
        self.aware = False

    def be_dpi_aware(self):
        self.aware = True

    def icon_size(self):
        return self.size

    def make_icon(self, resource, size):
        self.made.append((struct.unpack_from("<Iii", resource), size))
        return 100 + len(self.made)


class Bench:
    """An icon, its messages, and the loop's queue."""

    def __init__(self):
        self.posted, self.shown, self.noted = [], [], []
        self.system = FakeSystem()
        win32 = SimpleNamespace(PostMessage=lambda *message: self.posted.append(message))
        made = icon_class(SimpleNamespace(Icon=Shell, win32=win32), lambda: self.system)
        self.icon = made(
            "name",
            label="Label",
            app_icon="x",
            on_shown=self.shown.append,
            on_note=lambda: self.noted.append(1),
            title="t" * 200,
            menu=Menu(MenuItem("Open", None)),
        )

    def loop(self):
        """The message loop delivers what was posted."""
        while self.posted:
            _, message, wparam, lparam = self.posted.pop(0)
            self.icon._message_handlers[message](wparam, lparam)

    def show(self, key="a"):
        self.icon.icon = Picture(key, lambda size: Image.new("RGBA", (size, size)))
        self.icon.visible = True


@pytest.fixture
def bench():
    return Bench()


def test_the_process_is_dpi_aware_before_its_first_window(bench):
    assert bench.system.aware


def test_the_icon_has_the_very_size_of_the_tray(bench):
    bench.show()
    assert bench.system.made == [((40, 24, 48), 24)]
    assert bench.shown == [True]


@pytest.mark.parametrize("message", [DISPLAY_CHANGE, DPI_CHANGE])
def test_another_resolution_draws_the_icon_again_and_frees_the_old_one(bench, message):
    bench.show()
    bench.system.size = 32
    bench.icon._message_handlers[message](0, 0)
    assert [size for _, size in bench.system.made] == [24, 32]
    assert bench.icon.released == [101]


def test_an_icon_that_windows_refuses_is_none(bench):
    bench.system.make_icon = lambda *_: 0
    bench.show()
    assert bench.icon._icon_handle is None


def test_no_text_is_longer_than_its_field(bench):
    bench.show()
    bench.icon._notify("b" * 400, "h" * 100)
    (_, shown), (_, note) = bench.icon.messages
    assert len(shown["szTip"]) == 127
    assert (len(note["szInfo"]), len(note["szInfoTitle"])) == (255, 63)


def test_a_note_without_text_is_still_shown(bench):
    assert bench.icon.send_note("", "", "key")
    bench.loop()
    assert bench.icon.messages == [(1, {"szInfo": " ", "szInfoTitle": "Label"})]


def test_what_is_posted_runs_in_the_message_loop_and_nothing_is_left_behind(bench):
    done = []
    bench.icon.post(lambda: done.append(1))
    bench.icon.post(lambda: done.append(2))
    assert done == []
    del bench.posted[0]  # Windows may drop a message
    bench.loop()
    assert done == [1, 2]


def test_a_click_on_the_note_is_told(bench):
    bench.icon._on_notify(0, BALLOON_CLICK)
    assert bench.noted == [1]


def test_an_open_menu_is_not_torn_down_but_renewed_when_it_closes(bench):
    new = Menu(MenuItem("Other", None))
    bench.icon.update_menu()
    built_while_open = []

    def change():
        bench.icon.menu = new
        built_while_open.extend(bench.icon.built)

    bench.icon.on_menu = change
    bench.icon._on_notify(0, RIGHT_CLICK)
    assert len(built_while_open) == 1
    assert bench.icon.built[1:] == [new]


def test_a_menu_is_built_once(bench):
    for _ in range(3):
        bench.icon.update_menu()
    assert len(bench.icon.built) == 1


def test_an_ampersand_is_shown():
    assert escape("A & B") == "A && B"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80), st.integers(2, 40))
def test_clipped_text_fits_and_has_no_half_characters(text, units):
    clipped = clip(text, units)
    assert len(clipped.encode("utf-16-le")) <= units * 2
    assert "\0" not in clipped
    if len(text.encode("utf-16-le")) <= units * 2 and "\0" not in text:
        assert clipped == text


def test_clipped_text_says_so():
    assert clip("battery 🔋🔋", 10) == "battery …"


def test_the_icon_resource_is_an_icon_that_pillow_reads_back():
    image = Image.new("RGBA", (20, 20))
    for x in range(20):
        for y in range(20):
            image.putpixel((x, y), (x * 12, y * 12, 77, 255 - x - y))
    resource = icon_resource(image)
    head = struct.pack("<HHHBBBBHHII", 0, 1, 1, 20, 20, 0, 0, 1, 32, len(resource), 22)
    with Image.open(io.BytesIO(head + resource)) as read:
        assert read.convert("RGBA").tobytes() == image.tobytes()


class NewUser32:
    """user32.dll of Windows 11, with a taskbar on a monitor of 150 %."""

    class _Function:
        restype = None

        def __init__(self, answer):
            self.answer = answer

        def __call__(self, *arguments):
            return self.answer(*arguments)

    def __init__(self, dpi=144):
        make = self._Function
        self.CreateIconFromResourceEx = make(lambda data, length, *_: 77 if len(data) == length else None)
        self.FindWindowW = make(lambda name, _: 5 if name == "Shell_TrayWnd" else None)
        self.GetDpiForWindow = make(lambda _: dpi)
        self.GetDpiForSystem = make(lambda: 192)
        self.GetSystemMetricsForDpi = make(lambda index, at: {49: 16}[index] * at // 96)
        self.contexts = []
        self.SetProcessDpiAwarenessContext = make(lambda context: self.contexts.append(context.value))


def test_the_size_follows_the_taskbars_monitor_then_the_system():
    assert User32(NewUser32()).icon_size() == 24
    assert User32(NewUser32(dpi=0)).icon_size() == 32


def test_windows_makes_the_icon_and_a_refusal_is_nought():
    assert User32(NewUser32()).make_icon(b"resource", 24) == 77
    library = NewUser32()
    library.CreateIconFromResourceEx.answer = lambda *_: None
    assert User32(library).make_icon(b"resource", 24) == 0


def test_awareness_is_per_monitor_version_two():
    library = NewUser32()
    User32(library).be_dpi_aware()
    assert library.contexts[0] & 0xFFFFFFFF == 0xFFFFFFFC  # -4 as a pointer


def test_an_older_windows_still_has_an_icon():
    library = SimpleNamespace(
        CreateIconFromResourceEx=NewUser32._Function(None),
        FindWindowW=NewUser32._Function(lambda *_: 5),
        GetSystemMetrics=lambda index: {49: 16}[index],
        SetProcessDPIAware=lambda: None,
    )
    system = User32(library)
    system.be_dpi_aware()
    assert system.icon_size() == 16
