// What the recorder says: methods of recorder_widget.js that look words up in its prop `words`
// (RECORDER in ui/words.py) and fill in names, times and the browser's own way.
import { browserName } from "./microphone.js";
import { clock } from "./playback.js";

const UNITS = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]];

export const recorderWords = {
  say(key, values = {}) {
    return (this.words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  },

  // Why there is no microphone, and what to do about it in this browser.
  sayReason(reason) {
    return this.words[`${reason}_${browserName()}`] ?? this.say(reason);
  },

  // "0:42, 10 minutes ago"
  sayDraft({ recordedMs, at }) {
    const when = this.sayAgo(at);
    return recordedMs ? `${clock(recordedMs)}, ${when}` : when;
  },

  // In the language of the sentence around it, not in that of the reader's system.
  sayAgo(at) {
    const ago = Math.max(0, Date.now() - at);
    const [unit, length] = UNITS.find(([, ms]) => ago >= ms) ?? [];
    if (!unit) return this.say("just_now");
    const language = document.documentElement.lang || "en";
    return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-Math.floor(ago / length), unit);
  },
};
