"""Photos made small, to be published beside the pages that show them. Needs Pillow (the extra `images`)."""
