"""`feedpub evaluate`: how well pairing and tagging do on labelled releases."""
