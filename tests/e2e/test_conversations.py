"""Reading and writing: live everywhere, counted, ticked, and never more than the newest window."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.pages import Chat, Inbox
from tests.e2e.server import Deployed, Earshot


def test_text_goes_both_ways_with_ticks(chat: Chat, priya: Chat) -> None:
    chat.write("How can I help?")
    expect(priya.message("How can I help?")).to_be_visible()
    mine = chat.message("How can I help?")
    expect(mine).to_have_attribute("data-direction", "out")
    expect(mine).to_have_attribute("data-status", re.compile("delivered|read"))
    expect(priya.message("Hello, is anybody there?")).to_be_visible()
    expect(chat.message("Hello, is anybody there?")).to_have_attribute("data-direction", "in")


def test_messages_wait_for_a_contact_who_is_away(chat: Chat, priya: Chat) -> None:
    address = priya.page.url
    priya.page.goto("about:blank")
    chat.write("We found it!")
    waiting = chat.message("We found it!")
    expect(waiting).to_have_attribute("data-status", re.compile("queued|sending|sent"))
    priya.page.goto(address)
    expect(priya.message("We found it!")).to_be_visible()
    expect(waiting).to_have_attribute("data-status", re.compile("delivered|read"))


def test_unread_messages_are_counted_until_somebody_looks(
    inbox: Inbox, priya: Chat, contact: Callable[..., Chat]
) -> None:
    contact("Ravi").write("Me first")
    priya.write("One")
    priya.write("Two")
    row = inbox.row(priya.name)
    expect(row).to_have_attribute("data-unread", "2")
    inbox.open(priya.name)
    expect(row).to_have_attribute("data-unread", "0")


def test_the_newest_conversation_stands_on_top(
    inbox: Inbox, priya: Chat, contact: Callable[..., Chat]
) -> None:
    ravi = contact("Ravi")
    priya.write("First")
    ravi.write("Second")
    expect(inbox.rows.first).to_contain_text(ravi.name)
    priya.write("Third")
    expect(inbox.rows.first).to_contain_text(priya.name)


def test_every_agent_sees_the_same_live(
    chat: Chat, priya: Chat, sign_in: Callable[..., Page]
) -> None:
    colleague = Inbox(sign_in()).open(priya.name)
    chat.write("I take care of it.")
    expect(colleague.message("I take care of it.")).to_be_visible()
    status = colleague.message("I take care of it.")
    expect(status).to_have_attribute("data-status", re.compile("delivered|read"))


def test_an_address_leads_to_its_conversation(
    chat: Chat, sign_in: Callable[..., Page], earshot: Earshot | Deployed, priya: Chat
) -> None:
    page = sign_in()
    page.goto(f"{earshot.url}/conversations/{chat.id}")
    expect(Chat(page, priya.name).message("Hello, is anybody there?")).to_be_visible()


def test_text_is_text(chat: Chat, priya: Chat) -> None:
    text = "<img src=x onerror=alert(1)> **not bold** {{ 1 + 1 }}"
    priya.write(text)
    expect(chat.message(text)).to_be_visible()
    chat.write(text + "!")
    expect(priya.message(text + "!")).to_be_visible()


def test_what_is_typed_survives_a_reload(chat: Chat) -> None:
    chat.page.get_by_test_id("composer-text").fill("Half a sent")
    chat.reload()
    expect(chat.page.get_by_test_id("composer-text")).to_have_value("Half a sent")


def test_older_messages_come_when_somebody_scrolls_up(chat: Chat, priya: Chat) -> None:
    for number in range(70):
        priya.type_and_send(f"message {number:03}")
    expect(priya.message("message 069")).to_be_visible()
    chat.reload()
    expect(chat.message("message 069")).to_be_visible()
    expect(chat.messages).to_have_count(50)
    chat.messages.first.scroll_into_view_if_needed()
    chat.page.mouse.move(600, 400)
    chat.page.mouse.wheel(0, -5_000)
    expect(chat.message("message 000")).to_be_attached()
    expect(chat.messages).to_have_count(71)
