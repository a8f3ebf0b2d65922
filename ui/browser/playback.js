// Plays one recording, from the server or straight from the take in memory. Only one plays in the
// page: starting one pauses the other, which keeps its place. Nothing is loaded before the first
// play. How long it is has to be told: what browsers record often does not say.
//
//   new Playback({ source, durationMs, onchange })
//     source       URL (with path_prefix), Blob, or a function giving one of them, called at play
//     onchange()   after every change of the fields below; about 60 times a second while playing
//     .state       "idle" | "loading" | "playing" | "paused" | "failed"
//     .active      playing, or about to
//     .position    ms, 0..durationMs; .durationMs
//     .rate        1, 1.5 or 2
//     .problem     "" | "missing" | "signed-out" | "offline" | "unplayable"
//     .toggle() .play() .pause() .seek(ms) .faster() .setRate(n)
//     .replace(source, durationMs)    another recording, from its start
//     .dispose()   when its widget goes: stops and frees everything
//   pauseAll()     when the microphone starts recording
//   clock(ms)      "0:42", "12:05", "1:02:03"
const RATES = [1, 1.5, 2];
let current = null;

export function pauseAll() {
  current?.pause();
}

export function clock(ms) {
  const s = Math.floor(Math.max(0, ms) / 1000);
  const [hours, minutes, seconds] = [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60];
  const two = (n) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

export class Playback {
  constructor({ source, durationMs, onchange = () => {} }) {
    this.onchange = onchange;
    this.rate = 1;
    this.replace(source, durationMs);
  }

  get active() {
    return this.state === "loading" || this.state === "playing";
  }

  replace(source, durationMs) {
    this.#release();
    Object.assign(this, { source, durationMs, state: "idle", position: 0, problem: "" });
    this.onchange();
  }

  toggle() {
    return this.active ? this.pause() : this.play();
  }

  play() {
    if (current !== this) current?.pause();
    current = this;
    if (!this.audio) this.#load();
    this.#become("loading");
    this.audio.play().catch((error) => this.#refused(error));
  }

  pause() {
    if (current === this) current = null;
    if (!this.active) return;
    this.audio.pause();
    this.#become("paused");
  }

  seek(ms) {
    this.position = Math.min(Math.max(0, ms), this.durationMs);
    if (this.audio?.readyState > 0) this.audio.currentTime = this.position / 1000;
    this.onchange();
  }

  faster() {
    this.setRate(RATES[(RATES.indexOf(this.rate) + 1) % RATES.length]);
  }

  setRate(rate) {
    this.rate = rate;
    if (this.audio) this.audio.playbackRate = this.audio.defaultPlaybackRate = rate;
    this.onchange();
  }

  dispose() {
    this.onchange = () => {};
    this.pause();
    this.#release();
  }

  #load() {
    const source = typeof this.source === "function" ? this.source() : this.source;
    const audio = new Audio();
    audio.preload = "auto";
    audio.preservesPitch = true;
    audio.defaultPlaybackRate = audio.playbackRate = this.rate;
    const on = (event, then) => audio.addEventListener(event, () => this.audio === audio && then());
    on("loadedmetadata", () => this.position > 0 && (audio.currentTime = this.position / 1000));
    on("playing", () => this.active && this.#become("playing"));
    on("waiting", () => this.state === "playing" && this.#become("loading"));
    on("ended", () => this.#ended());
    on("error", () => this.#failed(audio.error));
    if (source instanceof Blob) this.objectUrl = URL.createObjectURL(source);
    audio.src = this.objectUrl ?? source;
    this.audio = audio;
  }

  #become(state) {
    this.state = state;
    if (state !== "failed") this.problem = "";
    if (state === "playing") this.#follow();
    this.onchange();
  }

  #follow() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      if (this.state !== "playing") return;
      this.position = Math.min(this.audio.currentTime * 1000, this.durationMs);
      this.onchange();
      this.#follow();
    });
  }

  #ended() {
    if (current === this) current = null;
    this.audio.currentTime = 0;
    this.position = 0;
    this.#become("paused");
  }

  #refused(error) {
    if (error.name === "NotAllowedError") this.pause(); // the browser wants one more click
  }

  async #failed(error) {
    const source = this.objectUrl ? null : this.audio.src;
    if (current === this) current = null;
    this.#release();
    this.problem = "unplayable";
    this.#become("failed");
    if (source && error?.code !== MediaError.MEDIA_ERR_DECODE) this.problem = await reasonFor(source);
    this.onchange();
  }

  #release() {
    if (!this.audio) return;
    const audio = this.audio;
    this.audio = null;
    audio.pause();
    audio.removeAttribute("src");
    audio.load();
    if (this.objectUrl) URL.revokeObjectURL(this.objectUrl);
    this.objectUrl = undefined;
  }
}

// The audio element says "not supported" for a missing file and for a lost network alike.
async function reasonFor(url) {
  try {
    const answer = await fetch(url, { headers: { Range: "bytes=0-0" } });
    if (answer.ok) return "unplayable";
    return answer.status === 401 ? "signed-out" : "missing";
  } catch {
    return "offline";
  }
}
