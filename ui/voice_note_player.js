// One voice note: play, a waveform to seek in, position and duration, speed, download.
// What it plays and how is in browser/playback.js; here is what it looks like and answers to.
import { Playback, clock, icon, readPeaks, waveform } from "earshot";
import { h, markRaw } from "vue";

const STEPS = { ArrowRight: 1e3, ArrowUp: 1e3, ArrowLeft: -1e3, ArrowDown: -1e3, PageUp: 5e3, PageDown: -5e3 };

export default {
  props: {
    source: String,
    download: String,
    duration: Number,
    peaks: String,
    label: String,
    heard: Boolean,
    words: Object,
  },
  emits: ["played"],

  data: () => ({ state: "idle", position: 0, rate: 1, problem: "", dragged: null, played: false, prefix: "" }),

  computed: {
    bars() {
      return markRaw(readPeaks(this.peaks));
    },
    active() {
      return this.state === "loading" || this.state === "playing";
    },
    shown() {
      return this.dragged ?? this.position;
    },
  },

  created() {
    this.playback = markRaw(
      new Playback({
        source: () => window.path_prefix + this.source,
        durationMs: this.duration,
        onchange: () => this.follow(),
      }),
    );
  },

  async mounted() {
    await this.$nextTick(); // path_prefix exists only from here on
    this.prefix = window.path_prefix ?? "";
  },

  beforeUnmount() {
    this.playback.dispose();
  },

  watch: {
    source() {
      this.playback.replace(this.playback.source, this.duration);
    },
  },

  methods: {
    follow() {
      if (!this.playback) return; // still being made
      const { state, position, rate, problem } = this.playback;
      Object.assign(this, { state, position, rate, problem });
      if (state === "playing" && !this.played) {
        this.played = true;
        this.$emit("played");
      }
    },

    drag(event) {
      const box = event.currentTarget.getBoundingClientRect();
      const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      this.dragged = part * this.duration;
    },

    drop() {
      if (this.dragged !== null) this.playback.seek(this.dragged);
      this.dragged = null;
    },

    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const to = { Home: 0, End: this.duration }[event.key] ?? this.position + STEPS[event.key];
      if (event.key === " ") this.playback.toggle();
      else if (Number.isNaN(to)) return;
      else this.playback.seek(to);
      event.preventDefault();
    },

    slider() {
      const at = this.shown;
      return h(
        "div",
        {
          class: "voice-seek",
          "data-testid": "voice-seek",
          role: "slider",
          tabindex: 0,
          "aria-label": this.words.seek,
          "aria-valuemin": 0,
          "aria-valuemax": this.duration,
          "aria-valuenow": Math.round(at),
          "aria-valuetext": this.words.position.replace("{position}", clock(at)).replace("{duration}", clock(this.duration)),
          onKeydown: this.key,
          onPointerdown: (event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            this.drag(event);
          },
          onPointermove: (event) => this.dragged !== null && this.drag(event),
          onPointerup: this.drop,
          onPointercancel: () => (this.dragged = null),
        },
        [waveform(this.bars, this.duration ? at / this.duration : 0)],
      );
    },

    times() {
      return h("div", { class: ["voice-times", { "at-start": !this.active && !this.shown }] }, [
        h("span", { class: "voice-time", "data-testid": "voice-time" }, clock(this.shown)),
        h("span", { class: "voice-duration", "data-testid": "voice-duration" }, clock(this.duration)),
        this.heard || this.played
          ? null
          : h("span", { class: "voice-unheard", role: "img", "aria-label": this.words.unheard }),
      ]);
    },
  },

  render() {
    const { words, rate } = this;
    const speed = `${rate}×`;
    return h(
      "div",
      {
        class: ["voice-player", `voice-${this.state}`],
        "data-testid": "voice-player",
        "data-duration-ms": this.duration,
        "data-state": this.state,
        role: "group",
        "aria-label": this.label,
      },
      [
        h(
          "button",
          {
            type: "button",
            class: "voice-play",
            "data-testid": "voice-play",
            "aria-label": this.active ? words.pause : words.play,
            onClick: () => this.playback.toggle(),
          },
          [icon(this.active ? "pause" : "play", 22)],
        ),
        h("div", { class: "voice-body" }, [
          h("div", { class: "voice-middle" }, [
            this.slider(),
            h("p", { class: "voice-problem", role: "status" }, this.problem ? words[this.problem] : ""),
          ]),
          h("div", { class: "voice-row" }, [
            this.times(),
            h(
              "button",
              {
                type: "button",
                class: "voice-speed",
                "data-testid": "voice-speed",
                "aria-label": words.speed.replace("{speed}", speed),
                onClick: () => this.playback.faster(),
              },
              speed,
            ),
            h(
              "a",
              {
                class: "voice-download",
                "data-testid": "voice-download",
                href: this.prefix + this.download,
                download: "",
                "aria-label": words.download,
                title: words.download,
              },
              [icon("download", 18)],
            ),
          ]),
        ]),
      ],
    );
  },
};
