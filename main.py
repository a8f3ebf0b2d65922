"""Starts Earshot: reads the settings, opens the store, wires everything, serves.

`python main.py` serves; `demo` serves a seeded inbox; `backup DEST` copies the data folder while
the server runs. Importing this module does nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from inbox.protocols import Channel, Clock, Store
    from inbox.worker import Worker
    from ui.house import House

log = logging.getLogger("earshot")

# SIGTERM to exit takes at most the sum of these, which stays below 5 s.
SECONDS_FOR_REQUESTS = 2
SECONDS_FOR_WORKER = 1


def now() -> datetime:
    """The product's one clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earshot:
    """The two halves that run, what people reach through the web and the worker, and the store."""

    house: House
    worker: Worker
    store: Store


@contextlib.asynccontextmanager
async def open_earshot(
    settings: Settings,
    clock: Clock = now,
    channels: Sequence[Channel] | None = None,
    retry_after: timedelta = timedelta(seconds=1),
) -> AsyncIterator[Earshot]:
    """Wires everything, and takes it apart again at the end. Raises `StoreError`.

    Tests bring their own clock and channels. `retry_after`: the worker's first pause after a
    channel has said "not now".
    """
    # NiceGUI is only loaded when something is to be served: a backup has no use for it.
    from nicegui import Event

    from audio.tools import PyAvTools
    from channels.webchat import WebChat
    from inbox.contacts import Contacts
    from inbox.drafts import Drafts
    from inbox.inbox import Inbox
    from inbox.protocols import News
    from inbox.team import Team
    from inbox.worker import Worker
    from store.media_folder import MediaFolder
    from store.passwords import Argon2Passwords
    from store.tinydb_store import TinyStore
    from ui.house import House

    store = await TinyStore.open(settings.store_folder)
    media = MediaFolder(settings.media_folder)
    news: Event[News] = Event()
    wake = asyncio.Event()
    carriers = {channel.name: channel for channel in channels or [WebChat()]}
    drafts = Drafts(
        store=store,
        media=media,
        audio=PyAvTools(),
        clock=clock,
        publish=news.emit,
        max_bytes=settings.max_take_mb * 1_000_000,
        keep=timedelta(days=settings.draft_days),
    )
    inbox = Inbox(
        store=store,
        media=media,
        drafts=drafts,
        clock=clock,
        publish=news.emit,
        windows=dict.fromkeys(carriers, settings.service_window),
        wake_worker=wake.set,
    )
    team = Team(store, Argon2Passwords(), clock)
    setup_token = None if settings.is_loopback else secrets.token_urlsafe(16)
    contacts = Contacts(store=store, clock=clock, publish=news.emit)
    worker = Worker(
        inbox=inbox,
        store=store,
        drafts=drafts,
        channels=carriers,
        wake=wake,
        first_pause=retry_after,
    )
    house = House(
        inbox=inbox,
        contacts=contacts,
        drafts=drafts,
        team=team,
        media=media,
        news=news,
        clock=clock,
        ready=store.check_writable,
        company=settings.company,
        accent=settings.accent,
        bit_rate=settings.bit_rate,
        setup_token=setup_token,
        chat_origins=settings.chat_origins,
        channel_labels={name: channel.label for name, channel in carriers.items()},
    )
    try:
        yield Earshot(house=house, worker=worker, store=store)
    finally:
        drafts.close()
        await store.close()


async def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT."""
    import uvicorn

    from ui.app import build

    async with open_earshot(settings) as earshot:
        team = earshot.house.team
        if settings.owner_name and await team.needs_owner():
            await team.create_owner(settings.owner_name, settings.owner_password)
        server = uvicorn.Server(
            uvicorn.Config(
                build(earshot.house),
                host=settings.host,
                port=settings.port,
                ssl_certfile=settings.tls_cert,
                ssl_keyfile=settings.tls_key,
                timeout_graceful_shutdown=SECONDS_FOR_REQUESTS,
                log_config=None,
                log_level="warning",  # the socket's addresses hold secrets
                access_log=False,
            )
        )
        working = asyncio.create_task(earshot.worker.run(), name="worker")
        working.add_done_callback(lambda _: setattr(server, "should_exit", True))
        await _say_where(settings, earshot)
        # uvicorn raises the signal again when it is done; by then we end by ourselves.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        await server.serve()
        await _end(earshot.worker, working)


async def demo(settings: Settings) -> None:
    """Seeds a folder of its own beside the data folder, the same every time, and serves it."""
    from demo.seed import DEMO_OWNER, DEMO_PASSWORD, StoryClock, fresh_folder, seed

    folder = fresh_folder(settings.data.with_name(settings.data.name + "-demo"))
    settings = replace(
        settings,
        data=folder,
        store=None,
        media=None,
        owner_name=DEMO_OWNER,
        owner_password=DEMO_PASSWORD,
    )
    clock = StoryClock(now())
    async with open_earshot(settings, clock) as earshot:
        await seed(earshot.house, clock)
    log.info("Sign in as %s with the password %s", DEMO_OWNER, DEMO_PASSWORD)
    await serve(settings)


async def _end(worker: Worker, working: asyncio.Task[None]) -> None:
    worker.stop()
    try:
        await asyncio.wait_for(working, SECONDS_FOR_WORKER)
    except TimeoutError:
        log.warning("the worker was cut off; what it was sending is queued again")


async def _say_where(settings: Settings, earshot: Earshot) -> None:
    log.info("Earshot listens on %s (contacts: %s/chat)", settings.url, settings.url)
    token = earshot.house.setup_token
    if token and await earshot.house.team.needs_owner():
        log.info("Create the first account here: %s/login?token=%s", settings.url, token)


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="main.py", description="Earshot, a shared voice inbox")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("demo", help="serve a seeded inbox from a folder of its own")
    backup = commands.add_parser("backup", help="copy the data folder while the server runs")
    backup.add_argument("destination", type=Path)
    asked = parser.parse_args(arguments)

    from inbox.errors import EarshotError

    try:
        settings = read_settings()
        logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
        if asked.command == "backup":
            from store.backup import backup as make_backup

            asyncio.run(
                make_backup(
                    settings.data,
                    asked.destination,
                    store=settings.store,
                    media=settings.media,
                )
            )
        elif asked.command == "demo":
            asyncio.run(demo(settings))
        else:
            asyncio.run(serve(settings))
    except (SettingsError, EarshotError) as trouble:
        print(f"Earshot: {trouble}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
