"""What pages and embeds say to people, one module a language; a row of `languages` leads to its own."""
