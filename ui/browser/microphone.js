// The microphone: asks for it, says plainly why it cannot be had, measures how loud it is, and
// lets it go. The browser's answer is believed, never `permissions.query` alone: that one says
// "granted" under a Permissions-Policy that blocks, and "prompt" where a setting denies.
//
//   obstacle()                "" or why recording cannot work here at all: insecure | unsupported | policy
//   bestType()                the best container this browser records, "" if there is none
//   browserName()             chrome | edge | firefox | safari | other: where its settings are
//   new Microphone({ onlost })
//     await .open(deviceId)   throws NoMicrophone (.reason: denied | system | dismissed | no-device | busy | …)
//     .close()                on every way out; safe at any time, also while open() still waits
//     .stream .name .deviceId .devices   devices: [{ id, name }]
//     .measure()              { level, peak }: 0..1 in decibels for the eye, 0..100 for a waveform
//     onlost(reason)          the track ended by itself: revoked | unplugged
//   watchMicrophone(onchange) calls back when a permission or the devices change; returns a function that ends it
const TYPES = [
  "audio/webm;codecs=opus",
  "audio/ogg;codecs=opus",
  "audio/mp4;codecs=opus",
  "audio/mp4;codecs=mp4a.40.2",
  "audio/mp4",
];
const SOUND = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const REMEMBERED = "earshot-microphone";

export class NoMicrophone extends Error {
  constructor(reason, cause) {
    super(`no microphone: ${reason}`, { cause });
    this.reason = reason;
  }
}

export function obstacle() {
  if (!window.isSecureContext) return "insecure";
  if (!navigator.mediaDevices?.getUserMedia || !bestType()) return "unsupported";
  const policy = document.permissionsPolicy ?? document.featurePolicy;
  return policy?.allowsFeature?.("microphone") === false ? "policy" : "";
}

export function bestType() {
  if (typeof MediaRecorder === "undefined") return "";
  return TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
}

export function browserName() {
  const agent = navigator.userAgent;
  if (/Edg\//.test(agent)) return "edge";
  if (/Firefox\/|FxiOS\//.test(agent)) return "firefox";
  if (/Chrom(e|ium)\/|CriOS\//.test(agent)) return "chrome";
  return /Safari\//.test(agent) ? "safari" : "other";
}

export class Microphone {
  constructor({ onlost }) {
    this.onlost = onlost;
    this.devices = [];
    this.wanted = 0; // rises with every open() and close(): an answer to an older wish is let go
  }

  async open(deviceId = remembered()) {
    this.close();
    const blocked = obstacle();
    if (blocked) throw new NoMicrophone(blocked);
    const wish = ++this.wanted;
    const stream = await ask(deviceId);
    if (wish !== this.wanted) {
      stop(stream);
      throw new NoMicrophone("closed");
    }
    this.stream = stream;
    const [track] = stream.getAudioTracks();
    track.addEventListener("ended", () => this.stream === stream && this.#lost());
    this.deviceId = track.getSettings().deviceId ?? "";
    this.name = track.label;
    if (deviceId) remember(deviceId);
    this.#listen(stream);
    await this.look();
  }

  close() {
    this.wanted += 1;
    stop(this.stream);
    this.stream = null;
    this.context?.close();
    this.context = this.analyser = null;
  }

  // Also what makes Chromium notice an unplugged microphone, so the recorder calls it now and then.
  async look() {
    const found = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "audioinput");
    this.devices = found.map((device) => ({ id: device.deviceId, name: device.label }));
  }

  measure() {
    if (!this.analyser) return { level: 0, peak: 0 };
    this.analyser.getFloatTimeDomainData(this.samples);
    const power = this.samples.reduce((sum, sample) => sum + sample * sample, 0) / this.samples.length;
    const peak = this.samples.reduce((top, sample) => Math.max(top, Math.abs(sample)), 0);
    const level = (10 * Math.log10(power + 1e-12) + 60) / 54; // -60 dB is silence, -6 dB full
    return { level: Math.min(1, Math.max(0, level)), peak: Math.min(100, Math.round(peak * 100)) };
  }

  #listen(stream) {
    this.context = new AudioContext();
    this.analyser = new AnalyserNode(this.context, { fftSize: 4096 });
    this.context.createMediaStreamSource(stream).connect(this.analyser);
    this.samples = new Float32Array(this.analyser.fftSize);
    this.context.resume().catch(() => {}); // without it there is no level, and recording works all the same
  }

  async #lost() {
    const state = await permission().then((status) => status?.state);
    this.onlost(state && state !== "granted" ? "revoked" : "unplugged");
  }
}

export function watchMicrophone(onchange) {
  const watch = new AbortController();
  const { signal } = watch;
  navigator.mediaDevices?.addEventListener("devicechange", () => onchange("devices"), { signal });
  permission().then((status) => {
    if (!signal.aborted) status?.addEventListener("change", () => onchange(status.state), { signal });
    if (!signal.aborted) watch.status = status; // held, or its events end with the garbage collection
  });
  return () => watch.abort();
}

async function ask(deviceId) {
  const audio = { ...SOUND, sampleRate: { ideal: 48000 } };
  if (deviceId) audio.deviceId = { ideal: deviceId };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch (error) {
    throw new NoMicrophone(await reasonOf(error), error);
  }
}

async function reasonOf(error) {
  if (["NotFoundError", "OverconstrainedError"].includes(error.name)) return "no-device";
  if (["NotReadableError", "AbortError"].includes(error.name)) return "busy";
  if (!["NotAllowedError", "SecurityError"].includes(error.name)) return "unsupported";
  if (/dismissed/i.test(error.message)) return "dismissed";
  if (/system/i.test(error.message)) return "system";
  const state = await permission().then((status) => status?.state);
  if (state === "prompt") return "dismissed";
  return state === "granted" ? "policy" : "denied"; // refused although granted: the page's policy or the system
}

async function permission() {
  try {
    return await navigator.permissions.query({ name: "microphone" });
  } catch {
    return null; // this browser does not tell
  }
}

// Some browsers forbid a site all storage; then the choice lasts as long as the recorder.
function remembered() {
  try {
    return localStorage.getItem(REMEMBERED) ?? "";
  } catch {
    return "";
  }
}

function remember(deviceId) {
  try {
    localStorage.setItem(REMEMBERED, deviceId);
  } catch {
    // asked again next time
  }
}

function stop(stream) {
  stream?.getTracks().forEach((track) => track.stop());
}
