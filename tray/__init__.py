"""claudette-tray: one battery in the tray that tells truthfully how much quota is left."""

__version__ = "0.1.0"
