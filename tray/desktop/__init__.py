"""What differs per platform: tray hosts, autostart, appearance, diagnosis."""
