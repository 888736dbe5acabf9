"""Serving the output directory: for a look, or beside the schedule where no other web server is at hand."""
