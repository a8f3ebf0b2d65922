"""HTTP routes for recordings in: resumable uploads by the tus 1.0.0 protocol, and Send.

Core, creation, creation-defer-length and termination, see https://tus.io/protocols/resumable-upload.
The same routes stand under "" for agents and under "/chat" for contacts; the prefix decides whose
cookie counts. HTTP status codes exist in one table, here.
"""

from __future__ import annotations

import base64
import binascii

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

from inbox import errors
from inbox.models import Draft
from inbox.person import Person, agent_person, contact_person
from ui.house import House
from ui.ranges import answer_range

STATUS: dict[type[errors.EarshotError], int] = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.SomebodyElse: 401,  # the recording waits in its browser until its owner is back
    errors.BadRequest: 400,
    errors.WindowClosed: 409,
    errors.OffsetConflict: 409,
    errors.AlreadySent: 410,
    errors.Mismatch: 422,
    errors.NotAudio: 422,
    errors.TooBig: 413,
    errors.StoreUnavailable: 503,
}
TUS = {"Tus-Resumable": "1.0.0", "Cache-Control": "no-store"}
CHUNK_TYPE = "application/offset+octet-stream"
BLOCK = 1_048_576  # a chunk longer than this is made safe in pieces, so memory stays bounded


class SendBody(BaseModel):
    """`length` in bytes and `sha256` in hex of the whole take, as the browser has it."""

    conversation: str
    length: int
    sha256: str


def add_error_answers(api: FastAPI) -> None:
    """Every error of ours becomes JSON with a sentence; the class decides the status."""

    async def answer(_request: Request, error: Exception) -> JSONResponse:
        status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
        body: dict[str, object] = {"error": str(error), "code": type(error).__name__}
        headers = dict(TUS)
        if isinstance(error, errors.OffsetConflict):
            headers["Upload-Offset"] = str(error.safe)
        if isinstance(error, errors.AlreadySent):
            body["message_id"] = error.message_id
        if status == 503:
            headers["Retry-After"] = "2"
        return JSONResponse(body, status, headers)

    async def answer_invalid(_request: Request, _error: Exception) -> JSONResponse:
        sentence = "This request is not as it should be; docs/testing.md shows how."
        return JSONResponse({"error": sentence, "code": "BadRequest"}, 400)

    api.add_exception_handler(errors.EarshotError, answer)
    api.add_exception_handler(RequestValidationError, answer_invalid)


def uploads_router(house: House, base: str) -> APIRouter:  # noqa: C901 - a list of routes
    """`base`: "" (agents) or "/chat" (contacts)."""
    router = APIRouter(prefix=base + "/uploads")
    drafts = house.drafts

    def person(request: Request) -> Person:
        if base:
            known = contact_person(request.state.conversation.contact)
        else:
            known = agent_person(request.state.agent)
        if request.headers.get("earshot-owner", known.owner) != known.owner:
            raise errors.SomebodyElse("Somebody else is signed in here now; please sign in again.")
        return known

    @router.options("")
    async def capabilities() -> Response:
        return Response(
            status_code=204,
            headers={
                **TUS,
                "Tus-Version": "1.0.0",
                "Tus-Extension": "creation,creation-defer-length,termination",
                "Tus-Max-Size": str(drafts.max_bytes),
            },
        )

    @router.post("")
    async def create(request: Request) -> Response:
        _require_tus(request)
        told = _metadata(request.headers.get("upload-metadata", ""))
        conversation = request.state.conversation.id if base else told.get("conversation", "")
        draft = await drafts.begin(
            person(request).owner,
            told.get("id", ""),
            conversation,
            told.get("filetype", ""),
            _length(request, required=True),
        )
        headers = await _state(draft)
        headers["Location"] = f"{request.scope.get('root_path', '')}{base}/uploads/{draft.id}"
        return Response(status_code=201, headers=headers)

    @router.head("/{draft_id}")
    async def state(request: Request, draft_id: str) -> Response:
        _require_tus(request)
        draft = await drafts.draft(person(request).owner, draft_id)
        return Response(headers=await _state(draft))

    @router.patch("/{draft_id}")
    async def append(request: Request, draft_id: str) -> Response:
        _require_tus(request)
        if request.headers.get("content-type") != CHUNK_TYPE:
            return _refuse(415, f"A chunk has the type {CHUNK_TYPE}.")
        owner = person(request).owner
        draft = await drafts.draft(owner, draft_id)
        length = _length(request, required=False)
        if length is not None:
            draft = await drafts.set_length(draft, length)
        offset = _number(request, "upload-offset")
        block = bytearray()
        try:
            async for piece in request.stream():
                block += piece
                if len(block) >= BLOCK:
                    offset = await drafts.append(owner, draft_id, offset, bytes(block))
                    block.clear()
        except ClientDisconnect:
            pass  # what has arrived is kept below; the client asks where to go on
        safe = await drafts.append(owner, draft_id, offset, bytes(block))
        return Response(status_code=204, headers={**TUS, "Upload-Offset": str(safe)})

    @router.delete("/{draft_id}")
    async def discard(request: Request, draft_id: str) -> Response:
        _require_tus(request)
        await drafts.discard(person(request).owner, draft_id)
        return Response(status_code=204, headers=TUS)

    @router.post("/{draft_id}/send")
    async def send(request: Request, draft_id: str, body: SendBody) -> Response:
        added = await house.inbox.send_voice_note(
            person(request), draft_id, body.conversation, body.length, body.sha256
        )
        return JSONResponse({"message_id": added.message.id}, 201 if added.new else 200)

    @router.get("/{draft_id}/audio")
    async def audio(request: Request, draft_id: str) -> Response:
        draft = await drafts.draft(person(request).owner, draft_id)
        return answer_range(
            request,
            size=await drafts.size(draft),
            content_type=draft.content_type,
            read=lambda start, stop: drafts.read(draft, start, stop),
            headers={"Cache-Control": "no-store"},
        )

    @router.get("")
    async def recoverable(request: Request, conversation: str) -> Response:
        found = await drafts.recoverable(person(request).owner, conversation)
        rows = [
            {
                "id": each.draft.id,
                "content_type": each.draft.content_type,
                "size": each.size,
                "duration_ms": each.duration_ms,
                "created_at": each.draft.created_at.isoformat(),
                "updated_at": each.touched_at.isoformat(),
            }
            for each in found
        ]
        return JSONResponse({"drafts": rows}, headers={"Cache-Control": "no-store"})

    async def _state(draft: Draft) -> dict[str, str]:
        headers = {**TUS, "Upload-Offset": str(await drafts.size(draft))}
        if draft.length is None:
            headers["Upload-Defer-Length"] = "1"
        else:
            headers["Upload-Length"] = str(draft.length)
        return headers

    return router


def _require_tus(request: Request) -> None:
    if request.headers.get("tus-resumable") != "1.0.0":
        raise errors.BadRequest("Uploads here speak tus 1.0.0; send Tus-Resumable: 1.0.0.")


def _length(request: Request, *, required: bool) -> int | None:
    if "upload-length" in request.headers:
        return _number(request, "upload-length")
    if required and request.headers.get("upload-defer-length") != "1":
        raise errors.BadRequest("An upload begins with Upload-Length or Upload-Defer-Length: 1.")
    return None


def _number(request: Request, name: str) -> int:
    text = request.headers.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise errors.BadRequest(f"The header {name.title()} takes a number of bytes.")
    return int(text)


def _metadata(header: str) -> dict[str, str]:
    """tus `Upload-Metadata`: comma-separated `key base64` pairs."""
    told = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            told[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise errors.BadRequest("Upload-Metadata takes base64 values.") from None
    return told


def _refuse(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence, "code": "BadRequest"}, status, TUS)
