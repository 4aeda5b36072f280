"""The tray on any Icon class that keeps pystray's contract."""

from queue import SimpleQueue
from threading import Event, Thread

import pytest

from tests.fake_bus import wait_for
from tray.core.menu import SEPARATOR, Item, ItemKind
from tray.desktop.contract import Icon, Menu
from tray.desktop.icon_class import IconClass
from tray.desktop.icon_host import IconHost


class FakeIcon(Icon):
    """An Icon with a queue for a loop, which counts what it is told."""

    def __init__(self, name, *, on_shown=None, on_note=None, label="", app_icon="", **contract):
        super().__init__(name, **contract)
        self.pictures, self.menus, self.titles, self.notes = [], [], [], []
        self.tell, self.note = on_shown, on_note
        self.loop = SimpleQueue()

    def post(self, call):
        self.loop.put(call)

    def send_note(self, *texts):
        self.notes.append(texts)
        return True

    def _run(self):
        self._mark_ready()
        while call := self.loop.get():
            call()

    def _stop(self):
        self.loop.put(None)

    def _show(self):
        self.shown = True

    def _hide(self):
        self.shown = False

    def _update_icon(self):
        self._icon_valid = True
        self.pictures.append(self._icon)

    def _update_title(self):
        self.titles.append(self._title)

    def _update_menu(self):
        self.menus.append(self._menu)


class Foreign(FakeIcon):
    """One of pystray's own classes: marshals itself, takes an image, has no `post`."""

    post = send_note = None
    HAS_NOTIFICATION = True

    def __init__(self, name, **contract):
        super().__init__(name, **contract)

    def _notify(self, message, title=None):
        self.notes.append((title, message))


class Bench:
    """A host that runs on a thread."""

    def __init__(self, make=FakeIcon, **kind):
        self.actions, self.clicks, self.availability = [], [], []
        self.host = IconHost(
            IconClass(make=make, **kind), "name", "Title", self.actions.append, lambda: self.clicks.append(1)
        )
        self.host.on_availability = self.availability.append
        self.icon = self.host._icon
        self.ready = Event()
        self.thread = Thread(target=self.host.run, args=(self.ready.set,), daemon=True)

    def start(self):
        self.thread.start()
        assert self.ready.wait(3)
        return self

    def settle(self):
        """All that was posted so far is done."""
        done = Event()
        self.host.post(done.set)
        assert done.wait(3)

    def item(self, index):
        return list(self.icon.menu)[index]


@pytest.fixture
def bench():
    made = []

    def make(*args, **kind):
        made.append(Bench(*args, **kind))
        return made[-1]

    yield make
    for each in made:
        each.host.stop()
        if each.thread.is_alive():
            each.thread.join(3)
        assert not each.thread.is_alive()


def image_of(size):
    return f"image of {size}"


def test_an_equal_picture_is_shown_once_and_an_equal_menu_built_once(bench):
    each = bench().start()
    for _ in range(3):
        each.host.show(image_of, "a", "58% left")
        each.host.set_menu((Item(text="Open", action="open"),))
        each.settle()
    assert [picture.key for picture in each.icon.pictures] == ["a"]
    assert each.icon.title == "58% left"
    assert each.icon.titles == []  # it was set before the icon could be seen
    assert len(each.icon.menus) == 2  # the empty one at the start, and this


def test_what_was_overtaken_is_never_drawn(bench):
    each = bench()
    for key in "abc":
        each.host.show(image_of, key, key)
    each.start()
    each.settle()
    assert [picture.key for picture in each.icon.pictures] == ["c"]
    assert each.icon.visible


def test_an_action_and_a_click_run_on_the_worker(bench):
    each = bench().start()
    each.host.set_menu(
        (Item(text="Refresh", action="refresh"), Item(text="Open", action="open", default=True))
    )
    each.settle()
    each.item(0)(each.icon)
    each.icon.menu(each.icon)
    each.icon.note()
    assert wait_for(lambda: len(each.clicks) == 2)
    assert each.actions == ["refresh"]


def test_a_failing_action_does_not_end_the_later_ones(bench, caplog):
    each = bench()
    each.host._on_action = lambda action: each.actions.append(action) or 1 / len(each.actions[1:])
    each.start()
    each.host.set_menu((Item(text="Refresh", action="refresh"),))
    each.settle()
    each.item(0)(each.icon)
    each.item(0)(each.icon)
    assert wait_for(lambda: len(each.actions) == 2)
    assert "a tray action failed" in caplog.text


def test_every_kind_of_item_becomes_pystrays(bench):
    each = bench(escape=lambda text: text.replace("&", "&&")).start()
    each.host.set_menu(
        (
            Item(text="A & B", kind=ItemKind.INFO, action="never"),
            SEPARATOR,
            Item(text="Usage", kind=ItemKind.CHECK, checked=True, action="toggle"),
            Item(
                text="Backend", items=(Item(text="Auto", kind=ItemKind.RADIO, checked=False, action="pin"),)
            ),
            Item(text="Later", enabled=False),
        )
    )
    each.settle()
    info, separator, check, submenu, later = each.icon.menu
    assert (info.text, info.enabled, info.checked) == ("A && B", False, None)
    assert separator is Menu.SEPARATOR
    assert (check.checked, check.radio, check.action_id) == (True, False, "toggle")
    (radio,) = submenu.submenu
    assert (radio.checked, radio.radio) == (False, True)
    assert not later.enabled
    later(each.icon)
    radio(each.icon)
    assert wait_for(lambda: each.actions == ["pin"])


def test_availability_is_kept_and_told_on_the_worker(bench):
    each = bench().start()
    assert not each.host.available
    each.icon.tell(True)
    assert each.host.available
    assert wait_for(lambda: each.availability == [True])


def test_stopping_before_the_start_makes_it_return_at_once(bench):
    each = bench()
    each.host.stop()
    each.thread.start()
    each.thread.join(3)
    assert not each.thread.is_alive()
    assert not each.ready.is_set()


def test_stopping_while_it_starts_is_not_lost(bench):
    each = bench()
    run = each.icon.run

    def run_later(setup):
        each.host.stop()
        run(setup=setup)

    each.icon.run = run_later
    each.thread.start()
    each.thread.join(3)
    assert not each.thread.is_alive()


def test_stopping_from_an_action_and_twice_is_harmless(bench):
    each = bench()
    each.host._on_action = lambda _: each.host.stop()
    each.start()
    each.host.set_menu((Item(text="Quit", action="quit"),))
    each.settle()
    each.item(0)(each.icon)
    each.thread.join(3)
    each.host.stop()
    assert not each.thread.is_alive()


def test_a_notification_goes_out_only_while_it_runs(bench):
    each = bench()
    assert not each.host.notify("title", "body", "key")
    each.start()
    assert each.host.notify("title", "body", "key")
    assert each.icon.notes == [("title", "body", "key")]


def test_a_notification_that_fails_is_false(bench):
    each = bench().start()

    def fail(*_):
        raise RuntimeError("no desktop")

    each.icon.send_note = fail
    assert not each.host.notify("title", "body", "key")


def test_one_of_pystrays_own_classes_gets_an_image_and_is_believed_to_be_seen(bench):
    each = bench(Foreign, ours=False).start()
    each.host.show(image_of, "a", "58% left")
    each.settle()
    assert each.icon.pictures == ["image of 64"]
    assert each.host.available
    assert each.host.notify("title", "body", "key")
    assert each.icon.notes == [("title", "body")]
