// Boxes to write in: Enter sends, a file goes up by itself, and the other side sees that
// something is being written.

import { clear } from "./forms.js";

/// How often the other side is told that the writing goes on.
const TYPING_MILLIS = 4000;

let typed = -TYPING_MILLIS;

/// Starts listening.
export function watchComposers() {
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest("[data-sends]");
    if (!box || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (box.value.trim()) box.form.requestSubmit();
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-typing]");
    if (form && event.target.matches("textarea")) tellTyping(form);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-upload]") && event.target.files[0]) upload(event.target);
  });
}

function tellTyping(form) {
  if (performance.now() - typed < TYPING_MILLIS) return;
  typed = performance.now();
  const body = new URLSearchParams({ csrf: form.csrf.value, chat: form.chat.value });
  // Nobody waits for it, and a message is worth more than an indicator.
  fetch(form.dataset.typing, { method: "POST", body }).catch(() => {});
}

/// Sends a file the way every program does: by the API, with the token that the page shows.
async function upload(input) {
  const form = input.form;
  const said = form.parentElement.querySelector("[data-uploading]");
  const [file] = input.files;
  const body = new FormData();
  body.append("chatId", form.chat.value);
  const caption = [["text", form.text.value]];
  if (form.text.value.trim()) body.append("caption", form.text.value);
  body.append("fileName", file.name);
  body.append("file", file, file.name);
  said.textContent = said.dataset.busy.replace("{name}", file.name);
  try {
    const token = document.getElementById("api-token").textContent.trim();
    const path = `/waInstance${input.dataset.upload}/sendFileByUpload/${token}`;
    const answer = await fetch(path, { method: "POST", body });
    if (!answer.ok) throw new Error(await reason(answer));
    said.textContent = "";
    input.value = "";
    clear(form, caption);
  } catch (error) {
    said.textContent = said.dataset.failed.replace("{why}", error.message);
    input.value = "";
  }
}

async function reason(answer) {
  const json = await answer.json().catch(() => ({}));
  return json.message ?? json.error ?? answer.statusText;
}
