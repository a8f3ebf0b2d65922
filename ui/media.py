"""HTTP routes for recordings out: playing with ranges, and downloading the original.

An agent may hear every conversation, a contact only their own; the prefix decides whose cookie
counts, as for uploads.
"""

from __future__ import annotations

from datetime import UTC
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from inbox.errors import NotFound
from inbox.models import Attachment, DeliveryStatus, Direction, Message
from ui.house import House
from ui.ranges import answer_range

# A recording never changes, so a browser may keep it; `private` because it is somebody's voice.
_CACHE = "private, max-age=31536000, immutable"
_ENDINGS = {"mp4": "m4a"}
_FORBIDDEN = frozenset('\\/:*?"<>|')  # in the file names of one system or another
_UNSENT = {DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.FAILED}


def media_router(house: House, base: str) -> APIRouter:
    """`base`: "" (agents) or "/chat" (contacts)."""
    router = APIRouter(prefix=base + "/media")

    @router.api_route("/{message_id}", methods=["GET", "HEAD"])
    async def play(request: Request, message_id: str) -> Response:
        _, attachment = await find(request, message_id)
        return answer(request, attachment, {})

    @router.api_route("/{message_id}/download", methods=["GET", "HEAD"])
    async def download(request: Request, message_id: str) -> Response:
        message, attachment = await find(request, message_id)
        conversation = await house.inbox.conversation(message.conversation_id)
        name = file_name(conversation.contact.name, message, attachment)
        return answer(request, attachment, {"Content-Disposition": disposition(name)})

    async def find(request: Request, message_id: str) -> tuple[Message, Attachment]:
        """The same answer for what isn't there and what isn't theirs: nothing to be guessed."""
        message = await house.inbox.message(message_id)
        theirs = not base or (
            message.conversation_id == request.state.conversation.id
            and message.direction is not Direction.NOTE
            and message.status not in _UNSENT
        )
        if not theirs or message.attachment is None:
            raise NotFound("There is no such recording here.")
        return message, message.attachment

    def answer(request: Request, attachment: Attachment, more: dict[str, str]) -> Response:
        return answer_range(
            request,
            size=attachment.size,
            content_type=attachment.content_type,
            read=lambda start, stop: house.media.read(attachment.media_id, start, stop),
            headers={"Cache-Control": _CACHE, "ETag": f'"{attachment.sha256}"', **more},
        )

    return router


def file_name(contact: str, message: Message, attachment: Attachment) -> str:
    """`Priya Sharma 2026-11-22 14-02-05 UTC.webm`: contact, UTC time, the container's ending."""
    container = attachment.description.container
    name = "".join(
        " " if each in '\\/:*?"<>|' or not each.isprintable() else each for each in contact
    )
    name = " ".join(name.split()).strip(". ")[:80].strip() or "Voice note"
    at = message.at.astimezone(UTC).strftime("%Y-%m-%d %H-%M-%S UTC")
    return f"{name} {at}.{_ENDINGS.get(container, container)}"


def disposition(name: str) -> str:
    """`Content-Disposition` for any name (RFC 6266): plain ASCII, then the real one."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace("%", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
