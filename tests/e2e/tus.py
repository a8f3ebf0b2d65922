"""Earshot's recordings over plain HTTP, as any tus 1.0.0 client would do it, with the cookies of a
browser context (`page.context.request`)."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from uuid import uuid4

from playwright.sync_api import APIRequestContext, APIResponse

TUS = {"Tus-Resumable": "1.0.0"}


@dataclass(frozen=True, slots=True)
class Upload:
    """One draft on the server. `base`: the server's URL, with /chat for a contact."""

    request: APIRequestContext
    base: str
    conversation: str
    id: str

    @property
    def url(self) -> str:
        return f"{self.base}/uploads/{self.id}"

    def create(self, content_type: str = "audio/webm;codecs=opus") -> APIResponse:
        told = {"id": self.id, "conversation": self.conversation, "filetype": content_type}
        metadata = ",".join(f"{k} {b64encode(v.encode()).decode()}" for k, v in told.items())
        headers = {**TUS, "Upload-Defer-Length": "1", "Upload-Metadata": metadata}
        return self.request.post(f"{self.base}/uploads", headers=headers)

    def state(self) -> APIResponse:
        return self.request.head(self.url, headers=TUS)

    def append(self, offset: int, chunk: bytes) -> APIResponse:
        kind = {"Content-Type": "application/offset+octet-stream"}
        headers = {**TUS, **kind, "Upload-Offset": str(offset)}
        return self.request.patch(self.url, headers=headers, data=chunk)

    def send(self, take: bytes, conversation: str = "") -> APIResponse:
        body = {
            "conversation": conversation or self.conversation,
            "length": len(take),
            "sha256": hashlib.sha256(take).hexdigest(),
        }
        return self.request.post(f"{self.url}/send", data=body)

    def audio(self) -> APIResponse:
        return self.request.get(f"{self.url}/audio")

    def discard(self) -> APIResponse:
        return self.request.delete(self.url, headers=TUS)


def new_upload(request: APIRequestContext, base: str, conversation: str) -> Upload:
    """With an id of its own; nothing is on the server yet."""
    return Upload(request, base, conversation, str(uuid4()))
