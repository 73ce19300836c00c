// A message as a virtual phone holds it. Nothing of it is taken for HTML.

import { localise } from "./times.js";

/// Messages that change others, and are told by these.
const FOLDED = ["reaction", "edit", "delete", "pollVote", "disappearing"];
/// Messages that are told by their name, or shown by their small picture.
const FILES =
  "image sticker video videoNote audio voice document contact contacts groupInvite".split(" ");
const TICKS = {
  sent: "m6 6.5 3 3 6-7",
  delivered: "m2 6.5 3 3 6-7M9.2 8.8l.8.7 6-7",
  read: "m2 6.5 3 3 6-7M9.2 8.8l.8.7 6-7",
};
const MOST_TEXT = 20_000;
const LONG_TEXT = 1200;

/// Whether a message has a bubble of its own.
export const hasBubble = ({ kind }) => !FOLDED.includes(kind);

/// Draws a message into its item.
export function draw(handset, item, row) {
  const template = handset.root.querySelector("template[data-bubble]").content;
  const bubble = template.querySelector(".bubble").cloneNode(true);
  bubble.classList.add(row.fromMe ? "out" : "in");
  const part = (name) => bubble.querySelector(`[data-${name}]`);
  if (!row.fromMe && row.chatId.endsWith("@g.us")) show(part("author"), row.senderName || row.from);
  part("forwarded").hidden = !row.forwarded;
  if (row.deleted) note(handset, part, "deleted");
  else content(handset, part, row);
  meta(handset, bubble, row);
  reactions(handset, part, row);
  item.replaceChildren(bubble);
}

function content(handset, part, row) {
  if (row.quoted) quote(handset, part("quote"), row.quoted);
  if (row.kind === "location") place(part("location"), row);
  else if (row.kind === "poll") poll(handset, part, row);
  else if (FILES.includes(row.kind)) file(handset, part, row);
  else if (!plain(row)) note(handset, part, row.kind);
  if (row.preview?.title) preview(part("preview"), row.preview);
  if (row.title) show(part("title"), row.title);
  text(part("text"), row.text ?? row.caption);
  if (row.buttons) fillList(part("labels"), row.buttons.map((button) => button.text ?? button.name));
}

const plain = ({ text, caption }) => Boolean(text ?? caption);

function show(element, text) {
  element.textContent = text;
  element.hidden = false;
}

function text(element, text) {
  if (!text) return;
  show(element, text.slice(0, MOST_TEXT));
  if (text.length <= LONG_TEXT) return;
  element.classList.add("long");
  element.tabIndex = 0;
}

function word(handset, kind) {
  const notes = handset.root.querySelector("template[data-notes]").content;
  const known = notes.querySelector(`[data-kind="${CSS.escape(kind)}"]`);
  return (known ?? notes.querySelector("[data-kind=other]")).textContent;
}

function note(handset, part, kind) {
  show(part("note"), word(handset, kind));
}

function quote(handset, element, { participant, kind, text, caption }) {
  const [author, said] = element.children;
  const own = participant === `${handset.phone}@c.us`;
  author.textContent = own ? handset.root.dataset.you : `+${participant.split("@")[0]}`;
  said.textContent = (text ?? caption ?? word(handset, kind ?? "other")).slice(0, 200);
  element.hidden = false;
}

function file(handset, part, row) {
  const { kind, thumbnail, fileName, displayName, size } = row;
  if (thumbnail && /^[A-Za-z0-9+/=]+$/.test(thumbnail)) {
    part("image").querySelector("img").src = `data:image/jpeg;base64,${thumbnail}`;
    part("image").hidden = false;
    return;
  }
  const bytes = size ? ` · ${Math.ceil(size / 1024)} KB` : "";
  const name = fileName ?? displayName;
  const label = name ? `${word(handset, kind)}: ${name}` : word(handset, kind);
  part("file").querySelector("bdi").textContent = label + bytes;
  part("file").hidden = false;
}

function place(element, { name, address, latitude, longitude }) {
  element.querySelector("[data-name]").textContent = name ?? address ?? "";
  const where = `${Number(latitude).toFixed(5)}, ${Number(longitude).toFixed(5)}`;
  element.querySelector("[data-where]").textContent = where;
  element.hidden = false;
}

function preview(element, { title, description }) {
  const [name, more] = element.firstElementChild.children;
  name.textContent = title;
  more.textContent = description ?? "";
  element.hidden = false;
}

function poll(handset, part, { id, name, options, multipleAnswers, votes = [] }) {
  show(part("title"), name);
  const own = votes.find(({ from }) => from === `${handset.phone}@c.us`)?.options ?? [];
  const template = handset.root.querySelector("template[data-choice]").content;
  const items = options.map((option) => {
    const item = template.firstElementChild.cloneNode(true);
    const chosen = own.includes(option);
    const button = item.querySelector("button");
    button.setAttribute("aria-pressed", String(chosen));
    button.querySelector("span").textContent = option;
    const count = votes.filter((vote) => vote.options?.includes(option)).length;
    button.querySelector("b").textContent = count;
    const others = multipleAnswers ? own.filter((other) => other !== option) : [];
    const next = chosen ? others : [...others, option];
    button.onclick = () => handset.send({ kind: "pollVote", targetId: id, options: next });
    return item;
  });
  part("choices").replaceChildren(...items);
  part("choices").hidden = false;
}

function fillList(list, texts) {
  const items = texts.filter(Boolean).map((text) => {
    const item = document.createElement("li");
    item.dir = "auto";
    item.textContent = text;
    return item;
  });
  list.replaceChildren(...items);
  list.hidden = items.length === 0;
}

function meta(handset, bubble, { fromMe, timestamp, status, edited, deleted }) {
  bubble.querySelector("[data-edited]").hidden = !edited || deleted;
  const time = bubble.querySelector("time");
  time.dateTime = new Date(timestamp * 1000).toISOString();
  time.dataset.short = "";
  localise(time);
  const reached = status === "played" ? "read" : status;
  if (!fromMe || !TICKS[reached]) return;
  const tick = bubble.querySelector("[data-tick]");
  tick.classList.add(reached);
  tick.querySelector("path").setAttribute("d", TICKS[reached]);
  tick.querySelector(".hide").textContent = handset.root.dataset[reached];
  tick.hidden = false;
}

function reactions(handset, part, row) {
  const texts = (row.reactions ?? []).map(({ text }) => text).filter(Boolean);
  fillList(part("reactions"), texts);
  const menu = part("react");
  menu.hidden = row.fromMe || Boolean(row.deleted);
  const own = row.reactions?.find(({ from }) => from === `${handset.phone}@c.us`)?.text;
  for (const button of menu.querySelectorAll("[data-emoji]")) {
    const emoji = button.dataset.emoji;
    button.setAttribute("aria-pressed", String(emoji === own));
    button.onclick = () => {
      menu.open = false;
      const text = emoji === own ? "" : emoji;
      handset.send({ kind: "reaction", targetId: row.id, text });
    };
  }
}
