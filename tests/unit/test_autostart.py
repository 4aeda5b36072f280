"""Start at login: what is switched on can be seen and switched off again, on each system."""

import plistlib
import shutil
import subprocess
from contextlib import contextmanager

import pytest

from tray.desktop.autostart import LaunchAgent, RunKey, XdgAutostart, autostart, with_command

COMMAND = ("/opt/my apps/claudette-tray",)


class FakeRegistry:
    """The part of `winreg` that is used: values in a dictionary of keys."""

    HKEY_CURRENT_USER = "HKCU"
    KEY_SET_VALUE = 2
    REG_SZ = 1

    def __init__(self):
        self.keys = {}

    @contextmanager
    def OpenKey(self, root, path, reserved=0, access=0):
        assert root == self.HKEY_CURRENT_USER
        if path not in self.keys:
            raise FileNotFoundError(path)
        yield self.keys[path]

    @contextmanager
    def CreateKeyEx(self, root, path, reserved, access):
        assert root == self.HKEY_CURRENT_USER
        yield self.keys.setdefault(path, {})

    def QueryValueEx(self, key, name):
        if name not in key:
            raise FileNotFoundError(name)
        return key[name], self.REG_SZ

    def SetValueEx(self, key, name, reserved, kind, value):
        key[name] = value

    def DeleteValue(self, key, name):
        if name not in key:
            raise FileNotFoundError(name)
        del key[name]


RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"


def ways(folder):
    return {
        "xdg": XdgAutostart(folder=folder / "autostart", command=COMMAND),
        "macos": LaunchAgent(folder=folder / "LaunchAgents", command=COMMAND),
        "windows": RunKey(registry=FakeRegistry(), command=COMMAND),
    }


@pytest.mark.parametrize("system", ["xdg", "macos", "windows"])
def test_on_and_off_can_be_repeated_and_seen(system, tmp_path):
    way = ways(tmp_path)[system]
    assert not way.is_on()
    for on in (True, True, False, False, True):
        way.turn(on=on)
        assert way.is_on() is on


def test_off_leaves_no_file_and_on_makes_the_folder(tmp_path):
    for name, way in ways(tmp_path).items():
        way.turn(on=True)
        if name != "windows":
            assert [p.is_file() for p in tmp_path.glob("*/*")] == [True]
        way.turn(on=False)
        assert list(tmp_path.glob("*/*")) == []


def test_the_entry_names_the_program_by_its_path(tmp_path):
    ways(tmp_path)["xdg"].turn(on=True)
    text = (tmp_path / "autostart" / "claudette-tray.desktop").read_text()
    assert '\nExec="/opt/my apps/claudette-tray"\n' in text


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="desktop-file-utils is not installed")
def test_the_entry_is_valid(tmp_path):
    XdgAutostart(folder=tmp_path, command=('/o p/100%/"q"/$x\\y`z', "-m", "tray")).turn(on=True)
    done = subprocess.run(
        ["desktop-file-validate", tmp_path / "claudette-tray.desktop"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("", 0)


@pytest.mark.parametrize(
    "line", ["Hidden=true", "X-GNOME-Autostart-enabled=false", "X-GNOME-Autostart-enabled = false"]
)
def test_an_entry_switched_off_by_the_desktop_is_off_until_turned_on(line, tmp_path):
    way = XdgAutostart(folder=tmp_path, command=COMMAND)
    (tmp_path / "claudette-tray.desktop").write_text(f"[Desktop Entry]\nType=Application\n{line}\n")
    assert not way.is_on()
    way.turn(on=True)
    assert way.is_on()


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("/usr/bin/claudette-tray",), "Exec=/usr/bin/claudette-tray window"),
        (("/usr/bin/python3", "-m", "tray"), "Exec=/usr/bin/python3 -m tray window"),
        (("/a b/x",), 'Exec="/a b/x" window'),
        (("/50%/x",), "Exec=/50%%/x window"),
        (("/$HOME/x",), 'Exec="/\\\\$HOME/x" window'),
        (("/back\\slash",), 'Exec="/back\\\\\\\\slash" window'),
    ],
)
def test_exec_lines_are_quoted_twice_and_keep_their_arguments(command, expected):
    assert with_command("Exec=claudette-tray window\n", command) == expected + "\n"


def test_only_exec_lines_change():
    entry = "Icon=claudette-tray\nTryExec=claudette-tray\nExec=claudette-tray\n"
    assert with_command(entry, ("/x",)) == "Icon=claudette-tray\nTryExec=claudette-tray\nExec=/x\n"


def test_the_launch_agent_starts_the_program_at_login(tmp_path):
    LaunchAgent(folder=tmp_path, command=("/v/bin/python", "-m", "tray")).turn(on=True)
    agent = plistlib.loads((tmp_path / "claudette-tray.plist").read_bytes())
    assert agent["ProgramArguments"] == ["/v/bin/python", "-m", "tray"]
    assert agent["RunAtLoad"] is True
    assert agent["Label"] == "claudette-tray"


@pytest.mark.parametrize("content", [b"", b"junk", b"<plist", b"bplist00junk"])
def test_a_broken_launch_agent_is_off(content, tmp_path):
    (tmp_path / "claudette-tray.plist").write_bytes(content)
    assert not LaunchAgent(folder=tmp_path, command=COMMAND).is_on()


def test_the_run_key_holds_a_quoted_command_line():
    registry = FakeRegistry()
    RunKey(registry=registry, command=(r"C:\Program Files\x\claudette-trayw.exe",)).turn(on=True)
    assert registry.keys[RUN] == {"claudette-tray": r'"C:\Program Files\x\claudette-trayw.exe"'}


def test_other_programs_run_values_stay():
    registry = FakeRegistry()
    registry.keys[RUN] = {"other": "other.exe"}
    way = RunKey(registry=registry, command=COMMAND)
    way.turn(on=True)
    way.turn(on=False)
    assert registry.keys[RUN] == {"other": "other.exe"}


def test_task_managers_switch_counts_until_turned_on_again():
    registry = FakeRegistry()
    way = RunKey(registry=registry, command=COMMAND)
    way.turn(on=True)
    registry.keys[APPROVED] = {"claudette-tray": bytes([3]) + bytes(11)}
    assert not way.is_on()
    way.turn(on=True)
    assert way.is_on()
    registry.keys[APPROVED] = {"claudette-tray": bytes([2]) + bytes(11)}
    assert way.is_on()


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "autostart").write_text("in the way")
    with pytest.raises(OSError):
        ways(tmp_path)["xdg"].turn(on=True)


def test_this_system_has_a_way(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert not autostart().is_on()
