"""The icon as a StatusNotifierItem."""

import sys
from threading import Thread

import pytest

from tests.fake_bus import BUS, FakeBus, member, wait_for
from tray.desktop.contract import Menu, MenuItem
from tray.desktop.picture import SIZES, Picture, pixmaps
from tray.desktop.sni import ITEM, Icon
from tray.desktop.watcher import WATCHER

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the icon of Linux")
ITEM_PATH = "/StatusNotifierItem"
HOSTED = {"RegisterStatusNotifierItem": (None, ()), "Get": ("v", (("b", True),)), "RequestName": ("u", (1,))}


class Flat:
    """An image of one colour."""

    def __init__(self, size, rgba=b"\x01\x02\x03\x80"):
        self.size = (size, size)
        self._rgba = rgba

    def tobytes(self):
        return self._rgba * (self.size[0] * self.size[1])


class Running:
    """An icon that runs on a thread, and what it told."""

    def __init__(self, bus, **contract):
        self.bus = bus
        self.shown, self.noted, self.clicked = [], [], []
        contract.setdefault("menu", Menu(MenuItem("Open", lambda: self.clicked.append("open"), default=True)))
        self.icon = Icon(
            "tray-name",
            label="Tray Label",
            address="unix:path=/nowhere",
            on_shown=self.shown.append,
            on_note=lambda: self.noted.append(1),
            connect=bus,
            **contract,
        )
        self.thread = Thread(target=lambda: self.icon.run(setup=lambda _: None), daemon=True)
        self.thread.start()
        assert wait_for(lambda: bus.named("AddMatch"))

    def show(self, key="a", at=Flat):
        def change():
            self.icon.icon = Picture(key, at)
            self.icon.visible = True

        self.icon.post(change)

    def properties(self):
        return self.bus.ask(ITEM_PATH, "org.freedesktop.DBus.Properties", "GetAll", "s", ITEM).body[0]

    def close(self):
        self.icon.stop()
        self.thread.join(3)
        assert not self.thread.is_alive()


@pytest.fixture
def running():
    made = []

    def make(answers=HOSTED, **contract):
        made.append(Running(FakeBus(answers), **contract))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_it_registers_once_it_has_something_to_show_and_is_active_by_then(running):
    status = []
    bus = None

    def registered(_):
        status.append(run.icon._properties()["Status"])
        return None, ()

    run = running({**HOSTED, "RegisterStatusNotifierItem": registered})
    bus = run.bus
    assert not bus.named("RegisterStatusNotifierItem")
    run.show()
    assert wait_for(lambda: run.shown == [True])
    assert status == [("s", "Active")]
    (call,) = bus.named("RegisterStatusNotifierItem")
    assert call.body[0].startswith(ITEM + "-")
    assert bus.named("RequestName")[0].body[0] == call.body[0]


def test_every_property_of_the_interface_is_there(running):
    run = running(title="Claude Max: 58% left")
    run.show()
    assert wait_for(lambda: run.shown == [True])
    found = run.properties()
    assert found["Id"] == ("s", "tray-name")
    assert found["Title"] == ("s", "Tray Label")
    assert found["Category"] == ("s", "ApplicationStatus")
    assert found["ItemIsMenu"] == ("b", False)
    assert found["Menu"] == ("o", "/MenuBar")
    assert found["IconName"] == ("s", "")
    assert found["ToolTip"] == ("(sa(iiay)ss)", ("", [], "Claude Max: 58% left", ""))
    signature, pictures = found["IconPixmap"]
    assert signature == "a(iiay)"
    assert [(w, h) for w, h, _ in pictures] == [(size, size) for size in SIZES]
    assert pictures[0][2][:4] == b"\x80\x01\x02\x03"


def test_a_new_picture_is_announced_and_drawn_only_when_asked_for(running):
    run = running()
    run.show()
    drawn = []
    run.show("b", lambda size: drawn.append(size) or Flat(size, b"\xff\x00\x00\xff"))
    assert wait_for(lambda: len(run.bus.named("NewIcon")) == 2)
    assert drawn == []
    for _ in range(2):
        assert run.properties()["IconPixmap"][1][0][2][:4] == b"\xff\xff\x00\x00"
    assert drawn == list(SIZES)


def test_a_new_tooltip_is_announced(running):
    run = running()
    run.show()
    run.icon.post(lambda: setattr(run.icon, "title", "other"))
    assert wait_for(lambda: run.bus.named("NewToolTip"))
    assert run.properties()["ToolTip"][1][2] == "other"


@pytest.mark.parametrize("how", ["Activate", "SecondaryActivate", "ContextMenu"])
def test_a_click_that_is_not_the_menu_runs_the_default_action(running, how):
    run = running()
    run.bus.ask(ITEM_PATH, ITEM, how, "ii", 3, 4)
    assert run.clicked == ["open"]


def test_the_wheel_and_a_focus_token_do_nothing(running):
    run = running()
    run.bus.ask(ITEM_PATH, ITEM, "Scroll", "is", 1, "vertical")
    run.bus.ask(ITEM_PATH, ITEM, "ProvideXdgActivationToken", "s", "token")
    assert run.clicked == []


def test_the_menu_is_served_and_its_lines_can_be_clicked(running):
    run = running()
    reply = run.bus.ask("/MenuBar", "com.canonical.dbusmenu", "GetLayout", "iias", 0, -1, [])
    ((_, (number, properties, _)),) = reply.body[1][2]
    assert properties["label"] == ("s", "Open")
    run.bus.ask("/MenuBar", "com.canonical.dbusmenu", "Event", "isvu", number, "clicked", ("i", 0), 0)
    assert run.clicked == ["open"]


def test_a_changed_menu_is_announced(running):
    run = running()
    run.icon.post(lambda: setattr(run.icon, "menu", Menu(MenuItem("Open", None), MenuItem("Quit", None))))
    assert wait_for(lambda: len(run.bus.named("LayoutUpdated")) == 1)


def test_a_panel_that_returns_gets_the_icon_again(running):
    run = running()
    run.show()
    assert wait_for(lambda: run.shown == [True])
    run.bus.owner_changed(WATCHER, "")
    run.bus.owner_changed(WATCHER, ":1.99")
    assert wait_for(lambda: run.shown == [True, False, True])
    assert len(run.bus.named("RegisterStatusNotifierItem")) == 2


def test_a_lost_bus_is_told(running):
    run = running()
    run.show()
    assert wait_for(lambda: run.shown == [True])
    run.bus.lose()
    assert wait_for(lambda: run.shown == [True, False])


def test_a_stranger_cannot_fake_a_watcher(running):
    run = running()
    run.show()
    assert wait_for(lambda: run.shown == [True])
    run.bus.signal(BUS, "NameOwnerChanged", "sss", WATCHER, ":1.2", "", sender=":1.66")
    run.properties()  # answered after the signal was heard
    assert run.shown == [True]


def test_a_click_on_a_notification_is_told(running):
    answers = {**HOSTED, "GetCapabilities": ("as", (["actions"],)), "Notify": ("u", (5,))}
    run = running(answers)
    assert run.icon.send_note("title", "body", "key")
    run.bus.signal("org.freedesktop.Notifications", "ActionInvoked", "us", 5, "default")
    assert wait_for(lambda: run.noted == [1])


def test_without_a_bus_it_still_runs_and_ends():
    icon = Icon("name", address=None)
    done = []
    icon.post(lambda: done.append(1))
    icon.post(icon._stop)
    icon.run(setup=lambda _: None)
    assert done == [1]
    assert not icon.send_note("title", "body", "key")


def test_other_paths_are_refused(running):
    reply = running().bus.ask("/Elsewhere", ITEM, "Activate", "ii", 0, 0)
    assert member(reply) is None
    assert reply.header.message_type.name == "error"


def test_equal_keys_are_equal_pictures():
    assert Picture("a", Flat) == Picture("a", lambda _: None)
    assert Picture("a", Flat) != Picture("b", Flat)
    assert pixmaps(Picture("flat", Flat)) is pixmaps(Picture("flat", lambda _: None))
