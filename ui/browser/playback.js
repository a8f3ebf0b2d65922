// Plays one recording, from the server or straight from the take in memory. Only one plays in the
// page: starting one pauses the other, which keeps its place. Nothing is loaded before the first
// play. How long it is has to be told: what browsers record often does not say.
//
// Seeking, measured in 3 s takes of both browsers and in 10 min takes made in their shape (no
// length, no index): Chromium lands within 1 ms while it streams, but fails in Firefox's own WebM
// ("demuxer seek failed"). Firefox only seeks in what has arrived and knows no end of its own WebM
// and of Chromium's MP4: it stops short, or not at all. Through a MediaSource both land within
// 7 ms in WebM (3 s takes). So sound streams, which starts at once, and a seek that the stream
// cannot do fetches the whole and goes on through one. Known to be left: in Chromium's MP4 Firefox
// mostly landed at the end when asked for 80 % of a 3 s take; 30 % was right.
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
const MOST_AT_ONCE = 11e6; // bytes a MediaSource takes without complaint (Chromium: 12 MiB)
const SLACK = 500; // ms by which a container's idea of its length may differ from ours
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
    // `wanted`: a position in ms still to be reached, or null
    Object.assign(this, { source, durationMs, state: "idle", position: 0, wanted: null, problem: "" });
    this.onchange();
  }

  toggle() {
    return this.active ? this.pause() : this.play();
  }

  play() {
    if (current !== this) current?.pause();
    current = this;
    if (this.audio?.ended || this.position >= this.durationMs) this.seek(0);
    if (!this.audio) this.#load();
    this.#become("loading");
    this.#start();
  }

  pause() {
    if (current === this) current = null;
    if (!this.active) return;
    this.audio.pause();
    this.#become("paused");
  }

  seek(ms) {
    this.position = this.wanted = Math.min(Math.max(0, ms), this.durationMs);
    this.#jump();
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
    const audio = new Audio();
    audio.preload = "auto"; // asked for only now, when somebody wants to listen
    audio.preservesPitch = true;
    audio.defaultPlaybackRate = audio.playbackRate = this.rate;
    const on = (event, then) => audio.addEventListener(event, () => this.audio === audio && then());
    for (const event of ["loadedmetadata", "canplay", "durationchange", "progress"]) on(event, () => this.#jump());
    on("seeked", () => this.#landed());
    on("playing", () => this.active && this.#become("playing"));
    on("pause", () => this.active && audio.paused && !audio.ended && !this.fetching && this.pause()); // keys of
    on("play", () => !this.active && !audio.paused && this.play()); // a keyboard or a headset
    on("waiting", () => this.state === "playing" && this.#become("loading"));
    on("ended", () => this.#ended());
    on("error", () => this.#broke(audio.error));
    this.audio = audio;
    this.#attach(typeof this.source === "function" ? this.source() : this.source);
  }

  // `whole`: the recording's Blob, once it is here; `type`: to be read through a MediaSource
  #attach(source, type = null) {
    this.whole = source instanceof Blob ? source : null;
    this.type = type;
    if (this.objectUrl) URL.revokeObjectURL(this.objectUrl);
    this.objectUrl = this.whole ? URL.createObjectURL(type ? mediaSource(source, type) : source) : undefined;
    this.wanted = this.position > 0 ? this.position : null;
    this.audio.muted = this.wanted !== null; // nothing is heard from the wrong place
    this.audio.src = this.objectUrl ?? source;
  }

  #start() {
    this.audio.play().catch((error) => {
      if (error.name === "NotAllowedError") this.pause(); // the browser asks for one more click
    }); // everything else also arrives as an `error` event, or is a pause that came first
  }

  #jump() {
    const { audio, wanted } = this;
    if (wanted === null || !audio || audio.readyState === 0 || this.fetching) return;
    const reach = audio.seekable.length ? audio.seekable.end(audio.seekable.length - 1) * 1000 : 0;
    const sure = this.remade && Number.isFinite(audio.duration); // it does not get any longer
    if (wanted <= reach + SLACK || (sure && reach > 0)) this.#go(Math.min(wanted, reach) / 1000);
    else if (audio.readyState < 3) return;
    else if (!this.remade) this.#fetchWhole();
    else if (!this.type) this.#landed(); // all ways tried
  }

  // Asked for the same place again on its way there, Firefox may land at the end.
  #go(seconds) {
    if (this.audio.seeking && Math.abs(this.audio.currentTime - seconds) < 0.01) return;
    this.audio.currentTime = seconds;
  }

  #landed() {
    const { audio, wanted } = this;
    if (wanted === null || audio.seeking) return;
    if (Math.abs(audio.currentTime * 1000 - wanted) > SLACK && !this.remade) return this.#fetchWhole();
    this.wanted = null;
    audio.muted = false;
  }

  // Only once: a browser that cannot seek even then plays on from where it is.
  async #fetchWhole() {
    const { audio } = this;
    this.fetching = this.remade = true;
    if (this.active) this.#become("loading");
    try {
      const blob = this.whole ?? (await fetchBlob(audio.src));
      const type = await typeOf(blob);
      if (this.audio !== audio) return;
      this.fetching = false;
      this.#attach(blob, type);
      if (this.active) this.#start();
    } catch (trouble) {
      if (this.audio === audio) this.#fail(problemOf(trouble));
    }
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
      if (this.wanted === null) this.position = Math.min(this.audio.currentTime * 1000, this.durationMs);
      this.onchange();
      this.#follow();
    });
  }

  #ended() {
    if (!this.active) return; // somebody sought to the end while paused: stay there
    const at = this.wanted ?? this.audio.currentTime * 1000;
    if (!this.remade && at < this.durationMs - 2 * SLACK) {
      this.position = this.wanted = at;
      return this.#fetchWhole();
    }
    if (current === this) current = null;
    this.position = 0;
    this.#become("paused");
  }

  async #broke(error) {
    const { audio, whole } = this;
    const seeking = this.wanted !== null && error?.code !== MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED;
    if (seeking && !this.remade) return this.#fetchWhole();
    let problem = "unplayable";
    if (!whole && error?.code !== MediaError.MEDIA_ERR_DECODE) problem = await reasonFor(audio.src);
    if (this.audio === audio) this.#fail(problem);
  }

  // The next press begins anew, at the same place.
  #fail(problem) {
    if (current === this) current = null;
    this.#release();
    this.problem = problem;
    this.#become("failed");
  }

  #release() {
    const { audio, objectUrl } = this;
    if (!audio) return;
    Object.assign(this, { audio: null, objectUrl: undefined, fetching: false, remade: false });
    audio.pause();
    audio.removeAttribute("src");
    audio.load();
    if (objectUrl) URL.revokeObjectURL(objectUrl);
  }
}

// Handed over this way a recording is read by another reader, which finds its way in any.
function mediaSource(blob, type) {
  const media = new MediaSource();
  media.addEventListener(
    "sourceopen",
    async () => {
      const buffer = media.addSourceBuffer(type);
      buffer.addEventListener("updateend", () => media.readyState === "open" && media.endOfStream(), { once: true });
      const bytes = await blob.arrayBuffer();
      if (media.readyState === "open") buffer.appendBuffer(bytes);
    },
    { once: true },
  );
  return media;
}

// What a MediaSource has to be told, by the first bytes; null where it would not take it.
async function typeOf(blob) {
  const start = new DataView(await blob.slice(0, 8).arrayBuffer());
  if (start.byteLength < 8 || blob.size > MOST_AT_ONCE) return null;
  const type = start.getUint32(0) === 0x1a45dfa3 ? "audio/webm" : start.getUint32(4) === 0x66747970 ? "audio/mp4" : "";
  const full = `${type}; codecs="opus"`; // an MP4 with AAC comes from Safari, and seeks as it is
  return type && globalThis.MediaSource?.isTypeSupported(full) ? full : null;
}

async function fetchBlob(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw answer;
  return answer.blob();
}

// The audio element says "not supported" for a missing file and for a lost network alike.
async function reasonFor(url) {
  try {
    const answer = await fetch(url, { headers: { Range: "bytes=0-0" } });
    return answer.ok ? "unplayable" : problemOf(answer);
  } catch (trouble) {
    return problemOf(trouble);
  }
}

function problemOf(trouble) {
  if (!(trouble instanceof Response)) return "offline";
  if (trouble.status === 401) return "signed-out";
  return trouble.status < 500 ? "missing" : "offline";
}
