// Keeps a page in step with the server: it sends regions of the page, already rendered, over
// an event stream, and this module puts each in its place.

import { startCountdowns } from "./countdown.js";
import { applyList } from "./lists.js";
import { localiseTimes } from "./times.js";

/// A page that nobody looks at lets go of its stream after this long, so that a forgotten tab
/// does not keep an instance awake. Long enough to type a code into the phone that shows it.
const UNSEEN_MILLIS = 5 * 60 * 1000;

let stream;

/// Opens the stream that the page names, if it names one.
export function startLive() {
  const url = document.querySelector("[data-live]")?.dataset.live;
  if (!url) return;

  follow(url);
  let unseen;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(unseen);
    if (document.hidden) {
      unseen = setTimeout(() => stream.close(), UNSEEN_MILLIS);
    } else if (stream.readyState === EventSource.CLOSED) {
      follow(stream.url);
    }
  });
}

/// Follows another stream from now on.
export function follow(url) {
  stream?.close();
  stream = open(url);
}

/// Whether the page is told of what changes.
export function isLive() {
  return stream !== undefined && stream.readyState !== EventSource.CLOSED;
}

function open(url) {
  const stream = new EventSource(url);
  stream.addEventListener("region", (event) => applyRegion(JSON.parse(event.data)));
  stream.addEventListener("list", (event) => applyList(JSON.parse(event.data)));
  stream.addEventListener("status", (event) => applyStatus(JSON.parse(event.data)));
  // The server has nothing more to say, or wants the page as a whole to be asked for again.
  stream.addEventListener("end", () => stream.close());
  stream.addEventListener("reload", () => location.reload());
  return stream;
}

/// Replaces one region of the page, unless it already shows the same thing.
export function applyRegion({ name, key, html }) {
  const region = document.querySelector(`[data-region="${name}"]`);
  if (!region || region.dataset.key === key) return;
  const hadFocus = region.contains(document.activeElement);
  region.dataset.key = key;
  const typed = typedIn(region);
  region.innerHTML = html;
  for (const [id, value] of typed) putBack(document.getElementById(id), value);
  localiseTimes(region);
  startCountdowns(region);
  if (hadFocus) focusFirst(region);
  document.dispatchEvent(new CustomEvent("region", { detail: name }));
}

/// What somebody has typed where it must outlive that the region is drawn anew.
function typedIn(region) {
  const fields = [...region.querySelectorAll("[data-keeps]")];
  return fields.filter(({ value }) => value).map(({ id, value }) => [id, value]);
}

function putBack(field, value) {
  if (field && !field.value) field.value = value;
}

/// What had the focus is gone: the next thing to do in its place gets it.
function focusFirst(region) {
  const wrong = region.querySelector("[aria-invalid='true']");
  const next = region.querySelector("input:not([type=hidden]), button, a");
  (wrong ?? next)?.focus();
}

function applyStatus({ text, severity }) {
  // One that is heard, always there, and one that is seen, where the stage has it.
  const heard = document.querySelector("[data-status-text]");
  if (heard && heard.textContent !== text) heard.textContent = text;
  const seen = document.querySelector("[data-status]");
  if (!seen) return;
  seen.textContent = text;
  seen.className = `status ${severity}`;
}
