// Forms that change a region of the page in place (`data-in-place`). Without this module
// they are sent as any form, and the server answers with the whole page.

import { apply } from "./live.js";

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
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    });
    if (!answer.headers.get("content-type")?.startsWith("application/json")) {
      location.reload();
      return;
    }
    for (const update of await answer.json()) apply(update);
    if (answer.ok && "clears" in form.dataset) form.reset();
  } catch {
    form.submit();
  } finally {
    form.ariaBusy = "false";
  }
}
