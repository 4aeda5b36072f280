"""The icon's pictures, pixel by pixel; `UPDATE_GOLDENS=1` writes them anew after a wanted change."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.golden.icon_sheet import FACES, SHEET, sheet, strip
from tray.views.icon import SIZES

GOLDENS = Path(__file__).parent / "icon"
ICONS = Path(__file__).parents[2] / "icons"
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.difference(one, other).getbbox(alpha_only=False) is None


@pytest.mark.parametrize("template", [False, True], ids=["colour", "template"])
@pytest.mark.parametrize("size", SIZES)
def test_every_face_looks_as_it_was_accepted(size, template):
    drawn = strip(size, template=template)
    golden = GOLDENS / f"{'template' if template else 'colour'}-{size}.png"
    if UPDATE:
        golden.parent.mkdir(exist_ok=True)
        drawn.save(golden, optimize=True)
    accepted = Image.open(golden).convert("RGBA")
    assert accepted.size == drawn.size
    changed = [
        name
        for i, name in enumerate(FACES)
        if not same(
            drawn.crop((i * size, 0, (i + 1) * size, size)),
            accepted.crop((i * size, 0, (i + 1) * size, size)),
        )
    ]
    assert not changed


def test_the_contact_sheet_in_the_docs_shows_the_icon_of_today():
    if UPDATE:
        sheet().save(SHEET, optimize=True)
    assert same(Image.open(SHEET).convert("RGB"), sheet())


def test_the_application_icon_files_are_made_from_the_svg():
    made = runpy.run_path(str(ICONS / "make.py"))
    for size in made["SIZES"]:
        stored = Image.open(ICONS / f"{made['NAME']}-{size}.png").convert("RGBA")
        assert same(stored, made["draw"](size)), size
    with Image.open(ICONS / f"{made['NAME']}.ico") as ico:
        assert ico.info["sizes"] == {(size, size) for size in made["ICO_SIZES"]}
