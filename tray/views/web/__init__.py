"""The browser page: the window's content as HTML, served to this person alone; and the report as a file."""
