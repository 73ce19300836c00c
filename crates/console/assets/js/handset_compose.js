// What a virtual phone can do in a chat: write, send a picture, a place or a poll, read, and
// be seen typing.

import { picture } from "./handset_api.js";

/// A lighthouse: every phone of the sandbox may be there.
const PLACE = { latitude: 50.18014, longitude: -4.26514 };
/// How long after the last key the phone is seen typing.
const IDLE_MILLIS = 3000;
const MOST_OPTIONS = 12;

/// Lets the phone be used. The section is new whenever its phone is.
export function watchHandset(handset) {
  const { root } = handset;
  const find = (selector) => root.querySelector(selector);
  const form = find("[data-phone-form]");
  const box = find("textarea");
  const typing = typingOf(handset);
  box.oninput = () => typing.go();
  form.onsubmit = (event) => {
    event.preventDefault();
    sendText(handset, box, typing);
  };
  find("[data-does=read]").onclick = () => handset.post("read", {});
  find("[data-does=location]").onclick = () => {
    close(root);
    handset.send({ kind: "location", ...PLACE, name: root.dataset.place });
  };
  find("[data-picture]").onchange = (event) => sendPicture(handset, event.target, box);
  find("[data-poll]").onsubmit = () => sendPoll(handset);
  find("[data-opens=poll]").addEventListener("click", () => close(root));
  root.onkeydown = (event) => {
    if (event.key === "Escape") close(root);
  };
}

function close(root) {
  for (const menu of root.querySelectorAll("details[open]")) menu.open = false;
}

async function sendText(handset, box, typing) {
  const text = box.value;
  if (!text.trim()) return;
  typing.end();
  if (await handset.send({ kind: "text", text })) box.value = "";
  box.focus();
}

async function sendPicture(handset, input, box) {
  const [file] = input.files;
  close(handset.root);
  if (!file) return;
  try {
    const caption = box.value.trim() ? { caption: box.value } : {};
    const sent = await handset.send({ kind: "image", ...(await picture(file)), ...caption });
    if (sent) box.value = "";
  } catch (error) {
    handset.say(error);
  }
  input.value = "";
}

function sendPoll(handset) {
  const value = (id) => handset.root.querySelector(`#${id}`).value;
  const lines = value("poll-options").split("\n").map((line) => line.trim());
  const options = [...new Set(lines.filter(Boolean))].slice(0, MOST_OPTIONS);
  const multipleAnswers = handset.root.querySelector("#poll-several").checked;
  handset.send({ kind: "poll", name: value("poll-name").trim(), options, multipleAnswers });
}

function typingOf(handset) {
  let timer;
  const tell = (typing) => handset.post("typing", { typing });
  const end = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    tell(false);
  };
  const go = () => {
    if (timer === undefined) tell(true);
    clearTimeout(timer);
    timer = setTimeout(end, IDLE_MILLIS);
  };
  return { go, end };
}
