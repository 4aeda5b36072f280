"""The shared local reader: a library that sources, window and CLI read through."""
