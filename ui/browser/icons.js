// The icons of both widgets: 20 px, stroke 1.75, coloured by the text around them.
//
//   icon(name, size = 20) → vnode of an inline <svg>, hidden from screen readers
//                           (the button around it has the aria-label). Unknown names throw.
//   names: see SHAPES.
import { h } from "vue";

// Each icon on a 24-unit grid: path data, drawn as a line; a name in SOLID is filled instead.
const SHAPES = {
  mic: ["M12 3a3 3 0 0 1 3 3v5.5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3Z", "M5.5 11v.5a6.5 6.5 0 0 0 13 0V11", "M12 18v3"],
  "mic-off": ["M9 9v2.5a3 3 0 0 0 4.6 2.5", "M15 10.5V6a3 3 0 0 0-5.8-1", "M5.5 11v.5a6.5 6.5 0 0 0 10.3 5.3", "M18.5 11v.5c0 .9-.2 1.7-.5 2.5", "M12 18v3", "m4 4 16 16"],
  play: ["M8.2 5.3v13.4a.9.9 0 0 0 1.4.76l10.2-6.7a.9.9 0 0 0 0-1.52L9.6 4.54a.9.9 0 0 0-1.4.76Z"],
  pause: ["M7.5 5h1.5a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H7.5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Z", "M15 5h1.5a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H15a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Z"],
  stop: ["M8 6.5h8A1.5 1.5 0 0 1 17.5 8v8a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 16V8A1.5 1.5 0 0 1 8 6.5Z"],
  record: ["M12 6a6 6 0 1 1 0 12a6 6 0 0 1 0-12Z"],
  resume: ["M12 3.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 0 1 0-17Z", "M12 9a3 3 0 1 1 0 6a3 3 0 0 1 0-6Z"],
  again: ["M4 5v5h5", "M4.6 10A8 8 0 1 1 4 13.2"],
  send: ["M4.3 11 20.5 4l-4.8 16-3.9-7.1Z", "m11.8 12.9 8.5-8.7"],
  trash: ["M4.5 6.5h15", "M9.5 6.5V5a1 1 0 0 1 1-1h3a1 1 0 0 1 1 1v1.5", "m6.5 6.5.8 12a1.5 1.5 0 0 0 1.5 1.4h6.4a1.5 1.5 0 0 0 1.5-1.4l.8-12", "M10.3 10.5v5.5", "M13.7 10.5v5.5"],
  close: ["m6 6 12 12", "M18 6 6 18"],
  download: ["M12 4v11", "m7.5 11 4.5 4.5 4.5-4.5", "M5 19.5h14"],
  check: ["m5 12.5 4.5 4.5L19 7.5"],
  "double-check": ["m2.5 12.5 4.3 4.3 8.8-9", "m11.5 16 .8.8 8.9-9"],
  clock: ["M12 3.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 0 1 0-17Z", "M12 7.5V12l3 2"],
  alert: ["M12 3.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 0 1 0-17Z", "M12 7.8v5", "M12 16v.2"],
  offline: ["M4.5 9.5a11.5 11.5 0 0 1 4-2.3", "M13 6.7a11.5 11.5 0 0 1 6.5 2.8", "M7.5 13a7 7 0 0 1 3-1.7", "M15.5 12.3l1 .7", "M12 17.5v.2", "m4 4 16 16"],
  search: ["M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13Z", "m15.5 15.5 4.5 4.5"],
  pencil: ["m5 19 .8-3.8L15.6 5.4a1.5 1.5 0 0 1 2.1 0l.9.9a1.5 1.5 0 0 1 0 2.1L8.8 18.2Z", "m13.8 7.2 3 3"],
  "chevron-down": ["m6 9.5 6 6 6-6"],
  "chevron-left": ["m14.5 6-6 6 6 6"],
  "chevron-right": ["m9.5 6 6 6-6 6"],
};
const SOLID = new Set(["play", "pause", "stop", "record"]);

export function icon(name, size = 20) {
  const shape = SHAPES[name];
  if (!shape) throw new Error(`no icon named "${name}"`);
  const ink = SOLID.has(name)
    ? { fill: "currentColor" }
    : { fill: "none", stroke: "currentColor", "stroke-width": 1.75 * (24 / size), "stroke-linecap": "round", "stroke-linejoin": "round" };
  return h(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true", focusable: "false", ...ink },
    shape.map((d) => h("path", { d })),
  );
}
