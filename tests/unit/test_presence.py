"""Sleep and network as Linux announces them."""

import pytest

from tests.fake_bus import FakeBus, wait_for
from tray.desktop.presence import Presence

LOGIN, NETWORK = "org.freedesktop.login1", "org.freedesktop.NetworkManager"


class Bench:
    """A presence on a system bus with or without its services."""

    def __init__(self, *, login=True, state=70):
        self.told = []
        network = ("v", (("u", state),)) if state is not None else "org.freedesktop.DBus.Error.ServiceUnknown"
        self.bus = FakeBus({"NameHasOwner": ("b", (login,)), "Get": network})
        self.presence = Presence(
            on_sleep=lambda going: self.told.append(("sleep", going)),
            on_network=lambda online: self.told.append(("online", online)),
            bus="unix:path=/nowhere",
            connect=self.bus,
        )
        self.presence.start()
        assert wait_for(lambda: self.bus.named("Get"))

    def sleep(self, going):
        self.bus.signal(f"{LOGIN}.Manager", "PrepareForSleep", "b", going)

    def network(self, state):
        self.bus.signal(NETWORK, "StateChanged", "u", state)


@pytest.fixture
def bench():
    made = []

    def make(**system):
        made.append(Bench(**system))
        return made[-1]

    yield make
    for each in made:
        each.presence.close()


def test_sleep_and_waking_are_told(bench):
    each = bench()
    each.sleep(going=True)
    each.sleep(going=False)
    assert wait_for(lambda: each.told == [("sleep", True), ("sleep", False)])


def test_only_a_change_of_the_network_is_told(bench):
    each = bench(state=70)
    for state in (60, 20, 30, 40, 50, 70):
        each.network(state)
    assert wait_for(lambda: len(each.told) == 2)
    assert each.told == [("online", False), ("online", True)]


def test_the_first_state_is_silent_also_where_it_comes_as_a_signal(bench):
    each = bench(state=None)
    each.network(20)
    each.network(70)
    assert wait_for(lambda: each.told == [("online", True)])


@pytest.mark.parametrize("login", [True, False])
def test_it_says_whether_sleep_is_announced(bench, login):
    each = bench(login=login)
    each.network(20)
    assert wait_for(lambda: each.told)
    assert each.presence.announces_sleep is login


def test_a_login_service_that_comes_or_goes_is_noticed(bench):
    each = bench(login=False)
    each.bus.owner_changed(LOGIN, ":1.3")
    assert wait_for(lambda: each.presence.announces_sleep)
    each.bus.owner_changed(LOGIN, "")
    assert wait_for(lambda: not each.presence.announces_sleep)


def test_after_the_bus_was_lost_sleep_is_not_announced(bench):
    each = bench()
    assert wait_for(lambda: each.presence.announces_sleep)
    each.bus.lose()
    assert wait_for(lambda: not each.presence.announces_sleep)


def test_signals_of_another_shape_mean_nothing(bench):
    each = bench()
    each.bus.signal(f"{LOGIN}.Manager", "PrepareForSleep", "s", "yes")
    each.bus.signal(NETWORK, "StateChanged")
    each.sleep(going=True)
    assert wait_for(lambda: each.told == [("sleep", True)])


def test_without_a_system_bus_nothing_happens():
    def refuse(_):
        raise FileNotFoundError

    presence = Presence(on_sleep=print, on_network=print, connect=refuse)
    presence.start()
    assert wait_for(lambda: not presence._line._thread.is_alive())
    assert not presence.announces_sleep
    presence.close()
