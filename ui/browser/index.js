// What the recorder and the player share in the browser, imported by both as "earshot".
export * from "./icons.js";
export * from "./playback.js";
export * from "./waveform.js";
