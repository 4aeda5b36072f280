"""`python -m tray` is `claudette-tray`."""

import sys

from tray.cli import main

if __name__ == "__main__":
    sys.exit(main())
