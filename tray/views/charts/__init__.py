"""The charts: hashable descriptions in, pictures out; nothing here knows a toolkit or a screen."""
