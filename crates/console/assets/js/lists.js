// Lists of which the server sends only what is new. Items that stay as they are keep their
// element, and with it the focus and whatever the reader has opened in it.

import { heard } from "./chats.js";
import { localiseTimes } from "./times.js";

/// Puts what is new of a list into its place.
export function applyList({ list, items }) {
  const element = document.querySelector(`[data-list="${list}"]`);
  if (!element) return;
  const fresh = reconcile(
    element,
    items.map(({ id, key, html }) => ({ id, key, fill: html && ((item) => fill(item, html)) })),
  );
  // What was there when the list was opened is read by whoever wants to; what comes is news.
  if ("ready" in element.dataset && list === "messages") heard(fresh);
  element.dataset.ready = "";
}

function fill(item, html) {
  item.innerHTML = html;
  localiseTimes(item);
}

/// Makes a list show the items, each `{ id, key, fill }`, in order; returns those that are new.
export function reconcile(element, items) {
  const wanted = new Set(items.map(({ id }) => id));
  const known = new Map();
  for (const item of [...element.children]) {
    if (wanted.has(item.dataset.item)) known.set(item.dataset.item, item);
    else item.remove();
  }
  const fresh = [];
  let place = element.firstElementChild;
  for (const { id, key, fill } of items) {
    let item = known.get(id);
    if (!item) {
      // The server took it for known: the next full list brings it.
      if (!fill) continue;
      item = document.createElement("li");
      item.dataset.item = id;
      fresh.push(item);
    }
    if (fill && item.dataset.key !== key) {
      fill(item);
      item.dataset.key = key;
    }
    if (item === place) place = place.nextElementSibling;
    else element.insertBefore(item, place);
  }
  return fresh;
}
