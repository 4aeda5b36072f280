"""Every child process: on Windows none of them may flash a console."""

import ast
from pathlib import Path

TRAY = Path(__file__).parents[2] / "tray"
STARTS = {"run", "Popen", "call", "check_call", "check_output"}
# Places whose children are never started on Windows, and what they are.
ELSEWHERE = {
    "desktop/macos.py": "osascript",
    "engine/vault.py": "security, of macOS",
    "desktop/appearance.py": "gsettings, xfconf-query, defaults",
    "views/window/place.py": "xrandr",
}


def starters(path):
    """The calls of a module that start a child: `subprocess.run(...)` and the like."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in STARTS
            and ast.unparse(node.func.value) == "subprocess"
        ):
            yield node


def test_every_child_is_started_without_a_console():
    found = [
        (path.relative_to(TRAY).as_posix(), call) for path in TRAY.rglob("*.py") for call in starters(path)
    ]
    assert len(found) >= 6, "the calls are written in another way now"
    for place, call in found:
        flags = {word.arg: ast.unparse(word.value) for word in call.keywords}.get("creationflags", "")
        assert place in ELSEWHERE or "NO_WINDOW" in flags, f"{place}:{call.lineno}"


def test_nobody_starts_a_child_in_another_way():
    for path in TRAY.rglob("*.py"):
        text = path.read_text("utf-8")
        for way in (
            "os.system(",
            "os.spawn",
            "os.popen(",
            "os.startfile(",
            "from subprocess import",
            "import pty",
        ):
            assert way not in text, f"{path.name}: {way}"
