"""The panels that host the tray, and the configuration that makes each show nothing but the tray."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_XFCE = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="{dark}"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x={middle};y={bottom}"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="{size}"/>
      <property name="icon-size" type="uint" value="24"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-2" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
      <property name="menu-is-primary" type="bool" value="false"/>
    </property>
  </property>
</channel>
"""

_THEME = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xsettings" version="1.0">
  <property name="Net" type="empty">
    <property name="ThemeName" type="string" value="{theme}"/>
  </property>
</channel>
"""

_LXQT = """[General]
__userfile__=true
panels=panel1

[panel1]
plugins=spacer, statusnotifier
position=Bottom
width=100
width-percent=true
panelSize={size}
iconSize=24
lineCount=1
animation-duration=0

[spacer]
type=spacer
expandable=true

[statusnotifier]
type=statusnotifier
alignment=Right
"""


@dataclass(frozen=True)
class Panel:
    """How to start a panel, and what writes its configuration below a config folder."""

    command: tuple[str, ...]
    write: Callable[..., None]


def write_theme(config: Path, *, dark: bool) -> None:
    """The desktop's theme, as XFCE keeps it."""
    _put(_channels(config) / "xsettings.xml", _THEME.format(theme="Adwaita-dark" if dark else "Adwaita"))
    # A menu that fades keeps every test waiting that looks at what lies below it.
    _put(config / "gtk-3.0" / "settings.ini", "[Settings]\ngtk-enable-animations = 0\n")


def _write_xfce(config: Path, *, width: int, height: int, size: int, dark: bool) -> None:
    file = _channels(config) / "xfce4-panel.xml"
    if not file.exists():  # afterwards xfconfd owns it
        values = {"middle": width // 2, "bottom": height - size // 2, "size": size}
        _put(file, _XFCE.format(dark=str(dark).lower(), **values))


def _write_lxqt(config: Path, *, size: int, **_rest: object) -> None:
    _put(config / "lxqt" / "panel.conf", _LXQT.format(size=size))


def _channels(config: Path) -> Path:
    return config / "xfce4" / "xfconf" / "xfce-perchannel-xml"


def _put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


PANELS = {
    "xfce4-panel": Panel(("xfce4-panel", "--disable-wm-check"), _write_xfce),
    "lxqt-panel": Panel(("lxqt-panel",), _write_lxqt),
}
