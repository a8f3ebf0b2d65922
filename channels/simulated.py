"""A channel that behaves as badly as a real one can, on command; for tests and demonstrations.

It delays, fails, and repeats and shuffles its reports, but never by chance: the seed decides.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from inbox.errors import ChannelError
from inbox.models import Contact, DeliveryStatus, Kind, Message

Report = Callable[[str, DeliveryStatus], Awaitable[object]]


class SimulatedChannel:
    """Implements `Channel`. `delay` in seconds before each send; `failures` are raised first."""

    label = "Simulated"

    def __init__(
        self,
        name: str = "webchat",
        *,
        delay: float = 0.0,
        failures: list[ChannelError] | None = None,
        seed: int = 1,
    ) -> None:
        self.name = name
        self.delay = delay
        self.failures = failures if failures is not None else []
        self.sent: list[Message] = []
        self._random = random.Random(seed)

    async def send(self, message: Message, contact: Contact) -> str:
        """Delays, then fails with the next failure, or accepts."""
        await asyncio.sleep(self.delay)
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(message)
        return f"simulated-{message.id}"

    async def report(
        self, report: Report, *, duplicate: int = 1, reorder: bool = False
    ) -> list[tuple[str, DeliveryStatus]]:
        """Reports everything sent as delivered, read and (voice notes) played.

        Each report comes `duplicate` times, in any order if `reorder`. Returns what was reported.
        """
        steps = (DeliveryStatus.DELIVERED, DeliveryStatus.READ, DeliveryStatus.PLAYED)
        reports = [
            (message.id, status)
            for message in self.sent
            for status in steps
            if status is not DeliveryStatus.PLAYED or message.kind is Kind.VOICE
            for _ in range(duplicate)
        ]
        if reorder:
            self._random.shuffle(reports)
        for message_id, status in reports:
            await report(message_id, status)
        return reports
