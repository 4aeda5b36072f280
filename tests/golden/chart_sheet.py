"""Every chart in every state: the sheets that the golden test compares; `python -m tests.golden.chart_sheet` writes them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from tray.views.charts.draw import draw
from tray.views.charts.heat import square_height
from tray.views.charts.palette import inks
from tray.views.charts.specs import Columns, Dot, Heat, Level, Ring, Spark, Timeline
from tray.views.charts.timeline import height

if TYPE_CHECKING:
    from tray.views.charts.specs import Chart, Inks

GOLDENS = Path(__file__).parent / "charts"
SHEETS = ((False, 1.0), (True, 1.0), (False, 1.25), (False, 2.0), (True, 2.0))  # dark, scale
_GAP = 8
# Left out of the larger sheets: they would only say again what others say, in many bytes.
_ONCE = {
    "spark",
    "heat",
    "heat-focus-corner",
    "heat-huge",
    "heat-wide",
    "heat-flat",
    "columns",
    "columns-focus-zero",
}
_ONCE |= {"columns-low", "columns-narrow", "timeline", "timeline-focus-end"}

_DAY = (0, 0, 0, 0, 0, 0, 0, 0, 1, 4, 6, 7, 3, 2, 6, 8, 7, 5, 2, 1, 2, 3, 1, 0)
WEEK = (
    _DAY,
    tuple(count and count + (hour * 5) % 3 - 1 for hour, count in enumerate(_DAY)),
    tuple(count and count + (hour * 7) % 4 - 1 for hour, count in enumerate(_DAY)),
    tuple(count and max(count - (hour * 3) % 4, 0) for hour, count in enumerate(_DAY)),
    (*(count // 2 for count in _DAY[:18]), 0, 0, 0, 0, 0, 0),
    (0,) * 14 + (1, 2, 1) + (0,) * 7,
    (0,) * 20 + (1, 3, 2, 1),
)
TURNS = ("≤2", "≤4", "≤8", "≤16", "≤32", "≤64", "≤128", "129+")
HOURS = tuple(((hour - 12.5 + 24) % 24 / 24, f"{hour:02}:00") for hour in (16, 20, 0, 4, 8, 12))
SESSIONS = (
    Dot(start=0.02, end=0.09, outcome="ok"),
    Dot(start=0.07, end=0.21, outcome="failed", lane=1),
    Dot(start=0.3, end=0.31, outcome="ok"),
    Dot(start=0.78, end=0.86, outcome="ok"),
    Dot(start=0.8, end=0.95, outcome="failed", lane=1),
    Dot(start=0.88, end=0.99, outcome="ok"),
    Dot(start=0.83, end=1.0, outcome="open", lane=2),
    Dot(start=0.97, end=1.0, outcome="open", lane=1),
)
COMMITS = (3, 5, 0, 0, 8, 2, 6, 4, 1, 0, 0, 7, 9, 4)
COST = (
    0.4,
    1.2,
    0.9,
    None,
    2.2,
    3.1,
    0,
    0,
    1.4,
    1.9,
    2.6,
    2.2,
    0.7,
    0,
    0,
    *(1.1,) * 5,
    None,
    None,
    4,
    2,
    0,
    3.3,
)


def charts(scale: float, ink: Inks) -> dict[str, Chart]:
    """The charts of a sheet by name."""

    def px(pixels: float) -> int:
        return round(pixels * scale)

    spark = Spark(width=px(150), height=px(30), values=COMMITS, inks=ink, scale=scale)
    ring = Ring(size=px(40), stroke=px(5), part=0.85, inks=ink)
    heat = Heat(width=px(356), height=square_height(px(356), scale), cells=WEEK, scale=scale, inks=ink)
    columns = Columns(
        width=px(356),
        height=px(120),
        values=(31, 24, 18, 22, 9, 4, 0, 1),
        labels=TURNS,
        scale=scale,
        inks=ink,
    )
    level = Level(width=px(150), height=px(6), part=0.62, inks=ink)
    line = Timeline(width=px(356), height=height(3, scale), dots=SESSIONS, marks=HOURS, scale=scale, inks=ink)
    crowd = tuple(
        Dot(start=n / 60, end=n / 60 + n % 7 / 40, outcome=("ok", "failed", "open")[n % 3], lane=n % 9)
        for n in range(50)
    )
    return {
        "spark": spark,
        "spark-focus": replace(spark, focus=11),
        "spark-focus-first": replace(spark, focus=0),
        "spark-unknown-days": replace(spark, values=(*COST, 2.5)[-30:]),
        "spark-unknown": replace(spark, values=(None,) * 30),
        "spark-zero": replace(spark, values=(0,) * 14),
        "spark-empty": replace(spark, values=()),
        "spark-one": replace(spark, values=(0,) * 13 + (5,)),
        "spark-huge": replace(spark, values=(1, 10**9, 10**6, 0, 5 * 10**8)),
        "spark-crowded": replace(spark, values=tuple(n % 11 for n in range(90))),
        "ring": ring,
        "ring-none": replace(ring, part=None),
        "ring-zero": replace(ring, part=0.0),
        "ring-little": replace(ring, part=0.01),
        "ring-quarter": replace(ring, part=0.25),
        "ring-nearly": replace(ring, part=0.995),
        "ring-all": replace(ring, part=1.0),
        "level": level,
        "level-zero": replace(level, part=0.0),
        "level-little": replace(level, part=0.001),
        "level-nearly": replace(level, part=0.999),
        "level-all": replace(level, part=1.0),
        "heat": heat,
        "heat-focus": replace(heat, focus=2 * 24 + 15),
        "heat-focus-corner": replace(heat, focus=23),
        "heat-focus-empty": replace(heat, focus=6 * 24),
        "heat-empty": replace(heat, cells=((0,) * 24,) * 7),
        "heat-one": replace(
            heat, cells=((0,) * 24,) * 3 + ((0,) * 11 + (1,) + (0,) * 12,) + ((0,) * 24,) * 3
        ),
        "heat-huge": replace(heat, cells=tuple(tuple(10**9 * n for n in day) for day in WEEK)),
        "heat-wide": replace(heat, width=px(560), height=square_height(px(560), scale)),
        "heat-flat": replace(heat, width=px(276), height=px(72)),
        "columns": columns,
        "columns-focus": replace(columns, focus=1),
        "columns-focus-zero": replace(columns, focus=6),
        "columns-empty": replace(columns, values=(0,) * 8),
        "columns-one": replace(columns, values=(0, 0, 1, 0, 0, 0, 0, 0)),
        "columns-huge": replace(columns, values=(10**9, 123_456_789, 10**6, 99_999, 1234, 10**13, 0, 1)),
        "columns-narrow": replace(columns, width=px(200), values=(10**9, 12345, 8, 7, 6, 5, 4, 1234)),
        "columns-low": replace(columns, height=px(40)),
        "timeline": line,
        "timeline-focus": replace(line, focus=4),
        "timeline-focus-end": replace(line, focus=7),
        "timeline-empty": replace(line, dots=()),
        "timeline-one": replace(line, height=height(1, scale), dots=SESSIONS[:1]),
        "timeline-crowded": replace(line, dots=crowd),
    }


def sheet(dark: bool, scale: float) -> tuple[Image.Image, dict[str, tuple[int, int, int, int]]]:
    """All charts on one page, and where each of them is."""
    ink = inks(dark)
    gap, across = round(_GAP * scale), round(760 * scale)
    shown = charts(scale, ink)
    made = {name: draw(chart) for name, chart in shown.items() if scale == 1 or name not in _ONCE}
    boxes: dict[str, tuple[int, int, int, int]] = {}
    x = y = gap
    tall = 0
    for name, picture in made.items():
        if x + picture.width + gap > across:
            x, y, tall = gap, y + tall + gap, 0
        boxes[name] = (x, y, x + picture.width, y + picture.height)
        x, tall = x + picture.width + gap, max(tall, picture.height)
    page = Image.new("RGB", (across, y + tall + gap), ink.ground)
    for name, picture in made.items():
        page.paste(picture, boxes[name][:2])
    return page, boxes


def golden(dark: bool, scale: float) -> Path:
    return GOLDENS / f"{'dark' if dark else 'light'}-{scale:g}.png"


def write() -> None:
    """Accept what is drawn today."""
    GOLDENS.mkdir(exist_ok=True)
    for dark, scale in SHEETS:
        page, _ = sheet(dark, scale)
        page.save(golden(dark, scale), optimize=True)


if __name__ == "__main__":
    write()
