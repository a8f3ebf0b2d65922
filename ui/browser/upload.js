// Carries one take to the server by tus 1.0.0 while it is still being recorded, and keeps on through
// outages: only the server's plain refusal ends it. Bytes count as safe when the server says so.
//
//   new Upload(take, { onchange })   take: { id, base, owner, conversation, type, size, finished, slice(from, to) }
//     .wake()        there are new bytes, or the take is finished; begins by itself
//     .offset        bytes that are durable on the server
//     .trouble       "" | "offline" | "unreachable" | "signed-out": why it waits just now
//     .refusal       Refused, once the server has said no; .retry() begins again
//     await .whole() when all bytes of the finished take are safe; throws Refused
//     await .call(method, path, options)   an insisting request, in the take's name
//     .stop()        no more requests; .restart() begins at the first byte again
//   serverDrafts(…), probe(…), draftAudio(…): one request each; null or an error when there is no answer
const PIECE = { least: 16 << 10, first: 64 << 10, most: 1 << 20 }; // bytes in one PATCH
const PATIENCE = 20_000; // ms for one request; a slow line then gets smaller pieces
const LONGEST_WAIT = 3000;

export class Refused extends Error {
  // `status`: HTTP; `code`: the server's name for it, such as WindowClosed; the message is its sentence.
  constructor(status, { error = "", code = "", message_id: messageId = "" } = {}) {
    super(error);
    Object.assign(this, { status, code, messageId });
  }
}

export class Upload {
  constructor(take, { onchange }) {
    Object.assign(this, { take, onchange, offset: 0, trouble: "", refusal: null, piece: PIECE.first });
    this.ending = new AbortController();
    this.waiting = [];
  }

  get safe() {
    return this.take.finished && this.offset >= this.take.size;
  }

  wake() {
    this.running ??= this.#run();
    this.nudge?.();
    this.#settle();
  }

  retry() {
    this.refusal = null;
    this.running = null;
    this.wake();
  }

  // All of it once more, under the take's new id.
  restart() {
    this.stop();
    this.offset = 0;
    this.retry();
  }

  stop() {
    this.ending.abort();
    this.ending = new AbortController();
    this.nudge?.();
  }

  whole() {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.wake();
    });
  }

  async #run() {
    const { signal } = this.ending;
    try {
      await this.#create();
      while (!signal.aborted) {
        if (this.offset < this.take.size) await this.#append();
        else await new Promise((resolve) => (this.nudge = resolve));
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refused)) console.error(error);
      this.refusal = error instanceof Refused ? error : new Refused(0);
      this.#changed();
    }
  }

  // A discarded draft stays discarded: a take that goes on all the same gets a new id.
  async #create(renamed = false) {
    const { id, conversation, type } = this.take;
    const answer = await this.call("POST", "", {
      headers: { "Upload-Defer-Length": "1", "Upload-Metadata": metadata({ id, conversation, filetype: type }) },
    });
    if (answer.status === 404 && !renamed) {
      await this.take.rename();
      return this.#create(true);
    }
    if (answer.status !== 201) throw await refused(answer);
    this.take.known = true;
    await this.#safe(answer);
  }

  async #append() {
    const end = Math.min(this.take.size, this.offset + this.piece);
    const answer = await this.call("PATCH", `/${this.take.id}`, {
      headers: { "Upload-Offset": String(this.offset), "Content-Type": "application/offset+octet-stream" },
      body: this.take.slice(this.offset, end),
      once: true,
    });
    if (!answer) return this.#realign(); // no answer: it may have arrived all the same
    if (answer.status === 204) {
      this.piece = Math.min(PIECE.most, this.piece * 2);
      return this.#safe(answer);
    }
    if (answer.status === 409) return answer.headers.has("Upload-Offset") ? this.#safe(answer) : this.#realign();
    return this.#beginAgain(answer);
  }

  async #realign() {
    this.piece = Math.max(PIECE.least, this.piece / 2);
    const answer = await this.call("HEAD", `/${this.take.id}`);
    return answer.ok ? this.#safe(answer) : this.#beginAgain(answer);
  }

  // Gone on the server: bring it again. Sent from elsewhere while it is still being recorded: what
  // was recorded is more than what was sent, so it becomes a recording of its own.
  async #beginAgain(answer) {
    if (answer.status === 410 && !this.take.finished) await this.take.rename();
    else if (answer.status !== 404) throw await refused(answer);
    return this.#create();
  }

  async #safe(answer) {
    const offset = Number(answer.headers.get("Upload-Offset") ?? 0);
    if (offset > this.take.size) { // bytes that are not ours
      await this.take.rename();
      return this.#create(true);
    }
    this.offset = offset;
    this.#changed();
  }

  #changed() {
    this.#settle();
    this.onchange();
  }

  #settle() {
    if (!this.refusal && !this.safe) return;
    for (const { resolve, reject } of this.waiting.splice(0)) this.refusal ? reject(this.refusal) : resolve();
  }

  // Insists for ever on lost networks, tired servers and lost sign-ins. `once`: null instead of
  // a second try, because a PATCH has to ask first how far the last one came.
  async call(method, path, { headers, body, once } = {}) {
    const { signal } = this.ending;
    for (let wait = 200; ; wait = Math.min(LONGEST_WAIT, wait * 2)) {
      const answer = await request(this.take, method, path, { headers, body, signal });
      signal.throwIfAborted();
      const trouble = troubleOf(answer);
      if (trouble !== "unreachable" || wait > 200) this.#notice(trouble);
      if (!trouble) return answer;
      await this.#rest(Math.max(wait, 1000 * Number(answer?.headers.get("Retry-After") ?? 0)), signal);
      if (once) return null;
    }
  }

  #notice(trouble) {
    if (this.trouble === trouble) return;
    this.trouble = trouble;
    this.onchange();
  }

  async #rest(wait, signal) {
    const over = new AbortController();
    await new Promise((resolve) => {
      setTimeout(resolve, Math.min(wait, LONGEST_WAIT));
      window.addEventListener("online", resolve, { signal: over.signal });
      signal.addEventListener("abort", resolve, { signal: over.signal });
    });
    over.abort();
  }
}

export async function refused(answer) {
  return new Refused(answer.status, await answer.json().catch(() => ({})));
}

// `from`: { base, owner }. The owner goes along so that a take is never taken for that of somebody
// else who has signed in with the same browser since.
export async function request(from, method, path, { headers, body, signal, patience = PATIENCE } = {}) {
  const limit = AbortSignal.timeout(patience);
  try {
    return await fetch(`${window.path_prefix ?? ""}${from.base}/uploads${path}`, {
      method,
      headers: { "Tus-Resumable": "1.0.0", "Earshot-Owner": from.owner, ...headers },
      body,
      cache: "no-store",
      redirect: "manual", // a way to the sign-in page
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch {
    return null;
  }
}

export async function serverDrafts(from, conversation) {
  const answer = await request(from, "GET", `?conversation=${encodeURIComponent(conversation)}`);
  if (!answer?.ok) return null;
  return (await answer.json()).drafts;
}

// What the server knows of a draft: { state: "open" | "sent" | "gone" | "" (no answer), offset }.
export async function probe(from, id) {
  const answer = await request(from, "HEAD", `/${id}`);
  const state = { 200: "open", 204: "open", 410: "sent", 404: "gone" }[answer?.status] ?? "";
  return { state, offset: Number(answer?.headers.get("Upload-Offset") ?? 0) };
}

export async function draftAudio(from, id) {
  const answer = await request(from, "GET", `/${id}/audio`, { patience: 10 * PATIENCE });
  if (troubleOf(answer)) throw new Refused(0);
  if (!answer.ok) throw await refused(answer);
  return answer.arrayBuffer();
}

function troubleOf(answer) {
  if (!answer) return navigator.onLine ? "unreachable" : "offline";
  if (answer.status === 401 || answer.type === "opaqueredirect") return "signed-out";
  return answer.status >= 500 || [408, 423, 425, 429].includes(answer.status) ? "unreachable" : "";
}

function metadata(values) {
  return Object.entries(values)
    .filter(([, value]) => value)
    .map(([key, value]) => `${key} ${btoa(String.fromCharCode(...new TextEncoder().encode(value)))}`)
    .join(",");
}
