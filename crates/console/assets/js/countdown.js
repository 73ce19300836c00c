// Time that runs out: around the QR code and under the pairing code.
//
// The server says how long is left, not until when, so the page's clock may be wrong.

const LOW_SECONDS = 6;

/// Starts every countdown below `root` that does not run yet.
export function startCountdowns(root) {
  for (const element of root.querySelectorAll("[data-left]")) {
    const until = performance.now() + Number(element.dataset.left);
    tick(element, until, Number(element.dataset.life));
  }
}

function tick(element, until, life) {
  if (!element.isConnected) return;
  const left = Math.max(0, until - performance.now());
  const seconds = Math.ceil(left / 1000);
  show(element, seconds, (left / life) * 100);
  if (left === 0) {
    element.classList.add("is-late");
  } else {
    setTimeout(() => tick(element, until, life), left % 1000 || 1000);
  }
}

function show(element, seconds, percent) {
  const number = element.querySelector(".timer bdi");
  if (number) number.textContent = "clock" in element.dataset ? clock(seconds) : seconds;
  const ring = element.querySelector(".ring .left");
  // The ring glides towards where it will be in a second.
  const ahead = Math.max(0, percent - 100000 / Number(element.dataset.life));
  ring?.style.setProperty("--left", ahead);
  ring?.classList.toggle("low", seconds <= LOW_SECONDS);
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
