// What the recorder and the player share in the browser, imported by both as "earshot".
export * from "./drafts.js";
export * from "./icons.js";
export * from "./microphone.js";
export * from "./playback.js";
export * from "./preview.js";
export * from "./recorder_states.js";
export * from "./recorder_view.js";
export * from "./recorder_words.js";
export * from "./recording.js";
export * from "./takes.js";
export * from "./waveform.js";
