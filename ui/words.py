"""Every word people read, in one place: a translation of Earshot is a translation of this file.

One class per part of the page; `{name}` is filled in by `str.format`. Plurals are dictionaries by
CLDR plural form of `LANGUAGE`. Dates and numbers are not here: they follow the reader's browser.
"""

from __future__ import annotations

from typing import Final

LANGUAGE: Final = "en"
"""The language of this file, as `<html lang>` and for the choice of plural forms."""

CHANNELS: Final = {"webchat": "Web chat", "whatsapp": "WhatsApp"}


class APP:
    NAME: Final = "Earshot"
    UNREAD_TITLE: Final = "({count}) {title}"
    SKIP: Final = "Skip to the conversation"
    SIGN_OUT: Final = "Sign out"
    SIGNED_IN: Final = "Signed in as {name}"
    NO_SCRIPT: Final = "This page needs JavaScript. Please turn it on for this site and reload."
    OFFLINE: Final = "You're offline. Your text stays here; send it once you are back."
    COPIED: Final = "Copied"


class TIMES:
    NOW: Final = "now"
    TODAY: Final = "Today"
    YESTERDAY: Final = "Yesterday"
    LEFT: Final = "{duration} left"
    LAST_MINUTE: Final = "less than a minute left"


class LIST:
    LABEL: Final = "Conversations"
    ADD: Final = "Add a contact"
    UNREAD: Final = {"one": "{count} unread message", "other": "{count} unread messages"}
    VOICE: Final = "Voice note"
    YOU: Final = "You:"
    DRAFT: Final = "Unsent recording"
    NOTHING_YET: Final = "No messages yet"
    CLOSED: Final = "closed"
    OPEN_RING: Final = "Reply window open, {left}"
    EMPTY: Final = "Nobody has written yet"
    EMPTY_MORE: Final = (
        "Conversations appear here as soon as somebody writes. "
        "Try it yourself: open the chat page as a contact and say hello."
    )
    EMPTY_ACTION: Final = "Open the chat page"


class CHAT:
    LABEL: Final = "Conversation"
    TIMELINE: Final = "Messages"
    BACK: Final = "Back to the conversations"
    DETAILS: Final = "About this contact"
    PICK: Final = "Pick a conversation"
    PICK_MORE: Final = "Choose one on the left to read, listen and answer."
    GONE: Final = "This conversation isn't here"
    GONE_MORE: Final = "The address may be mistyped, or it was removed. Everything else is safe."
    GONE_ACTION: Final = "Show all conversations"
    QUIET: Final = "No messages yet"
    QUIET_OUT: Final = (
        "What {name} writes or says will appear here. You can reply as soon as they do."
    )
    NEWEST: Final = "Newest messages"
    NEW: Final = {"one": "{count} new message", "other": "{count} new messages"}
    ARRIVED: Final = "New message from {name}: {text}"
    VOICE_NOTE: Final = "voice note, {length}"
    VOICE_FROM: Final = "Voice note from {name}, {length}"
    LOAD_FAILED: Final = "These messages couldn't be loaded just now. Please try again."


class WINDOW:
    OPEN: Final = "open · {left}"
    CLOSED: Final = "closed"
    NEVER: Final = "not opened yet"
    CLOSED_LINE: Final = (
        "The {hours}-hour window closed {when}. You can reply when {name} writes again."
    )
    CLOSED_AT: Final = "at {time}"
    CLOSED_ON: Final = "on {date}"
    NEVER_LINE: Final = "{name} hasn't written yet. You can reply as soon as they do."


class COMPOSER:
    PLACEHOLDER: Final = "Write a message…"
    LABEL: Final = "Message to {name}"
    SEND: Final = "Send"


class STATUS:
    RECEIVED: Final = "Received"
    QUEUED: Final = "Waiting to be sent"
    SENDING: Final = "Sending"
    SENT: Final = "Sent"
    DELIVERED: Final = "Delivered"
    READ: Final = "Read"
    PLAYED: Final = "Played"
    FAILED: Final = "Not delivered"
    FAILED_WHY: Final = "Not delivered: {reason}"
    RETRY: Final = "Try again"


class PANEL:
    LABEL: Final = "Contact"
    CLOSE: Final = "Close"
    NAME: Final = "Name"
    SAVE: Final = "Save name"
    SAVED: Final = "Saved."
    CHANNEL: Final = "Channel"
    SINCE: Final = "Contact since"
    LAST: Final = "Last wrote"
    NEVER: Final = "Not yet"


class ADD:
    TITLE: Final = "Add a contact"
    MORE: Final = "They get a link of their own. Once they write, you can reply."
    NAME: Final = "Name"
    CREATE: Final = "Add"
    CANCEL: Final = "Cancel"
    READY: Final = "{name} is in your list. Send them this link; it opens their chat with you."
    LINK: Final = "Link for {name}"
    COPY: Final = "Copy link"
    DONE: Final = "Done"
    NO_NAME: Final = "Please give a name first."


class CONTACT_PAGE:
    TITLE: Final = "Chat with {company}"
    PROMISE: Final = "Write or say something; we answer here."
    NAME: Final = "Your name"
    START: Final = "Start chatting"
    INVITED: Final = "Hello {name}! This is your own chat with {company}."
    SMALL_PRINT: Final = "No account needed. This browser remembers your chat."
    EMPTY: Final = "Say hello"
    EMPTY_MORE: Final = "Write a message or press the microphone and speak. {company} answers here."
    SENT: Final = "Sent"
