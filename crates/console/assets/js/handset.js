// The virtual phone at the other end of a chat, in a sandbox: what that phone has decrypted,
// and what it can do.

import { openChat } from "./chats.js";
import { call } from "./handset_api.js";
import { draw, hasBubble } from "./handset_bubble.js";
import { watchHandset } from "./handset_compose.js";
import { reconcile } from "./lists.js";

/// How many messages are shown.
const SHOWN = 50;
/// How often the phone is asked while its events do not come.
const ASK_MILLIS = 1000;

let current;

/// Shows the phone, where the page has a place for it, now and whenever another chat opens.
export function startHandset() {
  document.addEventListener("region", ({ detail }) => {
    if (detail === "chats") show();
  });
  show();
}

async function show() {
  current?.stop();
  const root = document.querySelector("[data-handset]");
  if (!root) return;
  const own = root.closest("[data-own]").dataset.own;
  const all = await call(root.dataset.handset).catch(() => []);
  const phones = all.filter(({ phone }) => phone !== own);
  if (phones.length === 0 || !root.isConnected) return;
  const chat = root.dataset.chat;
  const phone = phones.find((other) => isIn(other, chat)) ?? phones[0];
  const peer = chat.endsWith("@g.us") ? chat : `${own}@c.us`;
  choose(root, phones, phone);
  current = new Handset(root, phone, peer);
  watchHandset(current);
  root.hidden = false;
}

const isIn = ({ phone, lid }, chat) => [`${phone}@c.us`, lid, `${lid}@lid`].includes(chat);

function choose(root, phones, { phone, name }) {
  const select = root.querySelector("select");
  const option = (other) => new Option(`${other.name} · +${other.phone}`, other.phone);
  select.replaceChildren(...phones.map(option));
  select.value = phone;
  select.onchange = () => openChat(`${select.value}@c.us`);
  root.querySelector("[data-face]").textContent = [...name][0] ?? "?";
}

/// One phone's view of one chat.
class Handset {
  constructor(root, phone, peer) {
    this.root = root;
    this.phone = phone.phone;
    this.name = phone.name;
    this.peer = peer;
    this.path = `${root.dataset.handset}/${phone.phone}`;
    this.rows = new Map();
    this.load();
    this.stream = new EventSource(`${this.path}/events`);
    this.stream.addEventListener("message", (event) => this.take([JSON.parse(event.data)]));
    this.stream.addEventListener("chats", (event) => this.showTyping(JSON.parse(event.data)));
    // A stream that breaks may have missed some.
    this.stream.addEventListener("open", () => this.load());
    this.timer = setInterval(() => this.ask(), ASK_MILLIS);
  }

  stop() {
    this.stream.close();
    clearInterval(this.timer);
  }

  async load() {
    const query = new URLSearchParams({ chatId: this.peer });
    try {
      this.take(await call(`${this.path}/messages?${query}`));
    } catch (error) {
      this.say(error);
    }
  }

  take(rows) {
    for (const row of rows) if (row.chatId === this.peer) this.rows.set(row.id, row);
    const bySeq = (one, other) => one.seq - other.seq;
    const shown = [...this.rows.values()].filter(hasBubble).sort(bySeq).slice(-SHOWN);
    this.rows = new Map(shown.map((row) => [row.id, row]));
    const items = shown.map((row) => ({
      id: row.id,
      key: JSON.stringify(row),
      fill: (item) => draw(this, item, row),
    }));
    reconcile(this.root.querySelector(".messages"), items);
  }

  /// Takes over from a stream that does not come.
  async ask() {
    if (!this.root.isConnected) this.stop();
    if (document.hidden || this.stream.readyState === EventSource.OPEN) return;
    this.load();
    this.showTyping(await call(`${this.path}/chats`).catch(() => []));
  }

  showTyping(chats) {
    const typing = chats.find(({ chatId }) => chatId === this.peer)?.typing ?? {};
    const text = Object.keys(typing).length > 0 ? this.root.dataset.typing : "";
    const shown = this.root.querySelector("[data-typing-shown]");
    if (shown.textContent !== text) shown.textContent = text;
  }

  /// The phone sends a message.
  send(message) {
    return this.post("messages", message);
  }

  /// A call of the phone API about this chat; says what went wrong.
  async post(what, body) {
    this.say();
    try {
      return await call(`${this.path}/${what}`, { chatId: this.peer, ...body });
    } catch (error) {
      this.say(error);
      return undefined;
    }
  }

  say(error) {
    const text = error ? this.root.dataset.failed.replace("{why}", error.message) : "";
    this.root.querySelector("[data-wrong]").textContent = text;
  }
}
