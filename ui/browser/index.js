// What the recorder and the player share in the browser, imported by both as "earshot".
export * from "./draft_offers.js";
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
export { Refused } from "./upload.js";
export * from "./waveform.js";
