// The recorder's states and every way from one to the next. What is not in this table cannot
// happen: a second press, a late answer or a lost event finds no way and changes nothing.
//
//   idle       only the text row and the mic button        starting   Record pressed, nothing heard yet
//   stopping   the recorder writes its last bytes          opening    an unsent take is being fetched
export const WAYS = {
  idle:      { open: "asking", recover: "opening" },
  asking:    { granted: "ready", refused: "blocked", close: "idle" },
  blocked:   { open: "asking", recover: "opening", close: "idle" },
  ready:     { record: "starting", open: "asking", refused: "blocked", close: "idle" },
  starting:  { started: "recording", refused: "blocked", close: "idle" },
  recording: { pause: "paused", stop: "stopping", keep: "idle", thrown: "idle" },
  paused:    { resume: "recording", stop: "stopping", keep: "idle", thrown: "idle" },
  stopping:  { stopped: "review", short: "ready", refused: "blocked", keep: "idle" },
  opening:   { opened: "review", missing: "idle", keep: "idle" },
  review:    { send: "sending", again: "asking", keep: "idle", thrown: "idle" },
  sending:   { sent: "idle", back: "review", fail: "failed", keep: "idle" },
  failed:    { send: "sending", keep: "idle", thrown: "idle" },
};

// The states that tests and stylesheets know; idle is no recorder at all.
const SHOWN = { starting: "ready", stopping: "recording", opening: "review" };

export function next(state, event) {
  return WAYS[state][event] ?? null;
}

export function shown(state) {
  return SHOWN[state] ?? state;
}
