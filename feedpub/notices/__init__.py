"""How a notice of withdrawal reads: a text that stands in place of a release. One module a language.

A release that is taken for a notice vanishes; a notice that is not recognised is shown as a correction. So the patterns
ask that it is said of a press release, and of this one or of one that the government issued, and that it is said as
done: not asked for, not denied, not of a version, a part or a photo of it, and not of what it is about.
"""
