// An instance linked to a phone, and somebody who has only a phone.

import { newPhone, phoneHolds, phoneSends } from "../phones.mjs";
import {
  answers, call, check, contains, holds, linkByQr, newInstance, PATIENCE_MS,
} from "./bench.mjs";

const EVERYTHING = Object.fromEntries(
  ["incomingWebhook", "outgoingWebhook", "outgoingMessageWebhook", "outgoingAPIMessageWebhook",
    "pollMessageWebhook", "editedMessageWebhook", "deletedMessageWebhook", "incomingCallWebhook",
    "stateWebhook"].map((key) => [key, "yes"]),
);

export class Talk {
  static async start() {
    const talk = new Talk();
    talk.log = [];
    talk.instance = await newInstance();
    talk.api = talk.instance.api;
    answers("setSettings that everything is told", await talk.api.settings.setSettings(EVERYTHING),
      { saveSettings: true });
    talk.other = await newPhone({ name: "Ben" });
    talk.chat = `${talk.other}@c.us`;
    return talk;
  }

  async link() {
    this.owner = await linkByQr(this.api, "Olga");
    this.ownChat = `${this.owner}@c.us`;
    await this.told("the link", { typeWebhook: "stateInstanceChanged" });
  }

  /** The first notification like this, past or coming; {} if none comes. It counts. */
  async told(what, expected) {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = this.log.find((body) => contains(body, expected));
      if (found || Date.now() > deadline) {
        check(`${what} is told`, found !== undefined, this.log.slice(-3));
        return found ?? {};
      }
      await this.take();
    }
  }

  /** Takes the next notification out of the queue, if one comes. */
  async take() {
    const service = this.api.webhookService;
    const next = await call(() => service.receiveNotification());
    if (next === null) return;
    this.log.push(next.body);
    await call(() => service.deleteNotification(next.receiptId));
  }

  /** The other's phone sends something; gives its id. */
  sends(kind, fields) {
    return phoneSends(this.other, this.owner, { kind, ...fields });
  }

  /** What was sent arrives as that kind with these fields, and the owner is told. */
  async goes(what, sending, kind, typeMessage, seen = {}) {
    const { idMessage } = await call(sending);
    const row = await phoneHolds(this.other, idMessage);
    holds(`${what} arrives`, row, { kind, from: this.ownChat, ...seen });
    await this.told(what, {
      typeWebhook: "outgoingAPIMessageReceived",
      idMessage,
      messageData: { typeMessage },
    });
    return idMessage;
  }

  /** The other's phone sends; the owner is told of it as that type, with what is expected. */
  async comes(what, kind, typeMessage, expected, fields) {
    const idMessage = await this.sends(kind, fields);
    const body = await this.told(what, {
      typeWebhook: "incomingMessageReceived",
      idMessage,
      senderData: { chatId: this.chat, sender: this.chat },
    });
    holds(`${what} comes as ${typeMessage}`, body.messageData, { typeMessage, ...expected });
    return { idMessage, data: body.messageData ?? {} };
  }
}

/** A PNG of one pixel. */
export const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    + "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
export const PAPER = Buffer.from("%PDF-1.4\n%not much of a paper");

export async function download(url) {
  const response = await fetch(url);
  return Buffer.from(await response.arrayBuffer());
}
