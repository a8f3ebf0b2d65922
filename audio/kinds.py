"""Which container these bytes are, told from the first of them and never from a name or header.

Only the demuxers listed here can ever run. Playlists, concat scripts and everything else that
would make FFmpeg open another file or an address are not among them.
"""

from __future__ import annotations

from dataclasses import dataclass

from inbox.errors import NotAudio

HEAD = 64
"""Bytes that are enough to tell."""

DECODERS = (
    *("opus", "libopus", "vorbis", "aac", "aac_fixed", "mp3", "mp3float", "flac", "alac", "speex"),
    *("amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb"),
    *("pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le"),
    *("pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_alaw", "pcm_mulaw"),
)
"""FFmpeg's decoders that a recording may set to work; no video decoder is ever opened."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`word`: what people call the container. `demuxer`: FFmpeg's name for what reads it."""

    word: str
    demuxer: str


def kind_of(head: bytes) -> Kind:
    """The container of a file that begins with `head` (`HEAD` bytes, or all there are).

    Raises `NotAudio`.
    """
    if not head:
        raise NotAudio("This recording is empty.")
    kind = _kind_of(head)
    if kind is None:
        raise NotAudio("This file is not a sound recording of a kind that Earshot can read.")
    return kind


def _kind_of(head: bytes) -> Kind | None:
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return Kind("webm" if b"webm" in head else "matroska", "matroska")
    if head.startswith(b"OggS"):
        return Kind("ogg", "ogg")
    if head[4:8] == b"ftyp":
        return Kind("mov" if head[8:12] == b"qt  " else "mp4", "mov")
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return Kind("wav", "wav")
    if head.startswith(b"fLaC"):
        return Kind("flac", "flac")
    if head.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return Kind("amr", "amr")
    if head.startswith(b"ID3"):
        return Kind("mp3", "mp3")
    return _mpeg(head)


def _mpeg(head: bytes) -> Kind | None:
    """MP3 and bare AAC have no header, only frames that begin with 11 or 12 set bits."""
    if len(head) < 2 or head[0] != 0xFF:
        return None
    if head[1] & 0xF6 == 0xF0:
        return Kind("aac", "aac")
    if head[1] & 0xE6 == 0xE2:
        return Kind("mp3", "mp3")
    return None
