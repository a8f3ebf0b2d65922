"""Delivery only ever moves forward, whatever order the reports come in."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.delivery import advance, can_advance
from inbox.errors import BadRequest, ChannelError, WindowClosed
from inbox.models import DeliveryStatus, Direction, Kind, Message
from tests.house import TestHouse, ana, new_id

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REPORTED = [DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ]


def sending() -> Message:
    return Message(
        id="m",
        conversation_id="c",
        direction=Direction.OUT,
        kind=Kind.TEXT,
        at=NOON,
        status=DeliveryStatus.SENDING,
    )


@given(st.lists(st.sampled_from(REPORTED)))
def test_any_order_of_reports_ends_at_the_furthest(reports: list[DeliveryStatus]) -> None:
    message = sending()
    for status in reports:
        message = advance(message, status, NOON)
    expected = max(reports, key=REPORTED.index) if reports else DeliveryStatus.SENDING
    assert message.status is expected


@pytest.mark.parametrize("later", [DeliveryStatus.DELIVERED, DeliveryStatus.PLAYED])
def test_what_arrived_cannot_fail_any_more(later: DeliveryStatus) -> None:
    assert not can_advance(later, DeliveryStatus.FAILED)
    assert not can_advance(later, DeliveryStatus.SENT)


def test_a_failure_is_told_and_forgotten_with_a_new_try() -> None:
    failed = advance(sending(), DeliveryStatus.FAILED, NOON, "The number is not on this channel.")
    assert failed.failure == "The number is not on this channel."
    again = advance(failed, DeliveryStatus.QUEUED, NOON)
    assert (again.status, again.failure) == (DeliveryStatus.QUEUED, "")


async def test_reports_twice_and_in_any_order(house: TestHouse, take: bytes) -> None:
    agent = await house.owner()
    priya = await house.writes("Priya")
    draft = await house.records(ana(agent), priya, take)
    async with house.working():
        note = (await house.sends(ana(agent), priya, draft, take)).message
        text = await house.inbox.send_text(agent, priya.id, new_id(), "Listen to this")
        await until_status(house, text.id, DeliveryStatus.SENT)
    await house.channel.report(house.inbox.record_delivery, duplicate=3, reorder=True)
    assert (await house.inbox.message(note.id)).status is DeliveryStatus.PLAYED
    assert (await house.inbox.message(text.id)).status is DeliveryStatus.READ


async def test_the_channel_says_not_now_and_then_takes_them_in_order(house: TestHouse) -> None:
    house.channel.failures = [ChannelError("Not now.", retryable=True) for _ in range(3)]
    agent = await house.owner()
    priya = await house.writes("Priya")
    async with house.working():
        sent = [await house.inbox.send_text(agent, priya.id, new_id(), str(n)) for n in range(5)]
        await until_status(house, sent[-1].id, DeliveryStatus.SENT)
    assert [message.text for message in house.channel.sent] == ["0", "1", "2", "3", "4"]
    first = await house.inbox.message(sent[0].id)
    assert [status for status, _ in first.steps] == [DeliveryStatus.QUEUED, DeliveryStatus.SENT]


async def test_a_refusal_is_shown_and_retry_sends_it(house: TestHouse) -> None:
    house.channel.failures = [ChannelError("Priya blocked this number.", retryable=False)]
    agent = await house.owner()
    priya = await house.writes("Priya")
    async with house.working():
        text = await house.inbox.send_text(agent, priya.id, new_id(), "Hello?")
        await until_status(house, text.id, DeliveryStatus.FAILED)
        assert (await house.inbox.message(text.id)).failure == "Priya blocked this number."
        await house.inbox.retry(text.id)
        await until_status(house, text.id, DeliveryStatus.SENT)
        with pytest.raises(BadRequest, match="failed"):
            await house.inbox.retry(text.id)
    assert len(house.channel.sent) == 1


async def test_no_retry_outside_the_window(house: TestHouse) -> None:
    house.channel.failures = [ChannelError("No.", retryable=False)]
    agent = await house.owner()
    priya = await house.writes("Priya")
    async with house.working():
        text = await house.inbox.send_text(agent, priya.id, new_id(), "Hello?")
        await until_status(house, text.id, DeliveryStatus.FAILED)
    house.clock.pass_by(hours=25)
    with pytest.raises(WindowClosed):
        await house.inbox.retry(text.id)


async def test_what_was_claimed_when_the_process_died_goes_out_at_the_next_start(
    house: TestHouse,
) -> None:
    agent = await house.owner()
    priya = await house.writes("Priya")
    text = await house.inbox.send_text(agent, priya.id, new_id(), "Hello?")
    await house.inbox.record_delivery(text.id, DeliveryStatus.SENDING)
    async with house.working():
        await until_status(house, text.id, DeliveryStatus.SENT)
    assert len(house.channel.sent) == 1


@pytest.mark.expects_error_log("broke on message")
async def test_a_channel_that_breaks_fails_its_message_and_nothing_else(house: TestHouse) -> None:
    house.channel.failures = [RuntimeError("a bug")]  # type: ignore[list-item]
    agent = await house.owner()
    priya = await house.writes("Priya")
    async with house.working():
        bad = await house.inbox.send_text(agent, priya.id, new_id(), "one")
        good = await house.inbox.send_text(agent, priya.id, new_id(), "two")
        await until_status(house, good.id, DeliveryStatus.SENT)
    assert (await house.inbox.message(bad.id)).status is DeliveryStatus.FAILED


async def until_status(house: TestHouse, message_id: str, status: DeliveryStatus) -> None:
    changed = asyncio.Event()
    house.house.news.subscribe(lambda _news: changed.set())
    async with asyncio.timeout(10):
        while (await house.inbox.message(message_id)).status is not status:
            await changed.wait()
            changed.clear()
