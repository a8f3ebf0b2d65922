// Keeps the page alive while a recording is not safe yet. After an outage NiceGUI reconnects and,
// if it was away for long or the server is a new one, reloads the page: that would end the take.
// So the socket stays down while anything is held; recordings travel by HTTP and do not need it.
// Leaving the page by hand is asked about for the same time.
const held = new Set();

export function hold(what) {
  if (held.has(what)) return;
  held.add(what);
  if (held.size > 1) return;
  window.addEventListener("beforeunload", askBeforeLeaving);
  const { socket } = window;
  if (!socket) return;
  socket.on("disconnect", stayDown);
  if (socket.connected) return;
  stayDown();
  socket.io.disconnect(); // already offline: also ends the attempts that are under way
}

export function release(what) {
  if (!held.delete(what) || held.size) return;
  window.removeEventListener("beforeunload", askBeforeLeaving);
  const { socket } = window;
  if (!socket) return;
  socket.off("disconnect", stayDown);
  socket.io.reconnection(true);
  if (socket.connected) return;
  // What NiceGUI does before attempts of its own: says which messages are missing. Else it reloads.
  socket.io.opts.query.next_message_id = window.nextMessageId;
  socket.connect();
}

// In the handler, never earlier: switched off while connected, socket.io would not come back later.
function stayDown() {
  window.socket.io.reconnection(false);
}

function askBeforeLeaving(event) {
  event.preventDefault();
  event.returnValue = true; // older browsers look here
}
