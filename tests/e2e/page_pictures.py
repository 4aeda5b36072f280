"""Makes docs/screenshots/browser.png, the browser page: `python3 -m tests.e2e.page_pictures`.

A real Chromium looks at the demo's page, which is made up.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.e2e.chromium import Chromium
from tests.e2e.person import end

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
WIDTH = 1000


def main() -> int:
    """Write the picture."""
    command = [sys.executable, "-m", "tray", "--demo", "window", "--browser", "--no-open"]
    serving = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "TZ": "UTC"})
    try:
        with serving.stdout, tempfile.TemporaryDirectory() as profile, Chromium(Path(profile)) as browser:
            browser.size(WIDTH, 800)
            browser.dark(on=True)
            browser.open(serving.stdout.readline().strip() + "?tab=insights")
            browser.until("document.querySelector('.heat')")
            browser.run("document.getElementById('heat-0-0').focus()")
            browser.key("ArrowDown", "ArrowDown", *["ArrowRight"] * 10)
            browser.size(WIDTH, browser.run("document.documentElement.scrollHeight"))
            picture = Image.open(io.BytesIO(browser.picture()))
    finally:
        end(serving)
    few = picture.convert("RGB").quantize(224, dither=Image.Dither.NONE)
    few.save(FOLDER / "browser.png", optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
