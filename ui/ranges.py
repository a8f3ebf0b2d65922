"""Answers a GET or HEAD with whole bytes or one range of them (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


def answer_range(
    request: Request,
    *,
    size: int,
    content_type: str,
    read: Callable[[int, int], AsyncIterator[bytes]],
    headers: dict[str, str],
) -> Response:
    """200, 206, 304 or 416. Several ranges at once are answered with the whole, as RFC 9110 allows.

    `read(start, stop)` gives the bytes; `headers` may carry a strong `ETag`.
    """
    headers = {**headers, "Accept-Ranges": "bytes", "Content-Type": content_type}
    etag = headers.get("ETag")
    if etag and etag in [
        tag.strip() for tag in request.headers.get("if-none-match", "").split(",")
    ]:
        return Response(status_code=304, headers=headers)
    start, stop, status = 0, size, 200
    wanted = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if wanted and any(wanted.groups()) and request.headers.get("if-range", etag) == etag:
        start, stop = _bounds(wanted[1], wanted[2], size)
        if start >= stop:
            headers["Content-Range"] = f"bytes */{size}"
            return Response(status_code=416, headers=headers)
        status = 206
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    headers["Content-Length"] = str(stop - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    return StreamingResponse(read(start, stop), status, headers)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:  # the last N bytes
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size
