"""The picture of a chart; equal descriptions give equal pixels on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.views.charts import columns, heat, level, ring, spark, timeline
from tray.views.charts.specs import Columns, Heat, Level, Ring, Spark, Timeline

if TYPE_CHECKING:
    from PIL import Image

    from tray.views.charts.specs import Chart


def draw(spec: Chart) -> Image.Image:
    """RGBA, of the size asked for (a negative one is 0), opaque on the `ground` of its colours.

    Never raises, whatever the values: what can't be drawn in so little room is left out.
    """
    match spec:
        case Spark():
            image = spark.draw(spec)
        case Ring():
            image = ring.draw(spec)
        case Heat():
            image = heat.draw(spec)
        case Columns():
            image = columns.draw(spec)
        case Level():
            image = level.draw(spec)
        case Timeline():
            image = timeline.draw(spec)
    return image.convert("RGBA")
