// A take: one recording from its first chunk until it is sent or discarded. It belongs to one owner
// and one conversation for life, keeps itself in IndexedDB and on the server at the same time, and
// goes on doing so when nobody looks at it any more.
//
//   Take.begin({ base, owner, conversation, contactName, type })   its id is born here
//   Take.restore({ …row, parts })                                  one of an earlier page
//     .id .size .recordedMs .finished .kept (all of it in IndexedDB) .safe (all of it on the server)
//     .trouble .refusal (see upload.js) .progress 0..1 .blob() .onchange
//     .add(blob, recordedMs) .finish(recordedMs)
//     await .send()      → message id; one send however often it is called. Throws Refused
//     await .discard()   here and on the server
//     .putDown()         nobody looks at it any more; what is unsafe still goes to the server
//     .pickUp()          somebody looks at it again
//   inHand               Map id → Take: all that this page is busy with
import { hold, release } from "./connection.js";
import { lock } from "./locks.js";
import * as shelf from "./shelf.js";
import { refused, Upload } from "./upload.js";

export const inHand = new Map();

const MERGED = 64; // chunks that become one Blob: Chromium begins to play one of 1,200 parts after 240 ms, else 30

export class Take {
  static begin(facts) {
    const take = new Take({ ...facts, id: crypto.randomUUID(), startedAt: Date.now() });
    take.#shelve(() => shelf.put(take.row));
    return take.pickUp();
  }

  static restore(facts) {
    const take = new Take({ ...facts, finished: true });
    take.upload.wake();
    return take.pickUp();
  }

  constructor({ id, base, owner, conversation, contactName, type, startedAt, recordedMs = 0, parts = [], known = false, finished = false }) {
    Object.assign(this, { id, base, owner, conversation, contactName, type, startedAt, recordedMs, parts, known, finished });
    this.size = parts.reduce((sum, part) => sum + part.size, 0);
    this.merged = []; // Blobs of MERGED parts each, from the first one on
    this.merging = Promise.resolve();
    this.kept = true;
    this.onchange = () => {};
    this.writing = Promise.resolve();
    this.upload = new Upload(this, { onchange: () => this.#changed() });
  }

  get row() {
    const { id, base, owner, conversation, contactName, type, startedAt, recordedMs, finished, size, known } = this;
    return { id, base, owner, conversation, contactName, type, startedAt, recordedMs, finished, size, known };
  }

  get safe() {
    return this.upload.safe;
  }

  get trouble() {
    return this.upload.trouble;
  }

  get refusal() {
    return this.upload.refusal;
  }

  get progress() {
    return this.size ? Math.min(1, this.upload.offset / this.size) : 0;
  }

  blob() {
    const { merged, parts, type } = this;
    return new Blob([...merged, ...parts.slice(merged.length * MERGED)], { type });
  }

  slice(start, end) {
    const found = [];
    let position = 0;
    for (const part of this.parts) {
      const next = position + part.size;
      if (next > start && position < end) found.push(part.slice(Math.max(0, start - position), end - position));
      position = next;
    }
    return new Blob(found);
  }

  add(blob, recordedMs) {
    if (!blob.size || this.gone) return;
    const n = this.parts.push(blob) - 1;
    this.size += blob.size;
    this.recordedMs = recordedMs;
    this.#shelve(async () => shelf.append(this.row, n, await blob.arrayBuffer()));
    if (this.parts.length % MERGED === 0) this.merging = this.merging.then(() => this.#merge());
    this.upload.wake();
  }

  finish(recordedMs) {
    if (this.gone) return;
    this.finished = true;
    this.recordedMs = recordedMs;
    this.#shelve(() => shelf.put(this.row));
    this.upload.wake();
    this.#changed();
  }

  send() {
    this.sending ??= this.#send().finally(() => {
      this.sending = null;
      this.#changed();
    });
    this.#guard();
    return this.sending;
  }

  async discard() {
    this.gone = true;
    this.upload.stop();
    release(this);
    this.#shelve(() => shelf.forget(this.id));
    await this.writing;
    if (this.known || this.upload.running) await this.upload.call("DELETE", `/${this.id}`);
    this.#letGo();
  }

  pickUp() {
    this.abandoned = false;
    inHand.set(this.id, this);
    this.unlock ??= lock(this.id);
    this.#guard();
    return this;
  }

  putDown() {
    this.onchange = () => {};
    this.abandoned = true;
    this.#changed();
  }

  // A new id: the server will have nothing more to do with the old one.
  async rename() {
    const old = this.id;
    this.#letGo();
    Object.assign(this, { id: crypto.randomUUID(), known: false });
    this.#shelve(async () => {
      await shelf.put(this.row);
      for (const [n, part] of this.parts.entries()) await shelf.append(this.row, n, await part.arrayBuffer());
      await shelf.forget(old);
    });
    inHand.set(this.id, this);
    this.unlock = lock(this.id);
    this.#changed();
  }

  async #send() {
    if (this.refusal) this.upload.retry();
    let messageId = this.id;
    try {
      await this.upload.whole();
      messageId = await this.#deliver();
    } catch (error) {
      if (error.status !== 410) throw error; // 410: an earlier Send got through, its answer was lost
      messageId = error.messageId || this.id;
    }
    await this.#forget();
    return messageId;
  }

  async #deliver(again = true) {
    const body = JSON.stringify({ conversation: this.conversation, length: this.size, sha256: await sha256(this.blob()) });
    const answer = await this.upload.call("POST", `/${this.id}/send`, { body, headers: { "Content-Type": "application/json" } });
    if (answer.ok) return (await answer.json()).message_id;
    const refusal = await refused(answer);
    if (!again || !(answer.status === 404 || ["Mismatch", "OffsetConflict"].includes(refusal.code))) throw refusal;
    const old = this.id;
    await this.rename(); // the server's copy is not what was recorded: bring all of it once more
    this.upload.restart();
    await this.upload.whole();
    if (answer.status !== 404) await this.upload.call("DELETE", `/${old}`);
    return this.#deliver(false);
  }

  // If the memory for it is short, the parts go on as they are.
  async #merge() {
    const from = this.merged.length * MERGED;
    const bytes = await new Blob(this.parts.slice(from, from + MERGED)).arrayBuffer().catch(() => null);
    if (bytes) this.merged.push(new Blob([bytes]));
  }

  // In order, one after the other. A database that fails takes nothing away from the server's copy.
  #shelve(work) {
    this.writing = this.writing.then(work).catch((error) => {
      if (this.kept) console.warn("this browser cannot keep the recording; the server does:", error);
      this.kept = false;
    });
  }

  #changed() {
    if (this.gone) return;
    this.#guard();
    const settled = this.abandoned && this.finished && !this.sending && (this.safe || this.refusal);
    if (settled && this.refusal?.status === 410) this.#forget();
    else if (settled) this.#letGo();
    this.onchange();
  }

  #guard() {
    const resting = this.abandoned && this.finished && this.kept; // this browser brings it another time
    return (this.safe || resting) && !this.sending ? release(this) : hold(this);
  }

  async #forget() {
    this.gone = true;
    this.#shelve(() => shelf.forget(this.id));
    await this.writing;
    this.#letGo();
  }

  #letGo() {
    release(this);
    inHand.delete(this.id);
    this.unlock?.();
    this.unlock = null;
  }
}

async function sha256(blob) {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
