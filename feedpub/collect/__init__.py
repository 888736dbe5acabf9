"""Room 1: sources -> releases.

A kind of source is one module with a class that finds releases (`discover`) and reads one (`read`);
`kinds.py` registers it. Only this room touches the network.
"""
