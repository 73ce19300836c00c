// The virtual phones of a sandbox: each can scan the code that the page shows, or have the
// pairing code typed into it. The server puts the text of the code into the page only there.

import { call } from "./handset_api.js";

/// Fills the panel of virtual phones, where the page has one.
export async function showPhones() {
  const panel = document.querySelector("[data-phones]");
  if (!panel) return;
  const list = panel.querySelector("ul");
  const phones = await call(panel.dataset.phones).catch(() => []);
  list.replaceChildren(...phones.map((phone) => item(panel, phone)));
  say(panel, phones.length === 0 ? panel.dataset.none : "");
  document.addEventListener("region", () => offer(panel));
  offer(panel);
}

function item(panel, { phone, name }) {
  const row = panel.querySelector("template").content.firstElementChild.cloneNode(true);
  row.querySelector("[data-face]").textContent = [...name][0] ?? "?";
  row.querySelector("[data-name]").textContent = name;
  row.querySelector("[data-number]").textContent = `+${phone}`;
  for (const button of row.querySelectorAll("button")) {
    button.setAttribute("aria-label", `${name}: ${button.textContent.trim()}`);
    button.addEventListener("click", () => act(panel, button.dataset.does, phone, name));
  }
  return row;
}

async function act(panel, does, phone, name) {
  const body = does === "scan" ? { qr: qrText() } : { code: pairingCode() };
  try {
    await call(`${panel.dataset.phones}/${phone}/${does}`, body);
    say(panel, panel.dataset.done.replace("{name}", name));
  } catch (error) {
    say(panel, panel.dataset.failed.replace("{why}", error.message));
  }
}

/// Offers what there is something for: a code to scan, a code to type.
function offer(panel) {
  for (const button of panel.querySelectorAll("li button")) {
    const scan = button.dataset.does === "scan";
    button.disabled = scan && !qrText();
    button.hidden = !scan && !pairingCode();
  }
  panel.hidden = document.querySelector("[data-region=picture]") === null;
}

const qrText = () => document.querySelector("[data-qr-text]")?.dataset.qrText;
const pairingCode = () => document.getElementById("pairing-code")?.dataset.text;

function say(panel, text) {
  panel.querySelector("[data-said]").textContent = text;
}
