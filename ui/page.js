// What only the browser knows and a page in Python needs: its zone and whether it is being looked
// at, the address bar, how far is scrolled, and text that is not sent yet. In the head of every
// page (ui/layout.py); talks to Python by `emitEvent`, listens to clicks by data attributes:
//
//   a[data-visit]      shows another conversation without loading the page; "" is the list alone
//   [data-opens=x]     opens dialog[data-name=x];  [data-closes] closes the dialog around it
//   [data-copies=x]    copies the value of the input [data-name=x], then shows [data-done]
//   [data-toggles=x]   toggles data-x on the page's frame
//   [data-sentinel=x]  inside [data-scroller]: tells Python "x" when it comes close to being seen;
//                      "newest" instead tells whether the reader is away from the newest message
window.earshot = (() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("body--dark", dark.matches);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  const one = (selector) => document.querySelector(selector);
  const box = () => one("[data-testid=composer-text]");
  const unsentPrefix = () => `earshot:unsent:${box()?.dataset.owner}:`;
  const textKey = (t) => `earshot:text:${t.dataset.owner}:${t.dataset.conversation}`;
  let observers = [];
  let listening = false;
  let held = null; // the message at the top of the view, and how far from there

  // A page that the server has taken down (signed out elsewhere) has nobody to tell any more.
  const tell = (...news) => getElement(0) && emitEvent(...news);

  follow(); // before the first paint, so that a dark page never flashes white
  dark.addEventListener("change", follow);
  document.cookie = `earshot_zone=${encodeURIComponent(zone)};path=/;max-age=31536000;samesite=lax`;

  // Each connection begins with it; everything in it may be repeated.
  function start() {
    tell("earshot_hello", { zone, visible: !document.hidden, origin: location.origin });
    if (!listening) listen();
    watch();
    if (box() && !box().value) compose(false);
    const prefix = unsentPrefix();
    for (const key of Object.keys(localStorage).filter((k) => k.startsWith(prefix))) {
      tell("earshot_text", JSON.parse(localStorage.getItem(key)));
    }
  }

  function listen() {
    listening = true;
    document.addEventListener("visibilitychange", () => tell("earshot_visible", !document.hidden));
    window.addEventListener("popstate", () => tell("earshot_visit", visited()));
    anchor();
    window.socket.on("disconnect", stillSignedIn);
    window.socket.on("connect_error", stillSignedIn);
  }

  // A socket that is refused tries for ever; whoever is signed out belongs on the sign-in page.
  async function stillSignedIn() {
    if (one("[data-page]").dataset.page !== "inbox") return;
    const answer = await fetch(`${window.path_prefix}/auth/whoami`).catch(() => null);
    if (answer?.status === 401) location.replace(`${window.path_prefix}/login`);
  }

  // --- the address bar

  const visited = () => /\/conversations\/([^/]+)$/.exec(location.pathname)?.[1] ?? "";

  function visit(id) {
    history.pushState(null, "", window.path_prefix + (id ? `/conversations/${id}` : "/"));
    tell("earshot_visit", id);
  }

  // --- scrolling

  function watch() {
    observers.forEach((o) => o.disconnect()); // observing anew tells again what is in sight now
    observers = [...document.querySelectorAll("[data-sentinel]")].map((el) => {
      const margin = el.dataset.sentinel === "newest" ? "120px 0px" : "600px 0px";
      const o = new IntersectionObserver(seen, { root: el.closest("[data-scroller]"), rootMargin: margin });
      o.observe(el);
      return o;
    });
  }

  function seen(entries) {
    const { target, isIntersecting } = entries.at(-1);
    if (target.dataset.sentinel !== "newest") {
      if (isIntersecting) tell("earshot_more", target.dataset.sentinel);
      return;
    }
    const frame = target.closest("[data-frame]");
    if (frame.hasAttribute("data-away") === !isIntersecting) return;
    frame.toggleAttribute("data-away", !isIntersecting);
    tell("earshot_away", !isIntersecting);
  }

  const timeline = () => one("[data-testid=timeline]");
  const distance = (el) => el.getBoundingClientRect().top - timeline().getBoundingClientRect().top;

  // What is added or removed above and below must not move what is being read. Browsers anchor
  // scrolling only in some cases, Safari not at all; so it is done here, before each paint.
  function anchor() {
    const t = timeline();
    if (!t) return;
    t.addEventListener("scroll", hold, { passive: true });
    new ResizeObserver(keep).observe(t.firstElementChild);
  }

  function hold() {
    held = null;
    const complete = one("[data-sentinel=newer]").hidden;
    if (complete && timeline().scrollTop > -2) return; // at the newest: stay there, whatever comes
    const rows = [...document.querySelectorAll("[data-testid=message]")];
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (distance(rows[middle]) < 0) low = middle + 1;
      else high = middle;
    }
    if (rows[low]) held = { el: rows[low], from: distance(rows[low]) };
  }

  function keep() {
    if (held?.el.isConnected) timeline().scrollTop += distance(held.el) - held.from;
  }

  function bottom() {
    held = null;
    timeline()?.scrollTo({ top: 0 }); // column-reverse: 0 is the newest
  }

  // --- the composer

  function compose(focus) {
    const t = box();
    if (!t) return;
    t.value = localStorage.getItem(textKey(t)) ?? "";
    grow(t);
    if (focus && !t.disabled && matchMedia("(hover: hover)").matches) t.focus({ preventScroll: true });
  }

  function grow(t) {
    t.style.height = "auto";
    t.style.height = `${t.scrollHeight}px`;
    t.closest("form").toggleAttribute("data-empty", !t.value.trim());
  }

  function typed(t) {
    if (t.value) localStorage.setItem(textKey(t), t.value);
    else localStorage.removeItem(textKey(t));
    grow(t);
  }

  function key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  }

  // The text leaves the box at once and stays in the browser until Python says it is stored.
  function send() {
    const t = box();
    const text = t.value.trim();
    const offline = !window.socket?.connected;
    one("[data-offline]")?.toggleAttribute("hidden", !offline);
    if (!text || t.disabled || offline) return;
    const message = { id: uuid(), conversation: t.dataset.conversation, text };
    localStorage.setItem(unsentPrefix() + message.id, JSON.stringify(message));
    t.value = "";
    typed(t);
    tell("earshot_text", message);
  }

  function stored(id) {
    localStorage.removeItem(unsentPrefix() + id);
  }

  function refused(id) {
    const message = JSON.parse(localStorage.getItem(unsentPrefix() + id));
    stored(id);
    const t = box();
    if (!message || !t) return;
    const name = `earshot:text:${t.dataset.owner}:${message.conversation}`;
    localStorage.setItem(name, [message.text, localStorage.getItem(name)].filter(Boolean).join("\n"));
    compose(false);
  }

  function uuid() {
    const b = crypto.getRandomValues(new Uint8Array(16)); // randomUUID is missing without HTTPS
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    return [...b].map((x) => x.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // --- clicks

  const clicks = {
    visit(el, event) {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      if (!window.socket?.connected) return; // the browser follows the link by itself
      event.preventDefault();
      if (visited() !== el.dataset.visit) visit(el.dataset.visit);
    },
    opens: (el) => one(`dialog[data-name="${el.dataset.opens}"]`).showModal(),
    closes: (el) => el.closest("dialog").close(),
    toggles: (el) => one("[data-page]").toggleAttribute(`data-${el.dataset.toggles}`),
    async copies(el) {
      const input = one(`input[data-name="${el.dataset.copies}"]`);
      input.select();
      await navigator.clipboard?.writeText(input.value).catch(() => {});
      if (!navigator.clipboard) document.execCommand("copy");
      one(`[data-done="${el.dataset.copies}"]`).hidden = false;
    },
  };
  document.addEventListener("click", (event) => {
    for (const [name, act] of Object.entries(clicks)) {
      const el = event.target.closest?.(`[data-${name}]`);
      if (el) act(el, event);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") one("[data-page]")?.removeAttribute("data-panel");
  });

  return { start, watch, bottom, compose, typed, key, send, stored, refused, visit };
})();
