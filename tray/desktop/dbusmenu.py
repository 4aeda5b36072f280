"""The menu over D-Bus (com.canonical.dbusmenu): a pystray menu as numbered nodes with properties."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from tray.desktop.dbus import UnknownCallError, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PATH = "/MenuBar"
INTERFACE = "com.canonical.dbusmenu"
PROPERTIES: dict[str, tuple[str, Any]] = {
    "Version": ("u", 3),
    "TextDirection": ("s", "ltr"),
    "Status": ("s", "normal"),
    "IconThemePath": ("as", []),
}
# Method -> (in, out) signatures.
METHODS = {
    "GetLayout": ("iias", "u(ia{sv}av)"),
    "GetGroupProperties": ("aias", "a(ia{sv})"),
    "GetProperty": ("is", "v"),
    "Event": ("isvu", ""),
    "EventGroup": ("a(isvu)", "ai"),
    "AboutToShow": ("i", "b"),
    "AboutToShowGroup": ("ai", "aiai"),
}
SIGNALS = {"LayoutUpdated": "ui", "ItemsPropertiesUpdated": "a(ia{sv})a(ias)"}

Properties = dict[str, tuple[str, Any]]  # name -> (D-Bus signature, value)


@dataclass(frozen=True, slots=True)
class Node:
    """One line of the menu as it stands on the bus; `shape` says whether an update needs a new layout."""

    id: int
    properties: Properties
    shape: tuple[object, ...] = ()
    entry: Any = None  # the pystray MenuItem; None for the root
    children: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        """This node and all below it, top down."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole menu; replaced as one, so that a call on another thread never sees half of a change."""

    revision: int
    root: Node
    nodes: dict[int, Node]

    def node(self, number: int) -> Node:
        """A node by its id; raises `UnknownCallError` where there is none (any more)."""
        if number not in self.nodes:
            raise UnknownCallError
        return self.nodes[number]


class MenuService:
    """Answers the calls of one exported menu, and sends the signals that a change needs.

    A line keeps its id for as long as it is there, whatever comes or goes around it: hosts know lines by
    their ids, and an open menu stays open with the same line chosen. An id is never used for another line,
    so that a click on one that has just gone finds nothing.
    """

    def __init__(
        self,
        separator: object,
        *,
        on_click: Callable[[Any], None],
        emit: Callable[[str, tuple[object, ...]], object],
    ) -> None:
        self._separator = separator
        self._on_click = on_click  # gets the pystray MenuItem
        self._emit = emit  # sends a signal: its name and body
        self._ids = count(1)
        self._layout = _whole(1, Node(0, _ROOT))

    def update(self, menu: Iterable[Any]) -> None:
        """Take a menu: pystray's `Menu`, or an empty iterable. An equal one sends nothing."""
        old = self._layout
        root = Node(0, _ROOT, children=self._lines(old.root, menu))
        moved = [node.shape for node in root.children] != [node.shape for node in old.root.children]
        self._layout = _whole(old.revision + moved, root)
        if moved:
            self._emit("LayoutUpdated", (self._layout.revision, 0))
        changed = [
            (node.id, diff)
            for node in root.walk()
            if node.id in old.nodes and (diff := _difference(old.nodes[node.id].properties, node.properties))
        ]
        if changed:
            self._emit("ItemsPropertiesUpdated", (changed, []))

    def call(self, member: str, body: tuple[Any, ...]) -> tuple[object, ...]:
        """Answer a call: the body of the reply.

        Raises `UnknownCallError` for a method, item or property that is not there, and ValueError or
        TypeError for a body that does not fit.
        """
        now = self._layout
        match member:
            case "GetLayout":
                parent, depth, names = body
                return now.revision, _tree(now.node(parent), depth, names)
            case "GetGroupProperties":
                ids, names = body
                known = [now.nodes[i] for i in ids or now.nodes if i in now.nodes]
                return ([(node.id, _chosen(node.properties, names)) for node in known],)
            case "GetProperty":
                number, name = body
                if name not in now.node(number).properties:
                    raise UnknownCallError
                return (now.node(number).properties[name],)
            case "Event":
                number, event, *_ = body
                self._event(now, now.node(number), event)
                return ()
            case "EventGroup":
                (events,) = body
                for number, event, *_ in events:
                    if number in now.nodes:
                        self._event(now, now.nodes[number], event)
                return ([number for number, *_ in events if number not in now.nodes],)
            case "AboutToShow":
                now.node(*body)
                return (False,)
            case "AboutToShowGroup":
                (ids,) = body
                return [], [number for number in ids if number not in now.nodes]
            case _:
                raise UnknownCallError

    def _event(self, now: Layout, node: Node, event: str) -> None:
        """A click runs the item's action; opened, closed and hovered mean nothing to us."""
        if event != "clicked" or node.entry is None or node.properties.get("enabled") != ("b", True):
            return
        self._on_click(node.entry)
        if "toggle-state" in node.properties:
            # Qt flips the mark by itself, and with it its neighbours' marks: tell all of them how they
            # stand. What the click changes comes later as an update of its own.
            stand = [
                (each.id, _chosen(each.properties, ["toggle-state"]))
                for each in now.root.walk()
                if "toggle-state" in each.properties
            ]
            self._emit("ItemsPropertiesUpdated", (stand, []))

    def _shape(self, entry: Any) -> tuple[object, ...]:
        if entry is self._separator:
            return ("separator",)
        below = tuple(self._shape(child) for child in entry.submenu or ())
        return (_mark(entry), getattr(entry, "action_id", None), below)

    def _lines(self, old: Node, entries: Iterable[Any]) -> tuple[Node, ...]:
        """The nodes of these entries, with the numbers of those below `old` that are the same line."""
        free: defaultdict[tuple[object, ...], deque[Node]] = defaultdict(deque)
        for node in old.children:
            free[_line(node.shape)].append(node)
        found = []
        for entry in entries:
            shape = self._shape(entry)
            known = free[_line(shape)]
            was = known.popleft() if known else Node(next(self._ids), {})
            below = self._lines(was, entry.submenu or ()) if entry is not self._separator else ()
            found.append(Node(was.id, self._properties(entry), shape, entry, below))
        return tuple(found)

    def _properties(self, entry: Any) -> Properties:
        if entry is self._separator:
            return {"type": ("s", "separator")}
        found: Properties = {
            "label": ("s", plain(entry.text).replace("_", "__")),  # a single one marks the access key
            "enabled": ("b", bool(entry.enabled)),
        }
        mark = _mark(entry)
        if mark:
            found["toggle-type"] = ("s", mark)
            found["toggle-state"] = ("i", int(entry.checked))
        if entry.submenu:
            found["children-display"] = ("s", "submenu")
        return found


_ROOT: Properties = {"children-display": ("s", "submenu")}


def _line(shape: tuple[object, ...]) -> tuple[object, ...]:
    """What makes a line the same one: its kind and its action, and not what is below it."""
    return (*shape[:2], bool(shape[2:] and shape[2]))


def _whole(revision: int, root: Node) -> Layout:
    return Layout(revision, root, {node.id: node for node in root.walk()})


def _mark(entry: Any) -> str | None:
    if entry.checked is None:
        return None
    return "radio" if entry.radio else "checkmark"


def _chosen(properties: Properties, names: list[str]) -> Properties:
    return {name: value for name, value in properties.items() if not names or name in names}


def _difference(before: Properties, now: Properties) -> Properties:
    return {name: value for name, value in now.items() if before.get(name) != value}


def _tree(node: Node, depth: int, names: list[str]) -> tuple[int, Properties, list[tuple[str, Any]]]:
    """(id, properties, children as variants), `depth` levels deep; a negative depth is all of it."""
    children = [("(ia{sv}av)", _tree(child, depth - 1, names)) for child in node.children] if depth else []
    return node.id, _chosen(node.properties, names), children
