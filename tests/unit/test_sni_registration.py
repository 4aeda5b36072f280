"""Getting a StatusNotifierItem shown."""

from types import SimpleNamespace

import pytest
from jeepney import DBusAddress, HeaderFields, new_error, new_method_return, new_signal

from tray.desktop.watcher import WATCHER, Registration

OURS = "org.kde.StatusNotifierItem-1-1"


class Bench:
    """A registration on a line whose replies the test decides."""

    def __init__(self, *, watcher=True, host=True, items=(":1.7/StatusNotifierItem",), wanted=True):
        self.watcher, self.host, self.items, self.wanted = watcher, host, list(items), wanted
        self.registered, self.shown, self.due = 0, [], []
        line = SimpleNamespace(call=self._call, listen=lambda _: None, name=":1.7")
        self.registration = Registration(
            line, OURS, on_shown=self.shown.append, wanted=lambda: self.wanted, later=self._later
        )

    def _later(self, delay, call):
        timer = SimpleNamespace(delay=delay, call=call, cancelled=False)
        timer.cancel = lambda: setattr(timer, "cancelled", True)
        self.due.append(timer)
        return timer

    def _call(self, message, on_reply):
        message.header.serial = 1
        if message.header.fields[HeaderFields.member] == "RegisterStatusNotifierItem":
            self.registered += 1
            known = self.watcher
            body = (None, ())
        elif message.body[1] == "IsStatusNotifierHostRegistered":
            known, body = self.host is not None, ("v", (("b", self.host),))
        else:
            known, body = self.items is not None, ("v", (("as", self.items),))
        on_reply(new_method_return(message, *body) if known else new_error(message, "org.example.Unknown"))

    def look(self):
        """What was due comes due."""
        timer = self.due[-1]
        assert not timer.cancelled
        timer.call()

    def hear(self, interface, name, signature=None, *body, sender="org.freedesktop.DBus"):
        message = new_signal(DBusAddress("/x", interface=interface), name, signature, body)
        message.header.fields[HeaderFields.sender] = sender
        self.registration.heard(message)

    def owner(self, owner):
        self.hear("org.freedesktop.DBus", "NameOwnerChanged", "sss", WATCHER, "", owner)


def test_nothing_is_introduced_before_there_is_something_to_show():
    bench = Bench(wanted=False)
    bench.registration.up()
    assert bench.registered == 0
    bench.wanted = True
    bench.registration.register()
    assert (bench.registered, bench.shown) == (1, [True])


def test_without_a_watcher_it_waits_until_one_appears():
    bench = Bench(watcher=False)
    bench.registration.up()
    assert (bench.shown, bench.due) == ([], [])
    bench.watcher = True
    bench.owner(":1.5")
    assert bench.shown == [True]


def test_an_item_that_the_watcher_lost_is_introduced_again_but_not_for_ever():
    bench = Bench(items=())
    bench.registration.up()
    for _ in range(2):
        bench.look()
    assert bench.registered == 3
    assert [timer.delay for timer in bench.due] == [5.0, 5.0]


@pytest.mark.parametrize("item", [":1.7/StatusNotifierItem", OURS, f"{OURS}/StatusNotifierItem"])
def test_an_item_that_the_watcher_lists_is_left_alone(item):
    bench = Bench(items=(":1.77/StatusNotifierItem", item))
    bench.registration.up()
    bench.look()
    assert bench.registered == 1
    assert len(bench.due) == 1


def test_a_name_that_only_begins_like_ours_is_not_ours():
    bench = Bench(items=(":1.77/StatusNotifierItem",))
    bench.registration.up()
    bench.look()
    assert bench.registered == 2


def test_a_watcher_without_the_list_is_believed():
    bench = Bench()
    bench.registration.up()
    bench.items = None
    bench.look()
    assert bench.registered == 1
    assert bench.shown == [True]


def test_a_watcher_without_a_host_shows_nothing_until_one_comes():
    bench = Bench(host=False)
    bench.registration.up()
    assert bench.shown == []
    bench.host = True
    bench.hear(WATCHER, "StatusNotifierHostRegistered", sender=":1.5")
    assert bench.shown == [True]
    bench.host = False
    bench.hear(WATCHER, "StatusNotifierHostUnregistered", sender=":1.5")
    assert bench.shown == [True, False]


def test_a_watcher_that_does_not_know_about_hosts_is_believed():
    bench = Bench(host=None)
    bench.registration.up()
    assert bench.shown == [True]


def test_a_watcher_that_goes_takes_the_look_with_it():
    bench = Bench()
    bench.registration.up()
    bench.owner("")
    assert bench.shown == [True, False]
    assert bench.due[-1].cancelled


def test_each_new_watcher_gets_its_own_looks():
    bench = Bench(items=())
    bench.registration.up()
    bench.look()
    bench.look()
    bench.owner("")
    bench.owner(":1.6")
    bench.look()
    assert bench.registered == 5


def test_other_names_and_other_signals_mean_nothing():
    bench = Bench()
    bench.registration.up()
    bench.hear("org.freedesktop.DBus", "NameOwnerChanged", "sss", "org.example.Other", ":1.2", "")
    bench.hear("org.example.Other", "HostRegistered")
    assert (bench.registered, bench.shown) == (1, [True])
