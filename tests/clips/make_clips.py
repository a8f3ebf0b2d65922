"""Makes every clip of this folder, and the spoken ones of `demo/clips/`.

    python -m tests.clips.make_clips [name …]

Needs Chromium, Firefox ESR, pulseaudio and espeak-ng. The files are kept in the repository, so
this runs only when a browser writes something new that is worth testing.
"""

from __future__ import annotations

import random
import struct
import subprocess
import sys
import tempfile
import wave
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.clips.recording import in_chromium, in_firefox
from tests.tones import RATE, decode_pcm, write_tones

CLIPS = Path(__file__).parent
DEMO = CLIPS.parents[1] / "demo" / "clips"
WEBM, OGG, MP4 = "audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4;codecs=opus"
TONES = [(440, 1.0), (880, 1.0), (1320, 1.0)]
ANSWER = """I am sorry to hear that. Please send us a photo of the box.
We will send you a new one tomorrow morning, free of charge."""
QUESTION = """Thank you. Do I have to send the old one back? And I am away on Thursday,
can you deliver it on Friday?"""
SPOKEN = {
    "hello.webm": ("en-gb+f3", "Hello, my parcel has arrived, but the box is damaged."),
    "answer.webm": ("en-us+m3", ANSWER),
    "question.ogg": ("en-gb+f3", QUESTION),
}


def tones(record: Callable[..., bytes], kind: str, seconds: float = 3.0, **more: object) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "tones.wav"
        write_tones(wav, TONES, silence=2.0)
        return record(wav, kind, seconds, **more)


def silent() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "silent.wav"
        write_tones(wav, [(0, 2.0)])
        return in_chromium(wav, WEBM, 2.0)


def spoken(name: str) -> bytes:
    """A sentence said by espeak-ng and recorded: by Firefox if Ogg, else by Chromium."""
    voice, text = SPOKEN[name]
    with tempfile.TemporaryDirectory() as folder:
        said, wav = Path(folder) / "said.wav", Path(folder) / "spoken.wav"
        subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", said, text], check=True)
        quiet = bytes(RATE // 5 * 2)
        pcm = quiet + decode_pcm(said.read_bytes()) + quiet
        with wave.open(str(wav), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(pcm)
        seconds = len(pcm) / 2 / RATE + 0.2
        if name.endswith(".ogg"):
            return in_firefox(wav, OGG, seconds)
        return in_chromium(wav, WEBM, seconds)


def clip(name: str) -> bytes:
    return (CLIPS / name).read_bytes()


def doubled_boxes() -> bytes:
    """Chromium's MP4 with every `ftyp` and `moof` written twice, as WebKit on Linux does."""
    data, made, at = clip("chromium-tones.mp4"), b"", 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        box, at = data[at : at + size], at + size
        made += box * 2 if box[4:8] in (b"ftyp", b"moof") else box
    return made


def fuzzed_header() -> bytes:
    """Chromium's WebM; the first 600 bytes after the magic number are noise."""
    data = clip("chromium-tones.webm")
    return data[:4] + random.Random(4).randbytes(600) + data[604:]


def huge_sizes_webm() -> bytes:
    """A header as Chromium writes it, then Tracks that claim 2^48 bytes."""
    data = clip("chromium-tones.webm")
    at = data.index(b"\x16\x54\xae\x6b")
    return data[: at + 4] + b"\x01\x00\xff\xff\xff\xff\xff\xff" + data[at + 12 :]


def box(kind: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def mp4(*headers: bytes) -> bytes:
    return box(b"ftyp", b"isom" + bytes(4)) + box(b"moov", *headers) + box(b"mdat", bytes(4000))


def track(*tables: bytes) -> bytes:
    handler = box(b"hdlr", bytes(8) + b"soun" + bytes(13))
    media = box(b"mdhd", struct.pack(">4xIIIIHH", 0, 0, RATE, 100, 0, 0))
    return box(b"trak", box(b"mdia", media, handler, box(b"minf", box(b"stbl", *tables))))


def huge_sizes_mp4() -> bytes:
    """A table of four thousand million sample sizes that are not there."""
    return mp4(track(box(b"stsz", struct.pack(">4xII", 0, 0xFFFFFFFF))))


def bomb_table() -> bytes:
    """60 million samples of two bytes in one chunk: FFmpeg alone would take 2 GB for the index."""
    count = 60_000_000
    pcm = box(b"sowt", struct.pack(">6xH8xHHHHI", 1, 1, 16, 0, 0, RATE << 16))
    return mp4(
        track(
            box(b"stsd", struct.pack(">4xI", 1), pcm),
            box(b"stts", struct.pack(">4xIII", 1, count, 1024)),
            box(b"stsc", struct.pack(">4xIIII", 1, 1, count, 1)),
            box(b"stsz", struct.pack(">4xII", 2, count)),
            box(b"stco", struct.pack(">4xII", 1, 40)),
        )
    )


def bomb_packed() -> bytes:
    """A header of 20 MB of zeros, packed to 20 KB."""
    size = 20 << 20
    packed = struct.pack(">I", size) + zlib.compress(bytes(size), 9)
    return mp4(box(b"cmov", box(b"dcom", b"zlib"), box(b"cmvd", packed)))


def wav_header(channels: int, rate: int, data: bytes) -> bytes:
    """A WAV of 16-bit samples that claims to hold 4 GB."""
    form = struct.pack(
        "<HHIIHH", 1, channels, rate, rate * 2 & 0xFFFFFFFF, channels * 2 & 0xFFFF, 16
    )
    head = b"RIFF\xff\xff\xff\xffWAVEfmt " + struct.pack("<I", len(form)) + form
    return head + b"data\xff\xff\xff\xff" + data


def picture() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x20\x80\xc0" * 16) * 16)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


CLIP: dict[str, Callable[[], bytes]] = {
    "chromium-tones.webm": lambda: tones(in_chromium, WEBM),
    "chromium-tones.mp4": lambda: tones(in_chromium, MP4),
    "chromium-pause.webm": lambda: tones(in_chromium, WEBM, pause=(1000, 1000)),
    "firefox-tones.ogg": lambda: tones(in_firefox, OGG, seconds=3.4),
    "firefox-tones.webm": lambda: tones(in_firefox, WEBM, seconds=3.4),
    "silent.webm": silent,
    "video.webm": lambda: tones(in_chromium, "video/webm;codecs=vp8,opus", 2.0, video=True),
    "truncated.webm": lambda: clip("chromium-tones.webm")[:6001],
    "truncated.ogg": lambda: clip("firefox-tones.ogg")[:6001],
    "doubled-boxes.mp4": doubled_boxes,
    "claims-4gb.wav": lambda: wav_header(1, RATE, bytes(RATE // 10 * 2)),
    "empty.webm": lambda: b"",
    "text.webm": lambda: b"Dear team,\nthis is a letter and not a voice note.\n" * 20,
    "picture.webm": picture,
    "playlist.webm": lambda: (
        b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    ),
    "concat.webm": lambda: (
        b"ffconcat version 1.0\nfile 'chromium-tones.webm'\nfile '/etc/passwd'\n"
    ),
    "fuzzed-header.webm": fuzzed_header,
    "only-header.webm": lambda: clip("chromium-tones.webm")[:200],
    "huge-sizes.webm": huge_sizes_webm,
    "huge-sizes.mp4": huge_sizes_mp4,
    "bomb-table.mp4": bomb_table,
    "bomb-packed.mp4": bomb_packed,
    "bomb-channels.wav": lambda: wav_header(65_535, RATE, bytes(4000)),
    "bomb-rate.wav": lambda: wav_header(1, 1, bytes(4000)),
}


def main(names: list[str]) -> None:
    DEMO.mkdir(parents=True, exist_ok=True)
    for name in names or (*CLIP, *SPOKEN):
        path = CLIPS / name if name in CLIP else DEMO / name
        path.write_bytes(CLIP[name]() if name in CLIP else spoken(name))
        sys.stdout.write(f"{path.name}: {path.stat().st_size} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1:])
