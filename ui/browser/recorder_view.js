// What the recorder looks like in each of its states. Draws, decides nothing: `r` is the component
// of recorder_widget.js with its data and the methods that the buttons call.
import { h } from "vue";
import { icon } from "./icons.js";
import { clock } from "./playback.js";
import { drawPreview } from "./preview.js";
import { shown } from "./recorder_states.js";
import { waveform } from "./waveform.js";

const BARS = 48;

export function drawRecorder(r) {
  const state = shown(r.state);
  const open = !["idle", "blocked"].includes(state);
  return h("div", { class: "recorder-host" }, [
    open ? null : drawDraftNotice(r),
    state === "idle" ? null : drawPanel(r, state),
    h("div", { key: "row", class: ["recorder-row", { "recorder-row-away": open }] }, [
      r.$slots.default?.(),
      r.allowed ? micButton(r) : null,
    ]),
    h("div", { key: "status", class: "recorder-status", role: "status", "aria-live": "polite" }, announcement(r, state)),
  ]);
}

function drawPanel(r, state) {
  const lines = [drawMicNotice(r, state), drawNote(r, state)].filter(Boolean);
  const row = r.confirming ? drawConfirmation(r) : ROWS[state](r);
  return h(
    "section",
    { key: "panel", class: "recorder", "data-testid": "recorder", "data-state": state, "data-draft-id": r.draftId, "aria-label": r.say("label", { name: r.contactName }) },
    [...lines, row && h("div", { class: ["recorder-controls", r.confirming ? "recorder-confirming" : `recorder-${state}`] }, row)],
  );
}

const ROWS = {
  asking: (r) => [closeButton(r), h("span", { class: "recorder-hint" }, r.say("asking"))],
  blocked: () => null,
  ready: (r) => [
    closeButton(r),
    drawDevice(r),
    drawLevel(r),
    button(r, "record", { icon: "record", text: true, kind: "recorder-shout", main: true, disabled: r.state === "starting", press: r.record, label: r.state === "starting" ? "starting" : "record" }),
  ],
  recording: (r) => [
    button(r, "discard", { icon: "trash", press: r.discard }),
    drawTimer(r, true),
    drawLevel(r),
    button(r, "pause", { icon: "pause", press: r.pause }),
    button(r, "stop", { icon: "stop", text: true, press: () => r.stop(), main: true }),
    sendButton(r),
  ],
  paused: (r) => [
    button(r, "discard", { icon: "trash", press: r.discard }),
    drawTimer(r, false),
    drawPreview(r),
    button(r, "resume", { icon: "record", text: true, kind: "recorder-shout", press: r.resume, main: true }),
    button(r, "stop", { icon: "stop", press: () => r.stop() }),
    sendButton(r),
  ],
  review: (r) => [
    button(r, "discard", { icon: "trash", press: r.discard }),
    drawPreview(r),
    r.allowed ? button(r, "again", { icon: "again", press: r.again }) : null,
    closeButton(r, "keep"),
    sendButton(r, true),
  ],
  sending: (r) => [
    closeButton(r, "close_sending"),
    h("span", { class: "recorder-hint" }, r.say("sending")),
    h("progress", { class: "recorder-progress", max: 1, value: r.progress, "aria-label": r.say("progress") }),
  ],
  failed: (r) => [
    button(r, "discard", { icon: "trash", press: r.discard }),
    drawPreview(r),
    closeButton(r, "keep"),
    sendButton(r, true, "try_again"),
  ],
};

// `name` is the data-testid after "recorder-" and, unless `label` says otherwise, the word as well.
function button(r, name, { icon: shape, press, label = name, text = false, main = false, kind = "", disabled = false }) {
  const words = r.say(label);
  return h(
    "button",
    {
      key: name,
      type: "button",
      class: ["recorder-button", kind, { "recorder-wide": text }],
      "data-testid": `recorder-${name}`,
      "data-main": main || undefined,
      "aria-label": words,
      title: text ? undefined : words,
      disabled,
      onClick: (event) => event.detail > 1 || press(), // the second half of a double click hits another button
    },
    [icon(shape), text ? h("span", words) : null],
  );
}

function micButton(r) {
  return h(
    "button",
    {
      key: "mic",
      type: "button",
      class: "recorder-button recorder-mic",
      "data-testid": "mic-button",
      "data-main": r.state === "idle" || undefined,
      "aria-label": r.say("open", { name: r.contactName }),
      title: r.say("open", { name: r.contactName }),
      onClick: (event) => event.detail > 1 || r.open(),
    },
    [icon("mic")],
  );
}

function closeButton(r, label = "close") {
  return button(r, "close", { icon: "close", label, press: r.close });
}

function sendButton(r, main = false, label = "send") {
  if (!r.allowed) return null;
  return button(r, "send", { icon: "send", label, press: r.sendNow, main, kind: "recorder-primary", text: label !== "send" });
}

function drawTimer(r, running) {
  return h("span", { class: ["recorder-timer", { "recorder-running": running }] }, [
    h("span", { class: "recorder-dot", "aria-hidden": "true" }),
    h("span", { "data-testid": "recorder-timer", role: "timer", "aria-label": r.say("timer") }, clock(r.recordedMs)),
  ]);
}

function drawLevel(r) {
  const recent = r.peaks.slice(-BARS);
  const padded = [...Array(BARS - recent.length).fill(0), ...recent];
  return h(
    "div",
    { class: "recorder-level", "data-testid": "recorder-level", "data-level": r.level.toFixed(2), role: "meter", "aria-label": r.say("level"), "aria-valuemin": 0, "aria-valuemax": 1, "aria-valuenow": r.level.toFixed(1) },
    [waveform(padded)],
  );
}

function drawDevice(r) {
  const attributes = { class: "recorder-device", "data-testid": "recorder-device", "aria-label": r.say("device") };
  if (r.devices.length < 2) return h("span", attributes, r.deviceName || r.say("device"));
  return h(
    "select",
    { ...attributes, value: r.deviceId, onChange: (event) => r.open(event.target.value) },
    r.devices.map((device) => h("option", { value: device.id, selected: device.id === r.deviceId }, device.name || r.say("device"))),
  );
}

function drawMicNotice(r, state) {
  const reason = r.reason || (r.silent ? "silent" : "");
  if (!reason) return null;
  return h(
    "div",
    { key: "mic-notice", class: "recorder-notice", "data-testid": "mic-notice", "data-reason": reason === "system" ? "denied" : reason, role: "group", "aria-label": r.say("notice") },
    [
      icon(reason === "silent" ? "alert" : "mic-off"),
      h("p", r.sayReason(reason)),
      state === "blocked" && !["insecure", "unsupported"].includes(reason)
        ? button(r, "retry", { icon: "again", label: "try_again", text: true, press: () => r.open(), main: true })
        : null,
      state === "blocked" ? closeButton(r) : null,
    ],
  );
}

function drawNote(r, state) {
  const notes = [r.note];
  if (r.trouble) notes.push(r.say(`${r.trouble}_${r.kept ? (["recording", "paused"].includes(state) ? "recording" : "waiting") : "tab"}`));
  if (!r.allowed && ["recording", "paused", "review", "failed"].includes(state)) notes.push(r.say("not_now", { name: r.contactName }));
  const text = [...new Set(notes.filter(Boolean))].join(" ");
  return text ? h("p", { key: "note", class: "recorder-note", "data-testid": "recorder-note" }, text) : null;
}

function drawConfirmation(r) {
  const { confirming } = r;
  return [
    h("span", { class: "recorder-hint", role: "alert" }, r.say(`${confirming}_question`, { duration: clock(r.recordedMs) })),
    button(r, "keep", { icon: "close", label: "keep_it", text: true, press: r.unconfirm, main: true }),
    button(r, confirming, { icon: "trash", label: `${confirming}_yes`, text: true, kind: "recorder-red", press: confirming === "again" ? r.again : r.discard }),
  ];
}

function drawDraftNotice(r) {
  const [draft] = r.drafts;
  if (!draft) return null;
  const asking = r.confirming === "draft";
  const [question, details] = [r.say("discard_question", { duration: clock(draft.recordedMs) }), r.say("draft", { name: r.contactName, details: r.sayDraft(draft) })];
  return h(
    "div",
    { key: `draft-${draft.id}`, class: "recorder-notice recorder-draft", "data-testid": "draft-notice", "data-draft-id": draft.id, role: "group", "aria-label": r.say("draft_label") },
    [
      icon("mic"),
      h("p", [asking ? question : details, asking || r.allowed ? null : ` ${r.say("draft_closed", { name: r.contactName })}`]),
      asking
        ? button(r, "keep", { icon: "close", label: "keep_it", text: true, press: r.unconfirm })
        : draftButton(r, "recover", "recover", () => r.recover(draft), "recorder-primary"),
      draftButton(r, "discard", asking ? "discard_yes" : "discard", () => r.discardDraft(draft), asking ? "recorder-red" : ""),
      r.note ? h("p", { class: "recorder-note" }, r.note) : null,
    ],
  );
}

function draftButton(r, name, label, press, kind) {
  const drawn = button(r, name, { icon: name === "recover" ? "play" : "trash", label, text: true, press, kind, disabled: r.state === "opening" });
  drawn.props["data-testid"] = `draft-${name}`;
  return drawn;
}

// Nothing is said while recording: a screen reader would speak into the take.
function announcement(r, state) {
  if (["recording", "paused"].includes(state) || r.state === "starting") return "";
  if (state === "idle") return r.farewell;
  if (state === "review") return r.say("announce_review", { duration: clock(r.recordedMs) });
  return r.say(`announce_${state}`);
}
