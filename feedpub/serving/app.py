"""The output directory as an ASGI application, and what the server says of itself.

Starlette has the request, its headers, and answers of a few bytes. What it has for files looks at a path and then opens
it: between the two another version may take its place, and the bytes would not be those that the headers tell of.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from feedpub.serving import answers, asked, files
from feedpub.serving.answers import Served
from feedpub.serving.asked import Part
from feedpub.serving.files import Folder, Opened
from feedpub.serving.own import NAMES, Own

_ENCODINGS = ("br", "gzip")
"""The smaller one first."""
_CHUNK = 1 << 18
"""Bytes that are read and sent at once."""
_ALLOWED = "GET, HEAD, OPTIONS"


class Application:
    """Answers GET and HEAD with the documents of a directory, nothing else.

    Args:
        root: the output directory; it may come to be later.
        prefix: the names in the path of its address; what is there is below these as well.
        served: what all answers depend on.
        missing: the pages for where there is nothing, by language, the preferred one first.
        clock: tells the time.
        own: says how the server and its sources are.
    """

    def __init__(
        self,
        root: Path,
        prefix: tuple[str, ...],
        served: Served,
        missing: Mapping[str, bytes],
        clock: Callable[[], datetime],
        own: Own,
    ) -> None:
        self.root = Path(os.path.realpath(root))
        self.prefix, self.served, self.missing, self.clock, self.own = prefix, served, missing, clock, own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope)
        headers = {name: ", ".join(request.headers.getlist(name)) for name in request.headers}
        # The path as it came: decoded, a slash within a name would look like one between two.
        path = files.names(scope["raw_path"]) or ()
        if path in NAMES and request.method in ("GET", "HEAD"):
            # Before all files: whatever is published, this is not taken for it.
            said = await self.own.answer(path[0], scope["query_string"])
            told = {"Content-Type": said.media_type, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
            await Response(said.body, said.status, told)(scope, receive, send)
            return
        found: Opened | Folder | None = None
        if request.method in ("GET", "HEAD"):
            found = await run_in_threadpool(self._find, path, headers.get("accept-encoding"))
        if isinstance(found, Opened):
            await self._document(found, request, headers, send)
        else:
            answer = self._without_document(request, path, headers, folder=found is not None)
            await answer(scope, receive, send)

    def _find(self, path: tuple[str, ...], accepted: str | None) -> Opened | Folder | None:
        """What is at a path: below the path of the site's address, else as it stands."""
        encodings = asked.encodings(accepted, _ENCODINGS)
        if path and path == self.prefix:
            return Folder()
        for one in dict.fromkeys((self._below(path), path)):
            found = files.find(self.root, one, encodings) if one else None
            if found is not None:
                return found
        return None

    def _below(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """A path without that of the site's address."""
        length = len(self.prefix)
        return path[length:] if path[:length] == self.prefix and len(path) > length else path

    async def _document(self, found: Opened, request: Request, headers: Mapping[str, str], send: Send) -> None:
        try:
            answer = answers.document(
                found,
                self.served,
                headers,
                self.clock(),
                whole=request.method != "GET",
                versioned="v" in request.query_params,
            )
            told = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers]
            await send({"type": "http.response.start", "status": answer.status, "headers": told})
            await _bytes(found.handle, answer.part if request.method == "GET" else Part(0, 0), send)
        finally:
            os.close(found.handle)

    def _without_document(
        self, request: Request, path: tuple[str, ...], headers: Mapping[str, str], *, folder: bool
    ) -> Response:
        """A redirect to a folder, or why there is nothing."""
        if request.method == "OPTIONS":
            answer = Response(status_code=204, headers={"Allow": _ALLOWED})
        elif request.method not in ("GET", "HEAD"):
            answer = Response(status_code=405, headers={"Allow": _ALLOWED})
        elif folder:
            # No name is empty, nor is any slash or backslash left in one: this leads nowhere else.
            where = "".join(f"/{quote(name, safe='')}" for name in path)
            query = f"?{request.url.query}" if request.url.query else ""
            answer = Response(status_code=308, headers={"Location": f"{where}/{query}"})
        else:
            language = asked.language(headers.get("accept-language"), tuple(self.missing))
            told = {"Content-Language": language, "Vary": "Accept-Language"}
            answer = Response(self.missing[language], 404, told, media_type="text/html")
        page = answer.status_code == 404  # noqa: PLR2004 - the status of the page
        for name, value in answers.common("/".join(self._below(path)), self.served, page=page):
            answer.headers[name] = value
        return answer


async def _bytes(handle: int, part: Part, send: Send) -> None:
    """Send a part of an open file."""
    at = part.start
    while at < part.end:
        chunk = await run_in_threadpool(os.pread, handle, min(_CHUNK, part.end - at), at)
        if not chunk:  # Somebody has cut the file; the connection ends before what was said of it.
            raise EOFError("a file became shorter while it was sent")
        at += len(chunk)
        await send({"type": "http.response.body", "body": chunk, "more_body": at < part.end})
    if part.start == part.end:
        await send({"type": "http.response.body", "body": b""})
