"""A folder of releases as text, Markdown or HTML files."""
