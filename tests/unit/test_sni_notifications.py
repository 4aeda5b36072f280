"""Notifications over D-Bus."""

import pytest

from tests.fake_bus import FakeBus, wait_for
from tray.desktop.dbus import Line
from tray.desktop.notifications import SERVER, Notifications


class Bench:
    """Notifications on a line, a server with these capabilities, and the clicks."""

    def __init__(self, answers):
        self.bus = FakeBus(answers)
        self.clicks = []
        self.line = Line("x", on_up=lambda: None, on_signal=self._heard, connect=self.bus)
        self.notes = Notifications(
            self.line, app="Claudette Tray", name="entry", icon="", on_activate=lambda: self.clicks.append(1)
        )
        self.line.start()
        assert wait_for(lambda: self.line.name)

    def _heard(self, message):
        self.notes.on_signal(message)

    def bodies(self):
        return [message.body for message in self.bus.named("Notify")]


@pytest.fixture
def bench():
    made = []

    def make(*capabilities, ids=(7, 7, 7)):
        given = iter(ids)
        answers = {
            "GetCapabilities": ("as", (list(capabilities),)),
            "Notify": lambda _: ("u", (next(given),)),
        }
        made.append(Bench(answers))
        return made[-1]

    yield make
    for each in made:
        each.line.close()


def test_markup_is_escaped_where_the_server_reads_it_and_only_there(bench):
    plain, rich = bench("body"), bench("body", "body-markup")
    for each in (plain, rich):
        assert each.notes.show("<b> & 80%", "left < 20% & falling", "k")
    assert plain.bodies()[0][3:5] == ("<b> & 80%", "left < 20% & falling")
    assert rich.bodies()[0][3:5] == ("<b> & 80%", "left &lt; 20% &amp; falling")


def test_a_newer_one_takes_the_place_of_the_older_with_its_key(bench):
    each = bench(ids=(7, 8, 7))
    for key in ("quota", "other", "quota"):
        each.notes.show("title", "body", key)
    assert [body[1] for body in each.bodies()] == [0, 0, 7]


def test_a_closed_one_is_not_replaced(bench):
    each = bench(ids=(7, 8))
    each.notes.show("title", "body", "quota")
    each.bus.signal(SERVER, "NotificationClosed", "uu", 7, 2)
    assert wait_for(lambda: not each.notes._shown)
    each.notes.show("title", "body", "quota")
    assert each.bodies()[1][1] == 0


def test_a_click_opens_only_for_our_own(bench):
    each = bench("actions")
    each.notes.show("title", "body", "quota")
    assert each.bodies()[0][5] == ["default", "Open"]
    each.bus.signal(SERVER, "ActionInvoked", "us", 3, "default")
    each.bus.signal(SERVER, "ActionInvoked", "us", 7, "settings")
    each.bus.signal(SERVER, "ActionInvoked", "us", 7, "default")
    assert wait_for(lambda: each.clicks)
    assert each.clicks == [1]


def test_a_server_without_actions_gets_none(bench):
    each = bench("body")
    each.notes.show("title", "body", "quota")
    assert each.bodies()[0][5] == []


def test_a_nul_in_a_text_does_not_cost_the_line(bench):
    each = bench("body")
    assert each.notes.show("ti\0tle", "bo\0dy", "quota")
    assert each.bodies()[0][3:5] == ("title", "body")


@pytest.mark.parametrize(
    "answers",
    [
        {"GetCapabilities": "org.freedesktop.DBus.Error.ServiceUnknown"},
        {
            "GetCapabilities": ("as", ([],)),
            "Notify": "org.freedesktop.Notifications.Error.ExcessNotificationGeneration",
        },
    ],
)
def test_no_server_or_a_refusal_is_false(answers):
    each = Bench(answers)
    try:
        assert not each.notes.show("title", "body", "quota")
    finally:
        each.line.close()


def test_after_the_bus_was_lost_nothing_is_replaced(bench):
    each = bench(ids=(7, 8))
    each.notes.show("title", "body", "quota")
    each.notes.forget()
    each.notes.show("title", "body", "quota")
    assert each.bodies()[1][1] == 0
    assert len(each.bus.named("AddMatch")) == 2
