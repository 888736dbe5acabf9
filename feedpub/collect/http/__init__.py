"""The one place that speaks HTTP: bounded, paced, guarded, conditional, patient.

A `Client` asks with `retrying` through `dialer`, and gives a `Reply` whose body went through `decoding`; `problems`
says what went wrong.
"""

from __future__ import annotations

from feedpub.collect.http.client import Client, Reply, open_client

__all__ = ["Client", "Reply", "open_client"]
