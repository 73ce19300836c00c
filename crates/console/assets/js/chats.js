// The chats of an instance: opens one without a reload, and tells those who hear the page of
// messages that come.

import { follow } from "./live.js";

/// Messages that come within this time are told of in one go.
const GATHER_MILLIS = 800;

let opening = false;
let waiting = [];

/// Starts listening.
export function watchChats() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-chat]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openChat(link.dataset.chat);
  });
  addEventListener("popstate", () => {
    if (document.querySelector("[data-list=messages]")) location.reload();
  });
  document.addEventListener("region", ({ detail }) => {
    if (detail !== "chats" || !opening) return;
    opening = false;
    document.getElementById("message")?.focus();
  });
}

/// Opens a chat of this page's instance.
export function openChat(chat) {
  const query = `?${new URLSearchParams({ chat })}`;
  if (location.search === query) return;
  opening = true;
  history.pushState({}, "", query);
  follow(`${location.pathname}/events${query}`);
}

/// Tells of messages that have just been put into the open chat.
export function heard(items) {
  const spoken = items.map((item) => item.querySelector("[data-spoken]")?.dataset.spoken);
  const news = spoken.filter(Boolean);
  if (news.length === 0) return;
  if (waiting.length === 0) setTimeout(say, GATHER_MILLIS);
  waiting.push(...news);
}

function say() {
  const region = document.querySelector("[data-heard]");
  const many = waiting.length > 1;
  const text = many ? region?.dataset.heard.replace("{count}", waiting.length) : waiting[0];
  waiting = [];
  if (region) region.textContent = text;
}
