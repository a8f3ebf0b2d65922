// The recorder of one composer: owns the microphone and the take on their way through the states of
// recorder_states.js. Nothing that the server sends can stop it; only its props change, and a take
// keeps the conversation it was begun in.
import { markRaw } from "vue";
import {
  bestType, draftOffers, drawRecorder, Microphone, next, pauseAll, picture, Playback, Recording, recorderWords,
  Refused, resumeUploads, shown, Take, watchMicrophone,
} from "earshot";

const SHORTEST = 500; // ms; less is a slip of the finger
const ASKED_ABOUT = 3000; // ms; longer takes are not thrown away without a question
const SILENT_AFTER = { never: 3000, since: 8000 }; // ms without a sound, at the beginning and later
const TICK = 100; // ms

export default {
  props: {
    base: String, owner: String, conversation: String, contactName: String, allowed: Boolean,
    everOpened: Boolean, bitRate: Number, timeslice: Number, maxBytes: Number, words: Object,
  },
  emits: ["state", "sent"],
  data: () => ({
    state: "idle", reason: "", note: "", confirming: "", farewell: "", draftId: "", drafts: [],
    devices: [], deviceId: "", deviceName: "", level: 0, peaks: [], picture: [], recordedMs: 0,
    silent: false, trouble: "", kept: true, progress: 0, playback: null, playbackTick: 0,
  }),
  render() {
    return drawRecorder(this);
  },
  async mounted() {
    document.addEventListener("keydown", this.onKey);
    document.addEventListener("visibilitychange", this.look);
    this.unwatch = watchMicrophone((change) => this.onMicrophoneChange(change));
    await this.$nextTick(); // window.socket and window.path_prefix exist from here on
    window.socket?.on("connect", this.look);
    resumeUploads(this.from()).finally(this.look);
  },
  beforeUnmount() {
    this.gone = true;
    this.leave();
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("visibilitychange", this.look);
    window.socket?.off("connect", this.look);
    this.unwatch?.();
  },
  watch: {
    conversation() {
      this.leave();
      this.look();
    },
    allowed(allowed) {
      if (allowed) return this.look();
      if (["asking", "blocked", "ready", "starting"].includes(this.state)) this.close();
    },
  },
  methods: {
    ...recorderWords,
    ...draftOffers,

    // --- ways between states
    act(event) {
      const state = next(this.state, event);
      if (!state) return false;
      const focused = this.$el.contains(document.activeElement) || document.activeElement === document.body;
      this.state = state;
      this.confirming = "";
      this.tellState();
      if (focused) this.$nextTick(() => this.$el?.querySelector?.("[data-main]")?.focus({ preventScroll: true }));
      return true;
    },
    tellState() {
      const told = { state: shown(this.state), draft_id: this.draftId, conversation: this.take?.conversation ?? this.conversation };
      if (JSON.stringify(told) !== JSON.stringify(this.told)) this.$emit("state", (this.told = told));
    },
    open(deviceId) {
      if (this.allowed && this.act("open")) return this.ask(deviceId);
    },
    async ask(deviceId) {
      this.microphone?.close();
      pauseAll();
      Object.assign(this, { reason: "", note: "", farewell: "", peaks: [], level: 0, silent: false, recordedMs: 0 });
      const microphone = (this.microphone = new Microphone({ onlost: (reason) => this.onLost(reason) }));
      try {
        await microphone.open(deviceId);
      } catch (error) {
        if (microphone === this.microphone && error.reason !== "closed") this.refuse(error.reason ?? "busy");
        return;
      }
      if (microphone !== this.microphone || !this.act("granted")) return microphone.close();
      Object.assign(this, { devices: microphone.devices, deviceId: microphone.deviceId, deviceName: microphone.name });
      this.tick();
    },
    async record() {
      if (next(this.state, "record") === null) return;
      const { conversation, contactName, bitRate, timeslice, maxBytes, microphone } = this;
      this.takeUp(Take.begin({ ...this.from(), conversation, contactName, type: bestType() }));
      this.act("record");
      Object.assign(this, { note: "", peaks: [], heardAt: null, quietMs: 0 });
      const { take } = this;
      try {
        const recording = new Recording({ microphone, take, bitRate, timeslice, maxBytes, onfull: () => this.onFull() });
        this.recording = recording;
        await recording.start();
      } catch (error) {
        console.warn("the recording did not begin:", error);
        take.discard();
        if (this.take === take) this.refuse("busy");
        return;
      }
      if (this.take === take) this.act("started");
    },
    async pause() {
      if (!this.act("pause")) return;
      this.recording.pause();
      this.recordedMs = this.recording.recordedMs;
      await this.recording.flush();
      if (this.state === "paused") this.preparePreview();
    },
    resume() {
      if (!this.act("resume")) return;
      this.endPreview();
      this.recording.resume();
    },
    // Ends the recording and shows it; with `send` it goes off at once.
    async stop({ send = false } = {}) {
      if (!this.act("stop")) return;
      this.endPreview();
      const { recording, take, microphone } = this;
      await recording.stop();
      if (this.take !== take) return;
      if (take.recordedMs < SHORTEST || !take.size) return this.tooShort();
      microphone.close();
      this.silent = false;
      this.recordedMs = take.recordedMs;
      this.preparePreview();
      this.act("stopped");
      if (send) this.send();
    },
    tooShort() {
      const { reason } = this;
      this.throwAway();
      this.note = this.say("too_short");
      return reason ? this.refuse(reason) : this.act("short");
    },
    sendNow() {
      if (!this.allowed) return;
      return ["recording", "paused"].includes(this.state) ? this.stop({ send: true }) : this.send();
    },
    async send() {
      if (!this.allowed || !this.act("send")) return;
      this.endPreview();
      this.note = this.reason = "";
      const { take } = this;
      try {
        const message_id = await take.send();
        this.$emit("sent", { message_id, conversation: take.conversation });
        if (this.take === take) this.finish("sent", this.say("sent"));
      } catch (refusal) {
        if (this.take !== take) return this.look();
        const closed = refusal.code === "WindowClosed";
        const sentence = refusal instanceof Refused ? refusal.message : "";
        this.note = closed ? this.say("window_closed", { name: this.contactName }) : sentence || this.say("failed");
        this.preparePreview();
        this.act(closed ? "back" : "fail");
      }
    },
    discard() {
      if (!this.confirmed("discard", this.recordedMs)) return;
      if (!next(this.state, "thrown")) return;
      this.throwAway();
      this.finish("thrown", this.say("discarded"));
    },
    again() {
      if (!this.confirmed("again", this.recordedMs)) return;
      if (!next(this.state, "again")) return;
      this.throwAway();
      this.act("again");
      this.ask();
    },
    // The way out that loses nothing: a take stays as the draft of its conversation.
    close() {
      const { take, recording, microphone, state } = this;
      if (state === "starting") this.throwAway();
      else if (!take) microphone?.close();
      if (!take || state === "starting") return this.finish("close", "");
      take.putDown();
      if (["recording", "paused", "stopping"].includes(state)) {
        recording.stop().then(() => {
          microphone.close();
          if (take.recordedMs < SHORTEST) take.discard();
          this.look();
        });
      }
      this.finish("keep", this.say(state === "sending" ? "sending" : "kept"));
    },
    leave() {
      if (this.state !== "idle") this.close();
      Object.assign(this, { drafts: [], note: "", farewell: "" });
    },
    finish(event, farewell) {
      this.endPreview();
      this.act(event);
      this.take = this.recording = this.microphone = null;
      Object.assign(this, { draftId: "", reason: "", note: "", trouble: "", silent: false, kept: true, progress: 0, recordedMs: 0, farewell });
      this.look();
    },
    throwAway() {
      const { take, recording, microphone } = this;
      this.take = this.recording = null;
      this.draftId = "";
      take.discard().then(this.look);
      const over = recording?.stop() ?? Promise.resolve();
      if (this.state !== "stopping") over.then(() => microphone?.close());
    },
    confirmed(what, ms) {
      if (ms <= ASKED_ABOUT || this.confirming === what) return true;
      this.confirming = what;
      this.$nextTick(() => this.$el.querySelector("[data-testid=recorder-keep]")?.focus());
      return false;
    },
    unconfirm() {
      this.confirming = "";
    },
    // --- what happens by itself
    refuse(reason) {
      this.microphone?.close();
      this.take = this.recording = null;
      this.draftId = "";
      this.reason = reason;
      this.act("refused");
    },
    onLost(reason) {
      if (["ready", "starting"].includes(this.state)) {
        if (this.take) this.throwAway();
        return this.refuse(reason);
      }
      this.reason = reason;
      this.stop();
    },
    onFull() {
      this.note = this.say("full");
      this.stop();
    },
    onMicrophoneChange(change) {
      const hopeful = change === "granted" || (change === "devices" && ["no-device", "unplugged", "busy"].includes(this.reason));
      if (this.state === "blocked" && hopeful) this.open();
    },
    onKey(event) {
      const ours = this.$el.contains(event.target) || event.target === document.body;
      if (event.key !== "Escape" || event.defaultPrevented || !ours) return;
      if (this.confirming) this.unconfirm();
      else if (["asking", "blocked", "ready"].includes(this.state)) this.close();
    },
    tick() {
      clearTimeout(this.timer);
      const { microphone, recording } = this;
      if (!microphone?.stream) return;
      const { level, peak } = microphone.measure();
      this.level = Math.max(level, this.level * 0.8); // falls slowly, so that syllables do not flicker
      if (this.state !== "paused") this.peaks.push(peak);
      if (recording) this.recordedMs = recording.recordedMs;
      if (this.state === "recording") this.listenForSilence(level);
      this.timer = setTimeout(this.tick, TICK);
    },
    listenForSilence(level) {
      if (level > 0.05) Object.assign(this, { heardAt: this.recordedMs, silent: false });
      else if (this.recordedMs - (this.heardAt ?? 0) > (this.heardAt === null ? SILENT_AFTER.never : SILENT_AFTER.since)) this.silent = true;
    },

    // --- the take in hand
    from() {
      return { base: this.base, owner: this.owner };
    },
    takeUp(take) {
      this.take = take;
      this.draftId = take.id;
      take.onchange = () => {
        const { id, trouble, kept, progress, refusal } = take;
        Object.assign(this, { draftId: id, trouble: trouble.replace("-", "_"), kept, progress });
        if (refusal && ["recording", "paused"].includes(this.state)) this.note = refusal.message;
      };
      take.onchange();
    },
    preparePreview() {
      const { take } = this;
      this.endPreview();
      if (this.peaks.length) take.peaks = [...this.peaks];
      this.playback = markRaw(new Playback({ source: () => take.blob(), durationMs: this.recordedMs, onchange: () => (this.playbackTick += 1) }));
      picture(take).then((bars) => this.take === take && (this.picture = bars));
    },
    endPreview() {
      this.playback?.dispose();
      this.playback = null;
    },
  },
};
