"""Delivers queued messages: claims one, hands it to its channel, records what came of it.

Outgoing messages are rows first, so a restart loses nothing. Messages of one conversation go out
in order. Ends cleanly: what is being sent is finished, or its claim is given back.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from datetime import timedelta

from inbox.drafts import Drafts
from inbox.errors import ChannelError, EarshotError, StoreError
from inbox.inbox import Inbox
from inbox.models import DeliveryStatus, Message
from inbox.protocols import Channel, Store

log = logging.getLogger("earshot.worker")

BATCH = 100
HOUR = 3600.0


class Worker:
    """One task per channel, plus one that looks after expired drafts."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        store: Store,
        drafts: Drafts,
        channels: Mapping[str, Channel],
        wake: asyncio.Event,
        first_pause: timedelta = timedelta(seconds=1),
        longest_pause: timedelta = timedelta(minutes=1),
    ) -> None:
        self._inbox = inbox
        self._store = store
        self._drafts = drafts
        self._channels = channels
        self._wakes = {name: asyncio.Event() for name in channels}
        self._wake = wake
        self._first_pause = first_pause.total_seconds()
        self._longest_pause = longest_pause.total_seconds()
        self._ending = asyncio.Event()

    async def run(self) -> None:
        """Works until `stop`."""
        await self._give_back_claims()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pass_on_wakes())
            group.create_task(self._expire_drafts())
            for channel in self._channels.values():
                group.create_task(self._deliver(channel))

    def stop(self) -> None:
        """Ends `run` soon: nothing new is claimed."""
        self._ending.set()
        self._wake.set()
        for wake in self._wakes.values():
            wake.set()

    async def _deliver(self, channel: Channel) -> None:
        wake = self._wakes[channel.name]
        pause = self._first_pause
        while not self._ending.is_set():
            wake.clear()
            try:
                postponed = await self._deliver_queued(channel)
            except StoreError as trouble:
                log.warning("%s: %s", channel.name, trouble)
                postponed = True
            if not postponed:
                pause = self._first_pause
                await wake.wait()
                continue
            await self._sleep(pause)
            pause = min(pause * 2, self._longest_pause)

    async def _deliver_queued(self, channel: Channel) -> bool:
        """Goes through the queue once; whether something has to be tried again later."""
        blocked: set[str] = set()
        queued = await self._store.waiting(DeliveryStatus.QUEUED, channel=channel.name, limit=BATCH)
        for message in queued:
            if self._ending.is_set():
                return False
            # A later message never overtakes an earlier one of the same conversation.
            if message.conversation_id not in blocked and not await self._send(channel, message):
                blocked.add(message.conversation_id)
        if len(queued) == BATCH and not blocked:
            self._wakes[channel.name].set()
        return bool(blocked)

    async def _send(self, channel: Channel, message: Message) -> bool:
        """Sends one message. False: the channel said "not now"; it is back in the queue."""
        claimed = await self._inbox.record_delivery(message.id, DeliveryStatus.SENDING)
        if claimed.status is not DeliveryStatus.SENDING:
            return True
        conversation = await self._inbox.conversation(message.conversation_id)
        try:
            channel_id = await channel.send(claimed, conversation.contact)
        except ChannelError as trouble:
            if trouble.retryable:
                await self._inbox.record_delivery(message.id, DeliveryStatus.QUEUED)
                return False
            await self._fail(message, str(trouble))
        except EarshotError as trouble:
            await self._fail(message, str(trouble))
        except Exception:
            log.exception("channel %s broke on message %s", channel.name, message.id)
            await self._fail(message, "Something went wrong inside Earshot. Please try again.")
        except asyncio.CancelledError:
            await self._inbox.record_delivery(message.id, DeliveryStatus.QUEUED)
            raise
        else:
            await self._inbox.record_delivery(
                message.id, DeliveryStatus.SENT, channel_message_id=channel_id
            )
        return True

    async def _fail(self, message: Message, sentence: str) -> None:
        await self._inbox.record_delivery(message.id, DeliveryStatus.FAILED, failure=sentence)

    async def _give_back_claims(self) -> None:
        """After a crash: what was claimed goes back into the queue.

        Right for channels where sending twice is harmless, because the message carries our id.
        """
        for channel in self._channels:
            while claimed := await self._store.waiting(
                DeliveryStatus.SENDING, channel=channel, limit=BATCH
            ):
                for message in claimed:
                    await self._inbox.record_delivery(message.id, DeliveryStatus.QUEUED)

    async def _expire_drafts(self) -> None:
        while not self._ending.is_set():
            try:
                await self._drafts.expire()
            except StoreError as trouble:
                log.warning("expired drafts stay for now: %s", trouble)
            await self._sleep(HOUR)

    async def _pass_on_wakes(self) -> None:
        while not self._ending.is_set():
            await self._wake.wait()
            self._wake.clear()
            for wake in self._wakes.values():
                wake.set()

    async def _sleep(self, seconds: float) -> None:
        """Sleeps, but not longer than until `stop`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ending.wait(), seconds)
