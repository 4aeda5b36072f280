"""The compact usage window, a process of its own."""
