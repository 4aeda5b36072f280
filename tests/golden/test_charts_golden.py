"""The charts' pictures, pixel by pixel; `UPDATE_GOLDENS=1` writes them anew after a wanted change."""

from __future__ import annotations

import os

import pytest
from PIL import Image, ImageChops

from tests.golden.chart_sheet import SHEETS, golden, sheet, write


@pytest.fixture(scope="module", autouse=True)
def _accepted():
    if os.environ.get("UPDATE_GOLDENS") == "1":
        write()


@pytest.mark.parametrize(("dark", "scale"), SHEETS, ids=[golden(*one).stem for one in SHEETS])
def test_every_chart_looks_as_it_was_accepted(dark, scale):
    page, boxes = sheet(dark, scale)
    accepted = Image.open(golden(dark, scale)).convert("RGB")
    assert accepted.size == page.size, "charts came, went or changed their size"
    changed = [
        name
        for name, box in boxes.items()
        if ImageChops.difference(page.crop(box), accepted.crop(box)).getbbox() is not None
    ]
    assert not changed
    assert page.tobytes() == accepted.tobytes()
