"""A voice note to listen to: one element per note, which draws itself in the browser.

The waveform and the duration come from what was measured when the note was stored, so nothing is
loaded before somebody presses play. Playing, seeking and speed live in `voice_note_player.js`.
"""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui
from nicegui.events import GenericEventArguments, Handler

from ui.browser_modules import register_modules
from ui.words import PLAYER

register_modules()


class VoiceNotePlayer(ui.element, component="voice_note_player.js"):
    """Plays one recording; only one plays in a page, and starting the recorder pauses it."""

    def __init__(
        self,
        *,
        source: str,
        download: str,
        duration_ms: int,
        peaks: Sequence[int],
        label: str,
        heard: bool = True,
        on_played: Handler[GenericEventArguments] | None = None,
    ) -> None:
        """`source` and `download` are paths of this server without its prefix (`/media/<id>`).

        `peaks`: loudness 0..100 of equal parts of the note, in order; 64 are drawn.
        `label`: what a screen reader calls it ("Voice note from Priya, 0:42").
        `heard`: False marks it as not listened to yet.
        `on_played`: called once per page, when sound really starts for the first time.
        """
        super().__init__()
        self._props.update(
            source=source,
            download=download,
            duration=duration_ms,
            peaks=bytes(peaks).hex(),  # one short string instead of a list per open page
            label=label,
            heard=heard,
            words=PLAYER,  # the same object for all
        )
        if on_played is not None:
            self.on("played", on_played, args=[])
