"""Every word people read, in one place: a translation of Earshot is a translation of this file.

One class per part of the page; `{name}` is filled in by `str.format`. Plurals are dictionaries by
CLDR plural form of `LANGUAGE`. Dates and numbers are not here: they follow the reader's browser.
Longer than 300 lines because a translation should be one file.
"""

from __future__ import annotations

from typing import Final

LANGUAGE: Final = "en"
"""The language of this file, as `<html lang>` and for the choice of plural forms."""


class APP:
    NAME: Final = "Earshot"
    UNREAD_TITLE: Final = "({count}) {title}"
    SKIP: Final = "Skip to the conversation"
    SIGN_OUT: Final = "Sign out"
    SIGNED_IN: Final = "Signed in as {name}"
    OFFLINE: Final = "You're offline. Your text stays here; send it once you are back."


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
    EXPIRED: Final = "An old recording for {name} that was never sent has been removed."
    NOTHING_YET: Final = "No messages yet"
    CLOSED: Final = "closed"
    RING: Final = "Reply window: {state}"
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
    COPIED: Final = "Copied"


class GUEST:
    TITLE: Final = "Chat with {company}"
    PROMISE: Final = "Write or say something; we answer here."
    NAME: Final = "Your name"
    START: Final = "Start chatting"
    SMALL_PRINT: Final = "No account needed. This browser remembers your chat."
    EMPTY: Final = "Say hello"
    EMPTY_MORE: Final = "Write a message or press the microphone and speak. {company} answers here."
    SENT: Final = "Sent"


class SIGN_IN:  # noqa: N801
    TITLE: Final = "Sign in"
    LEAD: Final = "Your team's inbox."
    WELCOME: Final = "Welcome to Earshot"
    WELCOME_LEAD: Final = "Create your account. It owns this inbox."
    CREATE: Final = "Create account"
    NAME: Final = "Your name"
    PASSWORD: Final = "Password"  # noqa: S105
    LOCKED: Final = "Not set up yet"
    LOCKED_LEAD: Final = (
        "Earshot can be reached from other machines, so its first account needs the link that it "
        "printed when it started. Please open that link."
    )
    INSECURE: Final = (
        "This address is not secure (HTTPS), so browsers will not give it the microphone. "
        "The README shows how to put Earshot behind HTTPS."
    )


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


# Keys that end in a browser's name are used there instead of the plain one; the window's
# sentences name only the contact. Used by recorder_widget.js, which fills in `{name}` itself.
RECORDER: Final = {
    "label": "Voice note for {name}",
    "open": "Record a voice note for {name}",
    "record": "Record",
    "starting": "Starting…",
    "pause": "Pause",
    "resume": "Resume",
    "stop": "Stop",
    "send": "Send",
    "discard": "Discard",
    "again": "Record again",
    "close": "Close",
    "keep": "Keep for later",
    "close_sending": "Go on writing; sending continues",
    "try_again": "Try again",
    "recover": "Recover",
    "timer": "Recorded",
    "level": "Microphone level",
    "device": "Microphone",
    "notice": "About the microphone",
    "progress": "Uploaded",
    "preview_play": "Listen",
    "preview_pause": "Pause listening",
    "preview_seek": "Position",
    "preview_speed": "Speed {rate}×",
    # before anything is thrown away
    "discard_question": "Discard this recording ({duration})?",
    "discard_yes": "Discard",
    "again_question": "Discard this recording ({duration}) and start again?",
    "again_yes": "Record again",
    "keep_it": "Keep",
    # where it stands
    "asking": "Your browser asks for the microphone. Please choose Allow.",
    "sending": "Sending…",
    "announce_asking": "Your browser asks for the microphone. Please choose Allow.",
    "announce_blocked": "The microphone can't be used.",
    "announce_ready": "The microphone is ready. Press Record and speak.",
    "announce_review": "Recorded {duration}. Listen to it, or send it.",
    "announce_sending": "Sending the voice note.",
    "announce_failed": "The voice note was not sent. It is kept.",
    "sent": "Voice note sent.",
    "discarded": "Recording discarded.",
    "kept": "Recording kept for later.",
    "failed": "It couldn't be sent. Your recording is kept; please try again.",
    "too_short": "That was too short to hear. Press Record, speak, then stop or send.",
    "full": "This is as long as a voice note can be. It is kept: listen to it, or send it.",
    "window_closed": (
        "The window closed before it was sent. Your recording is kept as a draft and offered again "
        "when {name} writes."
    ),
    "not_now": (
        "You can't reply just now. Your recording is kept as a draft and offered again when {name} "
        "writes."
    ),
    # unsent recordings
    "draft": "Recover your recording for {name} ({details})",
    "draft_label": "Unsent recording",
    "draft_closed": "You can listen to it now, and send it when {name} writes again.",
    "just_now": "just now",
    "in_another_tab": "This recording is open in another tab.",
    "not_recovered": "It couldn't be fetched just now. It is safe; please try again in a moment.",
    # while the server is out of reach
    "offline_recording": ("You're offline. Your recording continues and is kept on this computer."),
    "offline_waiting": (
        "You're offline. Your recording is kept on this computer and goes on by itself once you "
        "are back."
    ),
    "offline_tab": "You're offline. Please leave this tab open: your recording is kept in it.",
    "unreachable_recording": (
        "Earshot can't be reached just now. Your recording continues and is kept on this computer."
    ),
    "unreachable_waiting": (
        "Earshot can't be reached just now. Your recording is kept on this computer and goes on by "
        "itself."
    ),
    "unreachable_tab": (
        "Earshot can't be reached just now. Please leave this tab open: your recording is kept in "
        "it."
    ),
    "signed_out_recording": (
        "You've been signed out. Your recording goes on and is kept here; sign in in another tab "
        "and it is sent on."
    ),
    "signed_out_waiting": (
        "You've been signed out. Your recording is kept here; sign in in another tab and it is "
        "sent on."
    ),
    "signed_out_tab": (
        "You've been signed out. Please leave this tab open and sign in in another one: your "
        "recording is kept here and sent on."
    ),
    # why there is no microphone, and what to do
    "denied": (
        "The microphone is blocked for this site. Allow it in your browser's settings for this "
        "site, then try again."
    ),
    "denied_chrome": (
        "Chrome is blocking the microphone for this site. Click the icon left of the address, "
        "allow Microphone, and it works at once."
    ),
    "denied_edge": (
        "Edge is blocking the microphone for this site. Click the lock left of the address, allow "
        "Microphone, and it works at once."
    ),
    "denied_firefox": (
        "Firefox is blocking the microphone for this site. Click the crossed-out microphone left "
        "of the address, remove the block, then try again."
    ),
    "denied_safari": (
        "Safari is blocking the microphone for this site. Choose Safari > Settings for This "
        "Website, allow Microphone, then try again."
    ),
    "system": (
        "Your computer does not let this browser use the microphone. Allow it in the system's "
        "privacy settings, then try again."
    ),
    "dismissed": (
        "The question about the microphone was closed without an answer. Try again and choose "
        "Allow."
    ),
    "no-device": ("No microphone was found. Plug one in or switch it on; it is noticed by itself."),
    "busy": (
        "The microphone is there but can't be used; another program may be holding it. Close that "
        "program, then try again."
    ),
    "insecure": (
        "This address is not secure, and browsers give the microphone only to https:// addresses. "
        "Ask whoever runs Earshot for its https:// address."
    ),
    "policy": (
        "The page around this one does not let it use the microphone. Open Earshot in a tab of its "
        "own, or ask whoever runs that page to allow it."
    ),
    "unsupported": (
        "This browser can't record. Use a current Chrome, Edge, Firefox or Safari; writing works "
        "here as before."
    ),
    "revoked": ("The microphone was taken away from this site. What you recorded so far is kept."),
    "unplugged": "The microphone was unplugged. What you recorded so far is kept.",
    "silent": "Nothing can be heard. Is the microphone muted, or the wrong one?",
}
