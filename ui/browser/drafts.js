// Recordings that were never sent: what this browser kept and what reached the server, as one list.
// Of two copies of the same take the longer one counts. What another tab is busy with is left out
// until that tab lets go of it; another owner's takes are never looked at.
//
//   await findDrafts({ base, owner }, conversation, onfree)
//       → [{ id, type, size, recordedMs, at (ms since 1970), await open() → Take, await discard() }],
//         newest first; onfree() when a take of another tab becomes free
//   await resumeUploads({ base, owner })   what an earlier page left behind goes to the server now
import { locked, whenFree } from "./locks.js";
import * as shelf from "./shelf.js";
import { inHand, Take } from "./takes.js";
import { draftAudio, probe, Refused, serverDrafts } from "./upload.js";

export async function findDrafts(from, conversation, onfree) {
  const [remote, rows, busy] = await Promise.all([serverDrafts(from, conversation), shelvedRows(from), locked()]);
  const drafts = new Map();
  for (const { id, content_type: type, size, duration_ms: recordedMs, updated_at: updatedAt } of remote ?? []) {
    const facts = { ...from, id, conversation, type, size, recordedMs, at: Date.parse(updatedAt), known: true };
    drafts.set(id, offer(facts, () => download(from, facts)));
  }
  for (const row of rows) {
    if (row.conversation !== conversation || row.size === 0 || inHand.has(row.id)) continue;
    const other = drafts.get(row.id);
    if (remote && !other && (await forgottenIfSent(from, row))) continue;
    const facts = { ...row, at: row.startedAt + row.recordedMs };
    if (!other || other.size <= row.size) drafts.set(row.id, offer(facts, () => unshelve(row)));
  }
  for (const id of busy) {
    if (!inHand.has(id) && drafts.delete(id)) whenFree(id).then(onfree);
  }
  for (const take of inHand.values()) {
    drafts.delete(take.id);
    if (!isResting(take, from, conversation)) continue;
    const facts = { ...take.row, at: take.startedAt + take.recordedMs };
    drafts.set(take.id, offer(facts, async () => take.pickUp(), () => take.pickUp().discard()));
  }
  return [...drafts.values()].sort((a, b) => b.at - a.at);
}

// To throw it away, its bytes are not needed.
function offer(facts, open, discard = () => new Take({ ...facts, finished: true }).pickUp().discard()) {
  return { ...facts, open, discard };
}

export async function resumeUploads(from) {
  const [rows, busy] = await Promise.all([shelvedRows(from), locked()]);
  for (const row of rows.filter(({ id }) => !busy.has(id) && !inHand.has(id))) {
    const { state, offset } = await probe(from, row.id);
    if (state === "sent" || row.size === 0) await shelf.forget(row.id).catch(() => {});
    else if (offset < row.size && !(state === "gone" && row.known)) {
      (await unshelve(row).catch(() => null))?.putDown();
    }
  }
}

function isResting(take, from, conversation) {
  return take.abandoned && take.finished && !take.gone && !take.sending && take.conversation === conversation && take.owner === from.owner && take.base === from.base;
}

function shelvedRows({ base, owner }) {
  return shelf.rows(base, owner).catch(() => []); // no database, no local takes
}

// Already a message? Discarded elsewhere is no reason to throw away what is still here.
async function forgottenIfSent(from, row) {
  if ((await probe(from, row.id)).state !== "sent") return false;
  await shelf.forget(row.id).catch(() => {});
  return true;
}

async function unshelve(row) {
  if (inHand.has(row.id)) return inHand.get(row.id).pickUp();
  await checkFree(row.id);
  const kept = new Blob(await shelf.parts(row.id));
  if (kept.size < row.size) { // a chunk could not be kept here: the server may have it
    const { state, offset } = await probe(row, row.id);
    if (state === "open" && offset > kept.size) return download(row, { ...row, at: row.startedAt + row.recordedMs });
  }
  return Take.restore({ ...row, parts: [kept] });
}

async function download(from, facts) {
  await checkFree(facts.id);
  const parts = [new Blob([await draftAudio(from, facts.id)])];
  return Take.restore({ ...facts, startedAt: facts.at - facts.recordedMs, parts });
}

async function checkFree(id) {
  if (!inHand.has(id) && (await locked()).has(id)) throw new Refused(0, { code: "InAnotherTab" });
}
