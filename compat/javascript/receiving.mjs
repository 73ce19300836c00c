// Every kind of message that comes, the journals, and the client's own ways to listen.

import { createServer } from "node:http";
import whatsAppClient from "@green-api/whatsapp-api-client";
import { phoneHolds } from "../phones.mjs";
import { answers, call, check, holds, refused, until } from "./bench.mjs";
import { download, PAPER, PICTURE } from "./talk.mjs";

const CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Cy\nEND:VCARD";
const image = { data: PICTURE.toString("base64"), mimeType: "image/png" };
const paper = { data: PAPER.toString("base64"), mimeType: "application/pdf" };
const place = { latitude: 12.5, longitude: -45.25, name: "Park" };

async function kinds(talk) {
  const { idMessage: first } = await talk.comes("a text", "text", "textMessage",
    { textMessageData: { textMessage: "open?" } }, { text: "open?" });
  await talk.comes("an answer", "text", "quotedMessage", {
    extendedTextMessageData: { text: "yes", stanzaId: first },
    quotedMessage: { stanzaId: first, typeMessage: "textMessage", textMessage: "open?" },
  }, { text: "yes", quotedId: first });
  await talk.comes("a place", "location", "locationMessage",
    { locationMessageData: { nameLocation: "Park", latitude: 12.5 } }, place);
  await talk.comes("a contact", "contact", "contactMessage",
    { contactMessageData: { displayName: "Cy" } }, { displayName: "Cy", vcard: CARD });
  await talk.comes("a reaction", "reaction", "reactionMessage",
    { extendedTextMessageData: { text: "👍" }, quotedMessage: { stanzaId: first } },
    { targetId: first, text: "👍" });
  await talk.comes("an edit", "edit", "editedMessage",
    { editedMessageData: { textMessage: "shut?", stanzaId: first } },
    { targetId: first, text: "shut?" });
  await talk.comes("a deletion", "delete", "deletedMessage",
    { deletedMessageData: { stanzaId: first } }, { targetId: first });
  const { idMessage: poll } = await talk.comes("a poll", "poll", "pollMessage",
    { pollMessageData: { options: [{ optionName: "Tea" }, { optionName: "No" }] } },
    { name: "Drinks?", options: ["Tea", "No"] });
  const votes = [{ optionName: "Tea", optionVoters: [talk.chat] }, { optionName: "No" }];
  await talk.comes("a vote", "pollVote", "pollUpdateMessage",
    { pollMessageData: { stanzaId: poll, votes } }, { targetId: poll, options: ["Tea"] });
}

async function files(talk) {
  for (const [what, kind, typeMessage, file, bytes] of [
    ["a picture", "image", "imageMessage", image, PICTURE],
    ["a video", "video", "videoMessage", { ...paper, mimeType: "video/mp4" }, PAPER],
    ["a voice message", "voice", "audioMessage", { ...paper, mimeType: "audio/ogg" }, PAPER],
    ["a document", "document", "documentMessage", { ...paper, fileName: "a.pdf" }, PAPER],
    ["a sticker", "sticker", "stickerMessage", { ...image, mimeType: "image/webp" }, PICTURE],
  ]) {
    const { idMessage, data } = await talk.comes(what, kind, typeMessage,
      { fileMessageData: { mimeType: file.mimeType } }, file);
    const url = data.fileMessageData?.downloadUrl;
    check(`${what} can be downloaded`, (await download(url)).equals(bytes), url);
    const again = await call(() => talk.api.file.downloadFile(talk.chat, idMessage));
    check(`${what} is found by downloadFile`, (await download(again.downloadUrl)).equals(bytes));
  }
}

async function journals(talk) {
  const { message } = talk.api;
  const { chat, other } = talk;
  const { idMessage: came } = await talk.comes("a text to find", "text", "textMessage", {},
    { text: "came" });
  const went = await talk.goes("a text to find",
    () => message.sendMessage(chat, undefined, "went"), "text", "extendedTextMessage");
  const text = { typeMessage: "textMessage", textMessage: "came" };
  const incoming = { idMessage: came, chatId: chat, ...text };
  holds("getMessage", await call(() => message.getMessage(chat, came)),
    { ...incoming, type: "incoming", senderId: chat });
  const history = await call(() => message.getChatHistory(chat, 2));
  holds("getChatHistory gives the newest first", history,
    [{ idMessage: went }, { idMessage: came }]);
  const lastIn = await call(() => message.lastIncomingMessages());
  holds("lastIncomingMessages", lastIn.find((row) => row.idMessage === came), incoming);
  const lastOut = await call(() => message.lastOutgoingMessages());
  holds("lastOutgoingMessages", lastOut.find((row) => row.idMessage === went),
    { textMessage: "went", typeMessage: "extendedTextMessage" });
  await refused("getMessage of nothing", () => message.getMessage(chat, "0".repeat(20)), 400,
    "not found");
  answers("readChat", await call(() => message.readChat(chat, undefined)), { setRead: true });
  holds("the sender sees it", await phoneHolds(other, came, "read"), { status: "read" });
}

/** The client's job, which polls, calls back and deletes. */
async function job(talk) {
  const { webhookService: service, message } = talk.api;
  const heard = {};
  const listen = (name) => service[name]((body) => (heard[name] ??= []).push(body.idMessage));
  const cases = [
    ["onReceivingMessageText", "text", { text: "one" }],
    ["onReceivingMessageTextURL", "text",
      { text: "https://shop.example", preview: { url: "https://shop.example", title: "Shop" } }],
    ["onReceivingMessageImage", "image", image],
    ["onReceivingMessageVideo", "video", { ...paper, mimeType: "video/mp4" }],
    ["onReceivingMessageAudio", "audio", { ...paper, mimeType: "audio/mpeg" }],
    ["onReceivingMessageDocument", "document", paper],
    ["onReceivingMessageContact", "contact", { displayName: "Cy", vcard: CARD }],
    ["onReceivingMessageLocation", "location", place],
  ];
  cases.forEach(([name]) => listen(name));
  listen("onReceivingOutboundMessageStatus");
  await service.startReceivingNotifications();
  for (const [name, kind, fields] of cases) {
    const id = await talk.sends(kind, fields);
    await until(`the job calls ${name}`, () => heard[name] ?? [], (ids) => ids.includes(id));
    answers(`it calls ${name} once`, heard[name].filter((one) => one === id), [id]);
  }
  const { idMessage } = await message.sendMessage(talk.chat, undefined, "heard");
  await until("the job calls onReceivingOutboundMessageStatus",
    () => heard.onReceivingOutboundMessageStatus ?? [],
    (ids) => ids.filter((one) => one === idMessage).length === 2);
  await service.stopReceivingNotifications();
}

/** The client's callbacks behind a web server, which here is as little of express as they use. */
async function webhooks(talk) {
  let route;
  const app = { post: (path, handler) => (route = { path, handler }) };
  const callbacks = whatsAppClient.webhookAPI(app, "/hook");
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await new Response(request).text());
    route.handler({ body }, { send: () => response.end() }, (error) => response.destroy(error));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const heard = new Map();
  callbacks.onIncomingMessageText((_, idInstance, idMessage, sender, type, text) =>
    heard.set(idMessage, [idInstance, sender, type, text]));
  callbacks.onOutgoingMessageStatus((_, idInstance, idMessage, status) =>
    heard.set(`${idMessage} ${status}`, idInstance));
  const { settings, message } = talk.api;
  const webhookUrl = `http://127.0.0.1:${server.address().port}/hook`;
  await settings.setSettings({ webhookUrl });
  await refused("receiveNotification beside a webhook",
    () => talk.api.webhookService.receiveNotification(), 400, "custom webhook url is set");
  const id = await talk.sends("text", { text: "by webhook" });
  await until("a webhook tells of a text", () => heard.get(id), (seen) => seen !== undefined);
  answers("with what the library takes out of it", heard.get(id),
    [Number(talk.instance.access.idInstance), talk.chat, "textMessage", "by webhook"]);
  const { idMessage } = await message.sendMessage(talk.chat, undefined, "answer");
  await until("a webhook tells of a status", () => heard.get(`${idMessage} delivered`),
    (seen) => seen !== undefined);
  await settings.setSettings({ webhookUrl: "" });
  server.closeAllConnections();
  server.close();
}

export async function receiving(talk) {
  await kinds(talk);
  await files(talk);
  await journals(talk);
  await webhooks(talk);
  await job(talk);
}
