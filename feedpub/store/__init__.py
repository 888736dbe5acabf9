"""Room 3: what is known. Entries with their revisions, what the sources' lists said, and what was published."""
