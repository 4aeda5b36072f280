"""The menu over D-Bus."""

import pytest

from tray.desktop.contract import Menu, MenuItem
from tray.desktop.dbus import UnknownCallError
from tray.desktop.dbusmenu import MenuService


class Entry(MenuItem):
    """A pystray item with the id that the host gives its items."""

    def __init__(self, action_id, text, *args, **contract):
        super().__init__(text, *args, **contract)
        self.action_id = action_id


class Bench:
    """A service with what it clicked and sent."""

    def __init__(self):
        self.clicked, self.sent = [], []
        self.service = MenuService(
            Menu.SEPARATOR,
            on_click=lambda entry: self.clicked.append(entry.text),
            emit=lambda name, body: self.sent.append((name, body)),
        )

    def show(self, *entries):
        self.service.update(Menu(*entries))
        sent, self.sent[:] = list(self.sent), []
        return sent

    def layout(self, parent=0, depth=-1, names=()):
        return self.service.call("GetLayout", (parent, depth, list(names)))

    def ids(self):
        """Label -> id of the whole menu."""
        found = {}

        def walk(node):
            number, properties, children = node
            found[properties.get("label", ("s", ""))[1]] = number
            for _, child in children:
                walk(child)

        walk(self.layout()[1])
        return found

    def click(self, number, event="clicked"):
        return self.service.call("Event", (number, event, ("i", 0), 0))


@pytest.fixture
def bench():
    return Bench()


def plain_item(text, action_id=None, **more):
    return Entry(action_id or text, text, None, **more)


def check(text, on, **more):
    return Entry(text, text, None, checked=lambda _: on, **more)


def backends(*labels, chosen):
    return Entry(
        "backend",
        "Backend",
        Menu(*(check(label, label == chosen, radio=True) for label in labels)),
    )


def test_each_kind_of_line_has_the_properties_that_hosts_draw_from(bench):
    bench.show(
        plain_item("58% left", enabled=False),
        Menu.SEPARATOR,
        backends("Auto", "Codex", chosen="Codex"),
        check("Usage", on=True),
    )
    revision, (root, properties, children) = bench.layout()
    assert (revision, root, properties) == (2, 0, {"children-display": ("s", "submenu")})
    info, separator, submenu, mark = [child for _, child in children]
    assert info[1] == {"label": ("s", "58% left"), "enabled": ("b", False)}
    assert separator[1] == {"type": ("s", "separator")}
    assert submenu[1]["children-display"] == ("s", "submenu")
    assert [child[1]["toggle-state"] for _, child in submenu[2]] == [("i", 0), ("i", 1)]
    assert {child[1]["toggle-type"] for _, child in submenu[2]} == {("s", "radio")}
    assert mark[1]["toggle-type"] == ("s", "checkmark")
    assert mark[1]["toggle-state"] == ("i", 1)


def test_an_underscore_is_shown_and_a_nul_never_travels(bench):
    bench.show(plain_item("my_model\0 & <b>"))
    assert "my__model & <b>" in bench.ids()


def test_a_layout_is_as_deep_as_asked_and_has_the_properties_asked_for(bench):
    bench.show(backends("Auto", "Codex", chosen="Auto"))
    assert bench.layout(depth=0)[1][2] == []
    ((_, submenu),) = bench.layout(depth=1)[1][2]
    assert submenu[2] == []
    ((_, only_labels),) = bench.layout(depth=1, names=["label"])[1][2]
    assert only_labels[1] == {"label": ("s", "Backend")}
    assert [child[1]["label"][1] for _, child in bench.layout(parent=submenu[0])[1][2]] == ["Auto", "Codex"]


def test_properties_are_given_for_the_ids_that_are_there(bench):
    bench.show(plain_item("One"), plain_item("Two"))
    two = bench.ids()["Two"]
    (found,) = bench.service.call("GetGroupProperties", ([two, 999], ["label"]))
    assert found == [(two, {"label": ("s", "Two")})]
    (everything,) = bench.service.call("GetGroupProperties", ([], []))
    assert len(everything) == 3
    assert bench.service.call("GetProperty", (two, "label")) == (("s", "Two"),)


def test_an_equal_menu_sends_nothing(bench):
    bench.show(plain_item("One"), check("Usage", on=True))
    assert bench.show(plain_item("One"), check("Usage", on=True)) == []


def test_changed_texts_and_marks_keep_the_ids_and_send_only_what_changed(bench):
    bench.show(plain_item("58% left", "info"), backends("Auto", "Codex", chosen="Auto"))
    before = bench.ids()
    sent = bench.show(plain_item("57% left", "info"), backends("Auto", "Codex", chosen="Codex"))
    assert sent == [
        (
            "ItemsPropertiesUpdated",
            (
                [
                    (before["58% left"], {"label": ("s", "57% left")}),
                    (before["Auto"], {"toggle-state": ("i", 0)}),
                    (before["Codex"], {"toggle-state": ("i", 1)}),
                ],
                [],
            ),
        )
    ]
    assert bench.layout()[0] == 2
    assert bench.ids()["Codex"] == before["Codex"]


def test_lines_that_come_and_go_leave_the_others_their_ids(bench):
    """Hosts know lines by their ids: with another one the line chosen in an open menu would be lost."""
    info = {"enabled": False}
    bench.show(plain_item("58% left", "-", **info), Menu.SEPARATOR, backends("Auto", chosen="Auto"))
    before = bench.ids()
    sent = bench.show(
        plain_item("57% left", "-", **info),
        plain_item("Weekly 12%", "-", **info),
        plain_item("Sign in"),
        Menu.SEPARATOR,
        backends("Auto", "Codex", chosen="Codex"),
    )
    after = bench.ids()
    kept = {"57% left": "58% left", "": "", "Backend": "Backend", "Auto": "Auto"}
    assert {now: after[now] for now in kept} == {now: before[was] for now, was in kept.items()}
    assert not {after[new] for new in ("Weekly 12%", "Sign in", "Codex")} & set(before.values())
    changed = [
        (after["57% left"], {"label": ("s", "57% left")}),
        (after["Auto"], {"toggle-state": ("i", 0)}),
    ]
    assert sent == [("LayoutUpdated", (3, 0)), ("ItemsPropertiesUpdated", (changed, []))]


def test_a_late_click_on_a_line_that_went_does_nothing_even_when_it_is_back(bench):
    bench.show(plain_item("Sign in"), plain_item("Quit"))
    old = bench.ids()["Sign in"]
    assert bench.show(plain_item("Quit")) == [("LayoutUpdated", (3, 0))]
    with pytest.raises(UnknownCallError):
        bench.click(old)
    bench.show(plain_item("Sign in"), plain_item("Quit"))
    with pytest.raises(UnknownCallError):
        bench.click(old)
    assert bench.clicked == []


def test_another_action_behind_the_same_text_is_a_new_line(bench):
    bench.show(plain_item("Codex", "pin:a"))
    assert bench.show(plain_item("Codex", "pin:b")) == [("LayoutUpdated", (3, 0))]


def test_a_click_runs_the_line_and_looking_at_it_does_not(bench):
    bench.show(plain_item("Refresh"))
    for event in ("hovered", "opened", "closed", "clicked"):
        bench.click(bench.ids()["Refresh"], event)
    assert bench.clicked == ["Refresh"]
    assert bench.sent == []


def test_a_disabled_line_a_separator_and_the_root_cannot_be_clicked(bench):
    bench.show(plain_item("One"), Menu.SEPARATOR, plain_item("Info", enabled=False))
    for number in [*bench.ids().values(), bench.ids()["One"] + 1]:
        if number != bench.ids()["One"]:
            bench.click(number)
    assert bench.clicked == []


def test_a_click_on_a_mark_tells_how_all_marks_stand(bench):
    """Qt flips the mark by itself; where the click changes nothing (a consent was refused) it must flip back."""
    bench.show(check("Usage", on=False), backends("Auto", "Codex", chosen="Auto"))
    ids = bench.ids()
    bench.click(ids["Codex"])
    assert bench.clicked == ["Codex"]
    ((name, (stand, removed)),) = bench.sent
    assert (name, removed) == ("ItemsPropertiesUpdated", [])
    assert dict(stand) == {
        ids["Usage"]: {"toggle-state": ("i", 0)},
        ids["Auto"]: {"toggle-state": ("i", 1)},
        ids["Codex"]: {"toggle-state": ("i", 0)},
    }


def test_a_group_of_events_runs_those_it_knows_and_names_the_others(bench):
    bench.show(plain_item("One"))
    one = bench.ids()["One"]
    events = [(one, "clicked", ("i", 0), 0), (77, "clicked", ("i", 0), 0)]
    assert bench.service.call("EventGroup", (events,)) == ([77],)
    assert bench.clicked == ["One"]


def test_the_menu_needs_no_update_before_it_is_shown(bench):
    bench.show(plain_item("One"))
    assert bench.service.call("AboutToShow", (0,)) == (False,)
    assert bench.service.call("AboutToShowGroup", ([0, 55],)) == ([], [55])


def test_an_empty_menu_is_an_empty_root(bench):
    bench.show(plain_item("One"))
    bench.service.update(())
    assert bench.layout()[1] == (0, {"children-display": ("s", "submenu")}, [])


@pytest.mark.parametrize(
    ("member", "body"), [("GetLayout", (9, -1, [])), ("GetProperty", (0, "x")), ("Nope", ())]
)
def test_what_is_not_there_is_refused(bench, member, body):
    with pytest.raises(UnknownCallError):
        bench.service.call(member, body)
