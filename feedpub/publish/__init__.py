"""Room 6: documents -> where they are served from."""
