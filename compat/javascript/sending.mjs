// Every kind of message that the client can send, and what waits before it goes.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import FormData from "form-data";
import { phoneDoes, phoneFile, phoneHolds } from "../phones.mjs";
import { answers, call, check, holds, refused, until } from "./bench.mjs";
import { download, PAPER, PICTURE } from "./talk.mjs";

export async function queueBeforeTheLink({ api, chat, other }) {
  const lost = await api.message.sendMessage(chat, undefined, "lost");
  const byNumber = await api.message.sendMessage(undefined, Number(other), "lost too");
  const rows = await call(() => api.message.showMessagesQueue());
  holds("showMessagesQueue shows what waits", rows, [
    { messageID: lost.idMessage, type: "sendMessage", body: { chatId: chat, message: "lost" } },
    { messageID: byNumber.idMessage, type: "sendMessage" },
  ]);
  answers("clearMessagesQueue", await call(() => api.message.clearMessagesQueue()),
    { isCleared: true });
  answers("showMessagesQueue of an empty queue",
    await call(() => api.message.showMessagesQueue()), []);
}

async function texts(talk) {
  const { api, chat, other, ownChat } = talk;
  const send = (...rest) => api.message.sendMessage(chat, undefined, ...rest);
  const id = await talk.goes("a text", () => send("Yes, until six. ✓"), "text",
    "extendedTextMessage", { text: "Yes, until six. ✓" });
  await phoneDoes(other, "read", { chatId: ownChat, id });
  for (const status of ["sent", "delivered", "read"]) {
    await talk.told(`that it is ${status}`,
      { typeWebhook: "outgoingMessageStatus", idMessage: id, status });
  }
  const question = await talk.comes("a question", "text", "textMessage",
    { textMessageData: { textMessage: "Blue?" } }, { text: "Blue?" });
  await talk.goes("a text that quotes", () => send("Yes", question.idMessage), "text",
    "quotedMessage", { quoted: { id: question.idMessage, text: "Blue?" } });
  await talk.goes("a text without a preview",
    () => send("https://shop.example", null, false), "text", "extendedTextMessage");
  await talk.goes("a text to a number",
    () => api.message.sendMessage(undefined, Number(other), "by number"), "text",
    "extendedTextMessage", { text: "by number" });
  await talk.goes("a link", () => api.message.sendLink(chat, undefined, "https://shop.example"),
    "text", "extendedTextMessage", { text: "https://shop.example" });
  await refused("a chat id that is none",
    () => api.message.sendMessage("somebody", undefined, "x"), 400, "'chatId' must be one of");
}

async function polls(talk) {
  const options = [{ optionName: "Tea" }, { optionName: "Coffee" }];
  const poll = await talk.goes("a poll",
    () => talk.api.message.sendPoll(talk.chat, undefined, "Drinks?", options, true), "poll",
    "pollMessage", { name: "Drinks?", options: ["Tea", "Coffee"], multipleAnswers: true });
  const votes = [
    { optionName: "Tea", optionVoters: [] },
    { optionName: "Coffee", optionVoters: [talk.chat] },
  ];
  await talk.comes("a vote", "pollVote", "pollUpdateMessage",
    { pollMessageData: { stanzaId: poll, votes } }, { targetId: poll, options: ["Coffee"] });
}

async function files(talk, folder) {
  const { api, chat, other } = talk;
  const form = () => {
    const data = new FormData();
    data.append("chatId", chat);
    data.append("caption", "Prices");
    data.append("fileName", "Прайс 42.pdf");
    data.append("file", PAPER, { filename: "paper.pdf" });
    return data;
  };
  const paper = await talk.goes("a document", () => api.file.sendFileByUpload(form()), "document",
    "documentMessage", { fileName: "Прайс 42.pdf", caption: "Prices" });
  check("the phone can read it", (await phoneFile(other, paper)).equals(PAPER));
  const again = await call(() => api.file.downloadFile(chat, paper));
  check("downloadFile finds it", (await download(again.downloadUrl)).equals(PAPER), again);
  const path = join(folder, "dot.png");
  await writeFile(path, PICTURE);
  const { urlFile } = await call(() => api.file.uploadFile(path));
  check("uploadFile", (await download(urlFile)).equals(PICTURE), urlFile);
  const dot = await talk.goes("a picture by its address",
    () => api.file.sendFileByUrl(chat, undefined, urlFile, "dot.png", "dot"), "image",
    "imageMessage", { caption: "dot", mimeType: "image/png" });
  check("the phone can read it", (await phoneFile(other, dot)).equals(PICTURE));
}

async function placesAndContacts(talk) {
  const { api, chat } = talk;
  await talk.goes("a place",
    () => api.message.sendLocation(chat, undefined, "Park", "1 Example Road", 12.5, -45.25),
    "location", "locationMessage",
    { latitude: 12.5, longitude: -45.25, name: "Park", address: "1 Example Road" });
  const contact = { phoneContact: 15550100004, firstName: "Cy", lastName: "Example" };
  await talk.goes("a contact", () => api.message.sendContact(chat, undefined, contact), "contact",
    "contactMessage", { displayName: "Cy Example" });
}

async function forwarding(talk) {
  const { api, chat, other } = talk;
  const text = await talk.comes("a text to forward", "text", "textMessage", {}, { text: "one" });
  const image = await talk.comes("a picture to forward", "image", "imageMessage", {},
    { data: PICTURE.toString("base64"), mimeType: "image/png" });
  const { messages } = await call(() =>
    api.message.forwardMessages(chat, chat, [text.idMessage, image.idMessage]));
  check("forwardMessages gives as many ids", messages.length === 2, messages);
  holds("a text is forwarded", await phoneHolds(other, messages[0]),
    { text: "one", forwarded: true });
  holds("a picture is forwarded", await phoneHolds(other, messages[1]),
    { kind: "image", forwarded: true });
  check("the phone can read it", (await phoneFile(other, messages[1])).equals(PICTURE));
}

async function buttons(talk) {
  const { chat } = talk;
  const { message } = talk.api;
  const asked = await talk.goes("a message with buttons",
    () => message.sendButtons(chat, "Pick", "Thanks", [{ buttonId: "1", buttonText: "Green" }]),
    "buttons", "buttonsMessage", { text: "Pick", buttons: [{ id: "1", text: "Green" }] });
  await talk.comes("a button that was pressed", "buttonsResponse", "buttonsResponseMessage",
    { buttonsResponseMessage: { stanzaId: asked, selectedButtonId: "1" } },
    { quotedId: asked, selectedId: "1", text: "Green" });
  const reply = { index: 1, quickReplyButton: { displayText: "Thanks", id: "ok" } };
  const template = await talk.goes("a template",
    () => message.sendTemplateButtons(chat, "Ready", "Shop", [reply]), "template",
    "templateMessage", { text: "Ready", footer: "Shop" });
  await talk.comes("a template button that was pressed", "templateReply",
    "templateButtonsReplyMessage",
    { templateButtonReplyMessage: { stanzaId: template, selectedId: "ok" } },
    { quotedId: template, selectedId: "ok", text: "Thanks", selectedIndex: 1 });
  const sections = [{ title: "Morning", rows: [{ rowId: "s1", title: "10:00" }] }];
  const list = await talk.goes("a list",
    () => message.sendListMessage(chat, "Choose", "Open", "Slots", "Today", sections), "list",
    "listMessage", { text: "Choose", title: "Slots", buttonText: "Open" });
  await talk.comes("a row that was chosen", "listResponse", "listResponseMessage",
    { listResponseMessage: { stanzaId: list, singleSelectReply: "s1" } },
    { quotedId: list, selectedId: "s1", text: "10:00" });
}

async function changes(talk) {
  const { api, chat, other } = talk;
  const id = await talk.goes("a text to change",
    () => api.message.sendMessage(chat, undefined, "until six"), "text", "extendedTextMessage");
  const edit = await call(() => api.instance.editMessage(chat, id, "until seven"));
  await phoneHolds(other, edit.idMessage);
  holds("the phone shows the new text", await phoneHolds(other, id),
    { text: "until seven", edited: true });
  answers("deleteMessage", await call(() => api.instance.deleteMessage(chat, id)), "");
  await until("the phone shows no text any more", () => phoneHolds(other, id),
    (row) => row.deleted === true);
}

export async function sending(talk) {
  await texts(talk);
  await polls(talk);
  const folder = await mkdtemp(join(tmpdir(), "compat-"));
  try {
    await files(talk, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
  await placesAndContacts(talk);
  await forwarding(talk);
  await buttons(talk);
  await changes(talk);
}
