// The picture of a voice note: rounded bars, the played part in the accent colour.
// Two paths whatever the number of bars; moving the position changes one CSS variable.
//
//   waveform(peaks, played = 1) → vnode (class "waveform"); peaks: numbers 0..100, any count;
//                                 played: 0..1, or 1 for a picture all in accent
//                                 pass a new array when they change: the drawing is remembered
//   readPeaks("004064…")        → [0, 64, 100…]: two hex digits per peak
//   squeeze(peaks, bars = 64)   → `bars` peaks, each the loudest of its equal part (for live takes)
import { h } from "vue";

const HEIGHT = 100; // one unit of the drawing is one percent of full height
const drawings = new WeakMap(); // peaks → path

export function waveform(peaks, played = 1) {
  if (!drawings.has(peaks)) drawings.set(peaks, drawing(peaks));
  const shape = drawings.get(peaks);
  return h("div", { class: "waveform", style: { "--played": `${(played * 100).toFixed(2)}%` } }, [
    picture("waveform-rest", peaks.length, shape),
    picture("waveform-played", peaks.length, shape),
  ]);
}

export function readPeaks(text) {
  const peaks = [];
  for (let i = 0; i + 1 < text.length; i += 2) peaks.push(parseInt(text.slice(i, i + 2), 16));
  return peaks;
}

export function squeeze(peaks, bars = 64) {
  return Array.from({ length: bars }, (_, i) => {
    const start = Math.floor((i * peaks.length) / bars);
    const end = Math.max(start + 1, Math.floor(((i + 1) * peaks.length) / bars));
    return peaks.slice(start, end).reduce((loudest, peak) => Math.max(loudest, peak), 0);
  });
}

function picture(name, bars, d) {
  return h(
    "svg",
    { class: name, viewBox: `0 0 ${bars} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    [h("path", { d, "vector-effect": "non-scaling-stroke" })],
  );
}

// Speech peaks sit low; the square root lifts them so that quiet words are still seen.
function drawing(peaks) {
  const top = Math.max(1, ...peaks);
  const scale = Math.min(2, 100 / top); // quiet notes are drawn up to twice as high, never more
  return peaks
    .map((peak, i) => {
      const half = Math.max(0.5, Math.sqrt(Math.min(100, peak * scale) / 100) * 42);
      return `M${i + 0.5} ${(HEIGHT / 2 - half).toFixed(1)}V${(HEIGHT / 2 + half).toFixed(1)}`;
    })
    .join("");
}
