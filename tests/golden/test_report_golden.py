"""The picture of the activity, pixel by pixel; `UPDATE_GOLDENS=1` writes it anew after a wanted change."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.report_stage import EMPTY, FOUND
from tray.core.insights import Rank, reranked
from tray.core.insights_mask import masked
from tray.views.metrics_picture import picture

GOLDENS = Path(__file__).parent / "report"
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"

PICTURES = {
    "activity": (FOUND, Rank.SESSIONS, 1),
    "masked": (masked(reranked(FOUND, Rank.COST)), Rank.COST, 1),
    "empty": (replace(EMPTY, trouble="Claudette's database is locked.", complete=False), Rank.SESSIONS, 2),
}


@pytest.mark.parametrize("name", PICTURES)
def test_the_report_looks_as_it_was_accepted(name):
    found, rank, scale = PICTURES[name]
    drawn = picture(found, rank, scale=scale)
    golden = GOLDENS / f"{name}.png"
    if UPDATE:
        golden.parent.mkdir(exist_ok=True)
        drawn.save(golden, optimize=True)
    with Image.open(golden) as opened:
        accepted = opened.convert("RGB")
    assert accepted.size == drawn.size
    assert ImageChops.difference(accepted, drawn).getbbox() is None
