// What this browser keeps of unsent recordings, in IndexedDB: one row per take and its chunks,
// numbered. It outlives the tab, the browser and the power. Every call may fail (private mode, full
// disk, a blocked database): the caller goes on, because the server's copy does not depend on it.
//
//   row: { id, base, owner, conversation, contactName, type, startedAt, recordedMs, finished, size, known }
//        startedAt: ms since 1970; size: bytes; known: the server has seen it
//   await put(row)               starts or changes a take
//   await append(row, n, bytes)  chunk n (ArrayBuffer) and the row in one step
//   await rows(base, owner)      this owner's takes and nobody else's
//   await parts(id)              [ArrayBuffer] up to the first missing chunk
//   await forget(id)             the take and its chunks
const PATIENCE = 4000;
let opening = null;

export function put(row) {
  return change((takes) => takes.put(row));
}

export function append(row, n, bytes) {
  return change((takes, chunks) => {
    chunks.put({ id: row.id, n, bytes });
    takes.put(row);
  });
}

export async function rows(base, owner) {
  const all = await read("takes", (takes) => takes.getAll());
  return all.filter((row) => row.base === base && row.owner === owner);
}

export async function parts(id) {
  const all = await read("chunks", (chunks) => chunks.getAll(chunksOf(id)));
  const gap = all.findIndex((chunk, n) => chunk.n !== n);
  return all.slice(0, gap < 0 ? all.length : gap).map((chunk) => chunk.bytes);
}

export function forget(id) {
  return change((takes, chunks) => {
    takes.delete(id);
    chunks.delete(chunksOf(id));
  });
}

function chunksOf(id) {
  return IDBKeyRange.bound([id, 0], [id, Infinity]);
}

async function change(work) {
  const transaction = (await open()).transaction(["takes", "chunks"], "readwrite", { durability: "strict" });
  work(transaction.objectStore("takes"), transaction.objectStore("chunks"));
  await inTime((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

async function read(name, work) {
  const request = work((await open()).transaction(name).objectStore(name));
  return inTime((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function open() {
  opening ??= inTime((resolve, reject) => {
    const request = indexedDB.open("earshot", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("takes", { keyPath: "id" });
      request.result.createObjectStore("chunks", { keyPath: ["id", "n"] });
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = () => (opening = null);
      database.onversionchange = () => {
        database.close();
        opening = null;
      };
      resolve(database);
    };
  }).catch((error) => {
    opening = null;
    throw error;
  });
  return opening;
}

// Some browsers leave a database waiting for ever; a recording must not wait with it.
function inTime(work) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the browser's database does not answer")), PATIENCE);
    work(
      (value) => (clearTimeout(timer), resolve(value)),
      (error) => (clearTimeout(timer), reject(error)),
    );
  });
}
