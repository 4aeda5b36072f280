"""One object on the bus."""

from xml.etree import ElementTree as ET

import pytest
from jeepney import DBusAddress, new_method_call

from tray.desktop.dbus import UnknownCallError
from tray.desktop.dbus_object import BusObject, Interface, split_signature

NAME = "org.example.Thing"
PROPERTIES = "org.freedesktop.DBus.Properties"


@pytest.fixture
def thing():
    return BusObject(
        "/thing",
        Interface(
            name=NAME,
            methods={"Add": ("ii", "i")},
            signals={"Grown": "i"},
            properties=lambda: {"Size": ("i", 3), "Name": ("s", "x")},
            call=lambda _, body: (sum(body),),
        ),
    )


def call(thing, interface, member, signature=None, *body):
    address = DBusAddress("/thing", bus_name="org.example.Us", interface=interface)
    return thing.answer(new_method_call(address, member, signature, body)).body


def test_properties_are_read_one_by_one_and_together(thing):
    assert call(thing, PROPERTIES, "Get", "ss", NAME, "Size") == (("i", 3),)
    assert call(thing, PROPERTIES, "GetAll", "s", NAME) == ({"Size": ("i", 3), "Name": ("s", "x")},)


def test_a_method_is_called_with_and_without_its_interface(thing):
    assert call(thing, NAME, "Add", "ii", 2, 3) == (5,)
    assert call(thing, None, "Add", "ii", 2, 3) == (5,)


@pytest.mark.parametrize(
    ("interface", "member", "body"),
    [
        (PROPERTIES, "Get", (NAME, "Colour")),
        (PROPERTIES, "Get", ("org.example.Other", "Size")),
        (PROPERTIES, "Set", (NAME, "Size")),
        (NAME, "Remove", ()),
        ("org.example.Other", "Add", ()),
        (None, "Remove", ()),
    ],
)
def test_what_is_not_there_is_refused(thing, interface, member, body):
    with pytest.raises(UnknownCallError):
        call(thing, interface, member, "s" * len(body) or None, *body)


def test_a_body_of_another_signature_is_refused(thing):
    with pytest.raises(ValueError):
        call(thing, NAME, "Add", "s", "2")


def test_the_description_names_every_member(thing):
    (xml,) = call(thing, "org.freedesktop.DBus.Introspectable", "Introspect")
    (interface,) = ET.fromstring(xml)
    assert interface.get("name") == NAME
    assert [(each.tag, each.get("name")) for each in interface] == [
        ("property", "Size"),
        ("property", "Name"),
        ("method", "Add"),
        ("signal", "Grown"),
    ]


def test_a_ping_is_answered(thing):
    assert call(thing, "org.freedesktop.DBus.Peer", "Ping") == ()


def test_a_signature_is_split_into_complete_types():
    assert split_signature("u(ia{sv}av)aasai") == ["u", "(ia{sv}av)", "aas", "ai"]
    assert split_signature("") == []
