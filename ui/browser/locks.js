// Which takes are in some tab's hands just now: one Web Lock per take, which the browser lets go of
// when the tab closes or dies.
//
//   lock(id) → unlock()        await locked() → Set of ids, in this and every other tab
//   await whenFree(id)         its tab has let go of it
const NAME = "earshot-take-";
const waiting = new Map();

export function lock(id) {
  const release = new AbortController();
  const held = new Promise((resolve) => release.signal.addEventListener("abort", resolve));
  navigator.locks?.request(NAME + id, () => held);
  return () => release.abort();
}

export async function locked() {
  const found = (await navigator.locks?.query())?.held ?? [];
  return new Set(found.filter(({ name }) => name.startsWith(NAME)).map(({ name }) => name.slice(NAME.length)));
}

export function whenFree(id) {
  if (!waiting.has(id)) {
    waiting.set(id, navigator.locks.request(NAME + id, { mode: "shared" }, () => waiting.delete(id)));
  }
  return waiting.get(id);
}
