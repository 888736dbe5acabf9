"""Numbers and times of day as texts write them, in one spelling whatever the language.

A figure is a short text: "33200000" or "102.8" for a number, "17:30" for a time of day. Two versions of a release have
the same ones: "33.2 million" and 3 320萬, "102.8" and 一百零二點八, "5.30pm" and 下午五時三十分.
"""
