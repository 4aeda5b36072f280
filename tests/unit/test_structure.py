"""The rules of docs/architecture.md, checked on the source: who imports whom, what stays pure, short files."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
TRAY = sorted((ROOT / "tray").rglob("*.py"))
TOOLS = [*sorted((ROOT / "icons").glob("*.py")), *sorted((ROOT / "packaging").glob("*.py"))]
CODE = [*TRAY, *TOOLS, ROOT / "dev.py"]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LINES = 300

# A library's import names, where they are not its own name; the second of each line comes along with it.
NAMES = {"Pillow": ("PIL",), "pystray": ("pystray", "Xlib"), "keyring": ("keyring", "secretstorage")}

# What each layer may load, besides itself. Types alone may be named from anywhere.
LAYERS = {
    "core": (),
    "metrics": ("core",),
    "sources": ("core", "metrics"),
    "engine": ("core",),
    "desktop": ("core",),
    "views": ("core", "desktop"),
}
# Window and page are processes of their own: each holds the client's end of the channel, reads the sources as data,
# and counts the person's activity itself, so that the tray never loads what that needs: `metrics` (or the demo's).
WINDOW = (
    *("engine.ipc", "engine.wire", "engine.paths", "engine.files", "engine.settings", "sources"),
    *("metrics.analytics", "metrics.git_commits", "demo.insights"),
)

PURE = {
    *("__future__", "collections", "dataclasses", "datetime", "decimal", "email", "enum", "functools"),
    *("hashlib", "json", "math", "re", "types", "typing", "urllib", "zlib"),
}
CLOCKS = {"now", "today", "utcnow", "time", "monotonic"}
TOUCHES = {"open", "print", "input", "exec", "eval", "__import__"}

VENDORS = re.compile(
    r"anthropic|claude(?!tte)|codex|openrouter|openai|chatgpt|ollama|lm.?studio", re.IGNORECASE
)
# Where vendors are named outside their own folder, and why.
NAMED = {
    "core/model.py": "the kinds of backends",
    "core/choices.py": "what the toggles are set to",
    "core/insights.py": "the sessions that the terms of one vendor's plans speak of",
    "core/insight_words.py": "the same",
    "core/insights_json.py": "the same",
    "core/toggles.py": "the names of the toggles",
    "core/active.py": "the labels of the kinds",
    "core/source.py": "the clients' places and credential stores",
    "engine/paths.py": "the clients' places",
    "engine/settings.py": "the names of the settings",
    "engine/vault.py": "the credential stores",
    "views/menu.py": "what everybody can pin",
    "views/window/signin.py": "variables that a client's sign-in must not inherit",
}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@pytest.fixture(scope="module", autouse=True)
def _trees_go_with_this_module():
    """They are a million objects, which every collection of the later tests would walk through."""
    yield
    tree.cache_clear()


def under(node: ast.AST, *, types: bool) -> Iterator[ast.AST]:
    """All nodes; without `types` those below `if TYPE_CHECKING` are left out."""
    for child in ast.iter_child_nodes(node):
        if not types and isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            for other in child.orelse:
                yield from under(other, types=types)
            continue
        yield child
        yield from under(child, types=types)


def imports(path: Path, *, types: bool) -> set[str]:
    """The dotted names a module imports, anywhere in it; `from tray.engine import net` is `tray.engine.net`."""
    found = set()
    for node in under(tree(path), types=types):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)}: imports are written in full"
            module = str(node.module)
            for alias in node.names:
                full = f"{module}.{alias.name}"
                found.add(full if is_module(full) else module)
    return found


def is_module(dotted: str) -> bool:
    place = ROOT.joinpath(*dotted.split("."))
    return dotted.startswith("tray.") and (
        place.with_suffix(".py").exists() or (place / "__init__.py").exists()
    )


def requirement(text: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", text)[0]


def importers() -> dict[str, tuple[str, str]]:
    """The table in docs/architecture.md: library -> (the place that imports it, why)."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| ([\w.-]+) \| `(tray/[^`]+)` \| (.+) \|$", text, re.MULTILINE)
    return {library: (place, why) for library, place, why in rows}


# -- libraries


def test_every_dependency_has_one_line_that_says_why():
    wanted = {requirement(text) for text in PROJECT["dependencies"]}
    assert set(importers()) == wanted
    assert all(len(why) > 20 for _, why in importers().values())


def test_every_tool_of_the_tests_is_explained():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    for name in map(requirement, [*PROJECT["optional-dependencies"]["test"], *groups["build"]]):
        assert re.search(rf"\b{name}\b", text), f"{name} has no line in docs/architecture.md"


@pytest.mark.parametrize("library", sorted(importers()))
def test_a_library_has_one_importing_place(library):
    place = importers()[library][0]
    names = NAMES.get(library, (library,))
    using = {
        named(path) for path in TRAY for found in imports(path, types=True) if found.split(".")[0] in names
    }
    assert using, f"{library} is imported nowhere"
    strangers = {
        path for path in using if path != place and not (place.endswith("/") and path.startswith(place))
    }
    assert not strangers, f"{library} belongs to {place}"


def test_nothing_else_is_imported():
    known = {name for library in importers() for name in NAMES.get(library, (library,))}
    for path in TRAY:
        foreign = {found.split(".")[0] for found in imports(path, types=True)}
        assert foreign - sys.stdlib_module_names - known - {"tray"} == set(), named(path)


# -- direction


def test_every_part_has_its_place_in_the_tree():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    parts = {path.relative_to(ROOT / "tray").parts[0] for path in TRAY} - {"__init__.py", "__main__.py"}
    assert {part for part in parts if f"`tray/{part}`" not in text} == set()


@pytest.mark.parametrize("path", TRAY, ids=named)
def test_a_layer_loads_only_what_lies_below_it(path):
    parts = path.relative_to(ROOT / "tray").parts
    layer = parts[0]
    if layer not in LAYERS:
        return  # the command line and the joining parts know everything
    allowed = [f"tray.{below}" for below in (layer, *LAYERS[layer])]
    if parts[:2] in (("views", "window"), ("views", "web")):
        allowed += [f"tray.{below}" for below in WINDOW]
    for found in imports(path, types=False):
        if found == "tray" or not found.startswith("tray."):  # `from tray import __version__`
            continue
        assert any(found == below or found.startswith(f"{below}.") for below in allowed), f"loads {found}"


def test_the_window_knows_the_sources_as_data_only():
    for path in (ROOT / "tray" / "views").rglob("*.py"):
        assert not {found for found in imports(path, types=True) if found.startswith("tray.sources.")}, named(
            path
        )


@pytest.mark.parametrize("path", sorted((ROOT / "tray" / "core").glob("*.py")), ids=named)
def test_the_middle_is_pure(path):
    loaded = {found.split(".")[0] for found in imports(path, types=False)}
    assert loaded - PURE - {"tray"} == set()
    assert not {
        found for found in imports(path, types=True) if found.startswith("tray.") and ".core" not in found
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in CLOCKS, f"line {node.lineno} reads a clock"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in TOUCHES, f"line {node.lineno} touches the world"


def said(path: Path) -> Iterator[tuple[int, str]]:
    """(line, name or text) of a module's code; docstrings are not code."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree(path))
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value
        elif isinstance(node, ast.Name | ast.Attribute):
            yield node.lineno, node.id if isinstance(node, ast.Name) else node.attr
        elif isinstance(node, ast.FunctionDef | ast.arg | ast.keyword):
            yield getattr(node, "lineno", 0), str(getattr(node, "name", None) or getattr(node, "arg", None))


def vendors_named(path: Path) -> list[tuple[int, str]]:
    return [(line, text) for line, text in said(path) if VENDORS.search(text)]


def test_vendors_are_named_by_their_sources_only():
    middle = [
        path
        for folder in ("core", "engine", "desktop", "views")
        for path in (ROOT / "tray" / folder).rglob("*.py")
    ]
    for path in middle:
        if path.relative_to(ROOT / "tray").as_posix() not in NAMED:
            assert vendors_named(path) == [], named(path)


def test_the_tray_never_loads_what_counts_the_activity():
    """Window, browser page and `metrics` count it, each in its own process."""
    counted = {path for path in TRAY if path.name.startswith("analytics")}
    loaded = {path for path in TRAY if any("analytics" in name for name in imports(path, types=False))}
    assert {named(path) for path in loaded - counted} == {"tray/views/window/analysts.py"}
    asked = {path for path in TRAY if "tray.views.window.analysts" in imports(path, types=False)}
    assert {named(path) for path in asked} == {"tray/commands/metrics.py", "tray/views/window/content.py"}


def test_no_exception_outlives_its_reason():
    assert [name for name in NAMED if not vendors_named(ROOT / "tray" / name)] == []


# -- files


@pytest.mark.parametrize("path", [*CODE, *TESTS], ids=named)
def test_a_file_is_short_and_says_what_it_is(path):
    lines = path.read_text("utf-8").count("\n")
    assert lines <= LINES
    first = (ast.get_docstring(tree(path)) or "").partition("\n")[0]
    assert len(first) > 10, "the first line says what the file is"


def test_no_module_is_called_by_a_word_for_anything():
    vague = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
    assert [named(path) for path in CODE if path.stem in vague] == []
    inside = [path for path in TRAY if len(path.relative_to(ROOT).parts) == 2]
    assert [named(path) for path in inside if path.stem in sys.stdlib_module_names] == []


def test_nothing_is_left_to_do_and_no_place_of_one_machine_is_named():
    bad = re.compile(r"\b(TO" r"DO|FIX" r"ME)\b|(?<![\w.])/(work|root)/")
    texts = [*CODE, *TESTS, *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "pyproject.toml"]
    texts += [path for path in (ROOT / "packaging").rglob("*") if path.is_file()]
    found = {named(path): bad.search(path.read_text("utf-8")) for path in texts}
    assert {name: match[0] for name, match in found.items() if match} == {}
