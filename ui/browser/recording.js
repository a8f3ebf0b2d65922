// One run of MediaRecorder into a take: starts, pauses, measures what was recorded and stops in an
// order that no browser loses sound by. The take goes on living when the recording has ended.
//
//   new Recording({ microphone, take, bitRate, timeslice, maxBytes, onfull })
//     await .start()     resolves on MediaRecorder's own "start": before that nothing is recorded
//     .pause() .resume()
//     .recordedMs        without the pauses
//     await .flush()     the take holds everything recorded so far
//     await .stop()      the take is finished; the microphone still runs and is the caller's to close
//     onfull()           the take has come near to maxBytes
const PATIENCE = 5000; // ms; a recorder that never says it has stopped must not keep the take

export class Recording {
  constructor({ microphone, take, bitRate, timeslice, maxBytes, onfull }) {
    Object.assign(this, { microphone, take, timeslice, maxBytes, onfull });
    this.recorder = new MediaRecorder(microphone.stream, { mimeType: take.type, audioBitsPerSecond: bitRate });
    this.counted = 0; // ms before the last pause
    this.since = null; // when it began to run again
    this.over = new AbortController();
    this.#on("dataavailable", ({ data }) => this.#keep(data));
  }

  get recordedMs() {
    return Math.round(this.counted + (this.since === null ? 0 : performance.now() - this.since));
  }

  async start() {
    const failed = this.#heard("error");
    const started = this.#heard("start");
    this.recorder.start(this.timeslice);
    const event = await Promise.race([started, failed]);
    if (event.type === "error") throw event.error ?? new Error("the recorder did not start");
    this.since = performance.now();
    this.#on("error", () => this.stop());
    // The last words before the tab goes: there may be just enough time to keep them.
    window.addEventListener("pagehide", () => this.#request(), { signal: this.over.signal });
    document.addEventListener("visibilitychange", () => this.#request(), { signal: this.over.signal });
    // Chromium notices an unplugged microphone only when somebody looks.
    this.looking = setInterval(() => this.microphone.look().catch(() => {}), 2000);
  }

  pause() {
    this.#hold();
    this.#request();
    if (this.recorder.state === "recording") this.recorder.pause();
  }

  resume() {
    this.recorder.resume();
    this.since = performance.now();
  }

  async flush() {
    if (this.recorder.state === "inactive") return;
    const answered = this.#heard("dataavailable");
    this.#request();
    await within(answered);
  }

  stop() {
    this.stopping ??= this.#stop();
    return this.stopping;
  }

  async #stop() {
    this.#hold();
    clearInterval(this.looking);
    const stopped = this.#heard("stop");
    if (this.recorder.state !== "inactive") {
      this.recorder.stop();
      await within(stopped);
    }
    this.over.abort();
    this.take.finish(this.recordedMs);
  }

  #keep(data) {
    this.take.add(data, this.recordedMs);
    if (this.take.size > this.maxBytes - 65_536 && this.since !== null) this.onfull();
  }

  #hold() {
    this.counted = this.recordedMs;
    this.since = null;
  }

  #request() {
    if (this.recorder.state !== "inactive") this.recorder.requestData();
  }

  #on(event, handler) {
    this.recorder.addEventListener(event, handler, { signal: this.over.signal });
  }

  #heard(event) {
    return new Promise((resolve) => this.recorder.addEventListener(event, resolve, { once: true }));
  }
}

function within(promise) {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
}
