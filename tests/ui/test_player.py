"""Voice notes in a real Chromium: what two browsers recorded, played, sought and downloaded."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.ui.player_harness import CLIPS, MISSING, NOT_AUDIO, SHOWN

# What the page's audio elements do, seen from outside: they are in no document.
WATCH = """
window.sounds = [];
const Real = window.Audio;
window.Audio = function () {
  const audio = new Real();
  sounds.push(audio);
  audio.addEventListener("playing", () => {
    audio.began ??= audio.currentTime * 1000;
    if (window.stopAtOnce) audio.pause();
  });
  return audio;
};
"""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    foreign = ("PYTEST", "NICEGUI")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.player_harness"],
        cwd=CLIPS.parents[1], env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    with process:
        yield process.stdout.readline().strip()
        process.terminate()


Opened = Callable[..., Page]


@pytest.fixture
def opened(site: str, browser: Browser) -> Iterator[Opened]:
    """`opened(width=360)`: the page; afterwards nothing in it may have gone unhandled."""
    pages: list[Page] = []
    crashes: list[str] = []

    def open_page(width: int = 900) -> Page:
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on("pageerror", lambda error: crashes.append(str(error)))
        page.add_init_script(WATCH)
        page.goto(site)
        page.wait_for_function("window.did_handshake === true")
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert not crashes


def note(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=f"Voice note, {name}")


def play(player: Locator) -> None:
    player.get_by_test_id("voice-play").click()


def load(page: Page, player: Locator) -> None:
    """Plays no longer than it takes to pause, as a key of the keyboard or a headset does."""
    page.evaluate("window.stopAtOnce = true")
    play(player)
    paused(player)


def playing(player: Locator) -> None:
    expect(player).to_have_attribute("data-state", "playing")


def paused(player: Locator) -> None:
    expect(player).to_have_attribute("data-state", "paused")


def lands_at(page: Page, ms: float) -> None:
    """The newest sound comes to stand there, at most 20 ms off."""
    page.wait_for_function(
        "ms => !sounds.at(-1).seeking && Math.abs(sounds.at(-1).currentTime * 1000 - ms) < 20",
        arg=ms,
    )


def told(page: Page, what: str) -> list[str]:
    return [str(name) for name in httpx.get(f"{page.url}{what}").json()]


def duration_of(player: Locator) -> int:
    return int(player.get_attribute("data-duration-ms") or 0)


@pytest.mark.parametrize("name", SHOWN)
def test_plays_to_its_end_and_stands_at_the_start_again(opened: Opened, name: str) -> None:
    page = opened()
    player = note(page, name)
    play(player)
    playing(player)
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    expect(player.get_by_test_id("voice-time")).to_have_text("0:01")
    expect(player.get_by_role("button", name="Play")).to_be_visible(timeout=8000)
    expect(player.get_by_test_id("voice-time")).to_have_text("0:00")
    assert told(page, "played") == [name]
    play(player)
    playing(player)
    assert told(page, "played") == [name]


def test_duration_is_there_before_anything_is_loaded(opened: Opened) -> None:
    page = opened()
    for name in SHOWN:
        ms = duration_of(note(page, name))
        assert ms > 2500
        expect(note(page, name).get_by_test_id("voice-duration")).to_have_text(f"0:0{ms // 1000}")
    note(page, SHOWN[0]).get_by_test_id("voice-seek").press("ArrowRight")
    assert told(page, "requests") == []
    assert page.evaluate("sounds.length") == 0


def test_loading_moves_nothing(opened: Opened) -> None:
    for width in (900, 360):
        page = opened(width)
        before = [player.bounding_box() for player in page.get_by_test_id("voice-player").all()]
        play(note(page, SHOWN[0]))
        playing(note(page, SHOWN[0]))
        play(note(page, MISSING))
        expect(note(page, MISSING)).to_have_attribute("data-state", "failed")
        after = [player.bounding_box() for player in page.get_by_test_id("voice-player").all()]
        assert before == after
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_one_plays_at_a_time_and_the_other_keeps_its_place(opened: Opened) -> None:
    page = opened()
    first, second = note(page, SHOWN[0]), note(page, SHOWN[2])
    play(first)
    expect(first.get_by_test_id("voice-time")).to_have_text("0:01")
    play(second)
    playing(second)
    paused(first)
    assert page.evaluate("sounds.map(sound => sound.paused)") == [True, False]
    assert int(first.get_by_test_id("voice-seek").get_attribute("aria-valuenow") or 0) >= 1000


def test_the_recorder_can_silence_it(opened: Opened) -> None:
    page = opened()
    play(note(page, SHOWN[0]))
    playing(note(page, SHOWN[0]))
    page.evaluate("import('earshot').then(earshot => earshot.pauseAll())")
    paused(note(page, SHOWN[0]))


@pytest.mark.parametrize("name", SHOWN)
def test_a_click_in_the_waveform_lands_there(opened: Opened, name: str) -> None:
    page = opened()
    player = note(page, name)
    seek = player.get_by_test_id("voice-seek")
    box = seek.bounding_box()
    assert box is not None
    load(page, player)
    for part in (0.7, 0.2):
        seek.click(position={"x": box["width"] * part, "y": 10})
        lands_at(page, part * duration_of(player))


def test_a_place_chosen_before_the_first_play_is_where_it_starts(opened: Opened) -> None:
    page = opened()
    player = note(page, SHOWN[0])
    seek = player.get_by_test_id("voice-seek")
    seek.press("ArrowRight")
    seek.press("ArrowRight")
    expect(seek).to_have_attribute("aria-valuetext", "0:02 of 0:03")
    play(player)
    playing(player)
    assert abs(page.evaluate("sounds[0].began") - 2000) < 20


def test_dragging_shows_the_place_and_plays_from_where_it_ends(opened: Opened) -> None:
    page = opened()
    player = note(page, SHOWN[1])
    box = player.get_by_test_id("voice-seek").bounding_box()
    assert box is not None
    load(page, player)
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 5, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, middle, steps=4)
    expect(player.get_by_test_id("voice-time")).to_have_text("0:02")
    page.mouse.move(box["x"] + box["width"] * 0.5, middle + 200)  # slipped off, still held
    page.mouse.up()
    lands_at(page, 0.5 * duration_of(player))


def test_the_keyboard_reaches_every_place(opened: Opened) -> None:
    page = opened()
    player = note(page, NOT_AUDIO)  # lasts 42 s, so that every key has room
    seek = player.get_by_test_id("voice-seek")
    assert [seek.get_attribute(f"aria-value{end}") for end in ("min", "max")] == ["0", "42000"]
    for key, place in (
        ("ArrowRight", 1), ("ArrowUp", 2), ("PageUp", 7), ("ArrowLeft", 6), ("ArrowDown", 5),
        ("PageDown", 0), ("End", 42), ("ArrowRight", 42), ("Home", 0), ("ArrowLeft", 0),
    ):  # fmt: skip
        seek.press(key)
        expect(seek).to_have_attribute("aria-valuenow", f"{place * 1000}")
        expect(seek).to_have_attribute("aria-valuetext", f"0:{place:02} of 0:42")


def test_speed_goes_round_and_keeps_the_pitch(opened: Opened) -> None:
    page = opened()
    player = note(page, SHOWN[0])
    speed = player.get_by_test_id("voice-speed")
    speed.click()
    play(player)
    playing(player)
    assert page.evaluate("[sounds[0].playbackRate, sounds[0].preservesPitch]") == [1.5, True]
    for text, rate in (("2×", 2), ("1×", 1)):
        speed.click()
        expect(speed).to_have_text(text)
        assert page.evaluate("sounds[0].playbackRate") == rate


def test_download_is_the_original(opened: Opened) -> None:
    page = opened()
    for name in SHOWN:
        with page.expect_download() as started:
            note(page, name).get_by_test_id("voice-download").click()
        assert started.value.path().read_bytes() == (CLIPS / name).read_bytes()
        assert started.value.suggested_filename == f"Priya {name}"


def test_a_missing_recording_says_so_and_is_tried_again(opened: Opened) -> None:
    page = opened()
    player = note(page, MISSING)
    for attempt in (1, 2):
        play(player)
        expect(player.get_by_role("status")).to_have_text(re.compile("isn't there any more"))
        expect(player.get_by_role("button", name="Play")).to_be_visible()
        assert told(page, "requests").count(MISSING) >= attempt
    assert told(page, "played") == []


def test_what_is_no_audio_says_so(opened: Opened) -> None:
    page = opened()
    player = note(page, NOT_AUDIO)
    play(player)
    expect(player.get_by_role("status")).to_have_text(re.compile("can't play this recording"))


def test_without_a_network_it_says_so_and_plays_once_there_is_one(opened: Opened) -> None:
    page = opened()
    player = note(page, SHOWN[0])
    page.context.route("**/media/**", lambda route: route.abort("internetdisconnected"))
    play(player)
    expect(player.get_by_role("status")).to_have_text(re.compile("Couldn't reach Earshot"))
    page.context.unroute("**/media/**")
    play(player)
    playing(player)
    expect(player.get_by_role("status")).to_have_text("")


def test_a_stream_that_cannot_seek_is_fetched_whole(opened: Opened) -> None:
    """Firefox reaches only what has arrived; here Chromium is made to behave like that."""
    page = opened()
    page.evaluate("""() => Object.defineProperty(HTMLMediaElement.prototype, 'seekable', {
        get() { return this.src.startsWith('blob:') ? {length: 1, end: () => 1e6}
                                                    : {length: 1, end: () => 0.5}; }})""")
    player = note(page, SHOWN[0])
    play(player)
    playing(player)
    player.get_by_test_id("voice-seek").press("ArrowRight")
    player.get_by_test_id("voice-seek").press("ArrowRight")
    page.wait_for_function("sounds[0].src.startsWith('blob:') && sounds[0].currentTime > 2")
    playing(player)
    assert page.evaluate("[sounds.length, sounds[0].muted]") == [1, False]


def test_the_dot_goes_once_it_is_heard(opened: Opened) -> None:
    page = opened()
    dot = page.get_by_role("img", name="Not heard yet")
    expect(dot).to_have_count(1)
    play(note(page, SHOWN[0]))
    expect(dot).to_have_count(0)
