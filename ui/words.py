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
    HOURS_LEFT: Final = {"one": "{count} h left", "other": "{count} h left"}
    MINUTES_LEFT: Final = {"one": "{count} min left", "other": "{count} min left"}
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
    NO_REASON: Final = "the channel gave no reason."
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


class GUEST:
    TITLE: Final = "Chat with {company}"
    PROMISE: Final = "Write or say something; we answer here."
    NAME: Final = "Your name"
    START: Final = "Start chatting"
    INVITED: Final = "Hello {name}! This is your own chat with {company}."
    SMALL_PRINT: Final = "No account needed. This browser remembers your chat."
    EMPTY: Final = "Say hello"
    EMPTY_MORE: Final = "Write a message or press the microphone and speak. {company} answers here."
    SENT: Final = "Sent"


class SIGN_IN:
    TITLE: Final = "Sign in"
    LEAD: Final = "Your team's inbox."
    WELCOME: Final = "Welcome to Earshot"
    WELCOME_LEAD: Final = "Create your account. It owns this inbox."
    CREATE: Final = "Create account"
    NAME: Final = "Your name"
    PASSWORD: Final = "Password"
    LOCKED: Final = "Not set up yet"
    LOCKED_LEAD: Final = (
        "Earshot can be reached from other machines, so its first account needs the link that it "
        "printed when it started. Please open that link."
    )
    INSECURE: Final = (
        "This address is not secure (HTTPS), so browsers will not give it the microphone. "
        "The README shows how to put Earshot behind HTTPS."
    )


SIGN_IN: Final = {
    "sign_in": "Sign in",
    "sign_in_lead": "Welcome back.",
    "welcome": "Welcome to Earshot",
    "welcome_lead": "Create your account. It is the first one here, and it owns this inbox.",
    "create": "Create account",
    "name": "Name",
    "password": "Password",
    "locked": "This inbox is waiting for its owner",
    "locked_lead": "Open the address that Earshot printed when it started; it ends with a token.",
    "insecure": (
        "This page came without HTTPS. Browsers give the microphone only to https:// addresses "
        "and to localhost, so voice notes can be heard here, but not recorded."
    ),
}


PLAYER: Final = {
    "play": "Play",
    "pause": "Pause",
    "seek": "Position",
    "position": "{position} of {duration}",
    "speed": "Speed {speed}",
    "download": "Download the original",
    "unheard": "Not heard yet",
    "missing": "This recording isn't there any more. Press play to look again.",
    "signed-out": "You're signed out. Sign in again, then press play.",
    "offline": "Couldn't reach Earshot. Press play to try again.",
    "unplayable": "This browser can't play this recording. Download it instead.",
}
