// Listening to a take before it is sent: the same playback and picture as a voice note's player,
// fed from the browser's own bytes. Drawn while paused and in review.
import { h } from "vue";
import { icon } from "./icons.js";
import { clock } from "./playback.js";
import { squeeze, waveform } from "./waveform.js";

const STEP = 5000; // ms per arrow key
const PICTURED = 512 << 10; // bytes; decoding more than that only for a picture would take too long

export function drawPreview(r) {
  const player = r.playbackTick >= 0 && r.playback; // drawn again at each tick of the playback
  if (!player) return h("div", { key: "preview", class: "recorder-preview", "data-testid": "recorder-preview" });
  const { durationMs, position, active, rate } = player;
  const at = durationMs ? Math.min(1, position / durationMs) : 0;
  return h("div", { key: "preview", class: "recorder-preview", "data-testid": "recorder-preview", "data-duration-ms": durationMs }, [
    h(
      "button",
      { type: "button", class: "recorder-button recorder-play", "data-testid": "voice-play", "aria-label": r.say(active ? "preview_pause" : "preview_play"), onClick: () => player.toggle() },
      [icon(active ? "pause" : "play")],
    ),
    h(
      "div",
      {
        class: "recorder-seek",
        "data-testid": "voice-seek",
        role: "slider",
        tabindex: 0,
        "aria-label": r.say("preview_seek"),
        "aria-valuemin": 0,
        "aria-valuemax": Math.round(durationMs),
        "aria-valuenow": Math.round(position),
        "aria-valuetext": `${clock(position)} / ${clock(durationMs)}`,
        onPointerdown: (event) => seekByPointer(event, player),
        onKeydown: (event) => seekByKey(event, player),
      },
      [waveform(r.picture, at)],
    ),
    r.state === "paused" && !active && !position // the timer beside it says the same
      ? null
      : h("span", { class: "recorder-time", "data-testid": "voice-time" }, clock(active || position ? position : durationMs)),
    r.state === "paused"
      ? null
      : h("button", { type: "button", class: "recorder-speed", "data-testid": "voice-speed", "aria-label": r.say("preview_speed", { rate }), onClick: () => player.faster() }, `${rate}×`),
    h("span", { class: "recorder-hidden", "data-testid": "voice-duration" }, clock(durationMs)),
  ]);
}

// Bars of a take: from the levels seen while it was recorded, else by decoding it.
export async function picture(take) {
  if (take.peaks?.length) return squeeze(take.peaks);
  const flat = Array(64).fill(0);
  if (take.size > PICTURED) return flat;
  try {
    const context = new OfflineAudioContext(1, 1, 8000);
    const samples = (await context.decodeAudioData(await take.blob().arrayBuffer())).getChannelData(0);
    const part = Math.ceil(samples.length / flat.length);
    return flat.map((_, i) => 100 * samples.subarray(i * part, (i + 1) * part).reduce((top, sample) => Math.max(top, Math.abs(sample)), 0));
  } catch {
    return flat; // heard it can still be
  }
}

function seekByPointer(event, player) {
  const bar = event.currentTarget;
  const seek = ({ clientX }) => {
    const { left, width } = bar.getBoundingClientRect();
    player.seek(((clientX - left) / width) * player.durationMs);
  };
  seek(event);
  bar.setPointerCapture(event.pointerId);
  bar.addEventListener("pointermove", seek);
  bar.addEventListener("lostpointercapture", () => bar.removeEventListener("pointermove", seek), { once: true });
}

function seekByKey(event, player) {
  const to = { ArrowLeft: player.position - STEP, ArrowRight: player.position + STEP, Home: 0, End: player.durationMs }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  player.seek(to);
}
