// Forms that leave the page where it is (`data-in-place`). Without this module they are sent
// as any form, and the server answers with the whole page.
//
// An answer holds only what nobody but this form is told: what was wrong with it. What has
// changed comes by the page's stream alone, for an answer that is late would put back what
// was there before.

import { applyRegion, isLive } from "./live.js";

/// Starts listening.
export function watchForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-in-place]");
    if (!form) return;
    event.preventDefault();
    send(form);
  });
}

async function send(form) {
  // The button is not disabled: it would lose the focus, and with it the reader's place.
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  const sent = new FormData(form);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(sent),
    });
    const isJson = answer.headers.get("content-type")?.startsWith("application/json");
    if (!isJson || (answer.ok && !isLive())) {
      location.reload();
      return;
    }
    // Another chat may be open by now, and no box of this one is to stand in it.
    if (!form.isConnected) return;
    if (answer.ok && "clears" in form.dataset) clear(form, sent);
    for (const region of await answer.json()) applyRegion(region);
  } catch {
    form.submit();
  } finally {
    form.ariaBusy = "false";
  }
}

/// Empties the fields that still hold what was sent: what somebody has typed since stays.
export function clear(form, sent) {
  for (const [name, value] of sent) {
    const field = form.elements[name];
    if (field.type !== "hidden" && field.value === value) field.value = "";
  }
}
