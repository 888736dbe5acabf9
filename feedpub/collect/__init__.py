"""Room 1: sources -> releases.

A kind of source is one module with a class that finds releases (`discover`) and reads one (`read`);
`kinds.py` registers it. Only this room touches the network.
"""

import sys

# httpx loads its command line (rich, pygments) wherever that is installed, and does without where it is not. It costs
# a tenth of a run that finds nothing new, so httpx is told that it is not: None marks a module as absent.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # typeshed knows modules only
