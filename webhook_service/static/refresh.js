// Brings the list up to date every few seconds, without moving what the reader looks at.
"use strict";

const list = document.getElementById("events");

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(list.dataset.refresh, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const text = await answer.text();
  // The server escapes everything it writes; only it is asked (connect-src 'self').
  if (text !== refresh.last && !window.getSelection().toString()) list.innerHTML = refresh.last = text;
}

setInterval(() => refresh().catch(() => {}), 3000);
