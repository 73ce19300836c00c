// An instance of the gateway, linked to a virtual phone and driven over its HTTP API.

import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { newPhone, scan } from '../phones.mjs';

const PATIENCE = 60_000;
const EVERYTHING = Object.fromEntries(
  [
    'incomingWebhook',
    'outgoingWebhook',
    'outgoingMessageWebhook',
    'outgoingAPIMessageWebhook',
    'pollMessageWebhook',
    'editedMessageWebhook',
    'deletedMessageWebhook',
    'incomingCallWebhook',
    'stateWebhook',
  ].map((key) => [key, 'yes']),
);

async function http(method, path, body) {
  const url = `${process.env.API_URL.replace(/\/$/, '')}/${path}`;
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path.split('/')[1]}: ${response.status} ${text}`);
  return text && JSON.parse(text);
}

const partner = (method, body) =>
  http('POST', `partner/${method}/${process.env.PARTNER_TOKEN}`, body);

/** Whether what was seen has the expected members, however deep. */
function contains(seen, expected) {
  if (expected === null || typeof expected !== 'object') return seen === expected;
  if (seen === null || typeof seen !== 'object') return false;
  return Object.entries(expected).every(([key, value]) => contains(seen[key], value));
}

export class Siskin {
  /** A new instance on a new phone, which is told everything. */
  static async link(name) {
    const { idInstance, apiTokenInstance } = await partner('createInstance', { name });
    const siskin = new Siskin();
    Object.assign(siskin, { idInstance, apiTokenInstance, log: [] });
    siskin.phone = await newPhone({ name });
    siskin.chat = `${siskin.phone}@c.us`;
    await siskin.post('setSettings', EVERYTHING);
    await scan(siskin.phone, await siskin.qr());
    await siskin.told({ typeWebhook: 'stateInstanceChanged', stateInstance: 'authorized' });
    return siskin;
  }

  path(method) {
    return `waInstance${this.idInstance}/${method}/${this.apiTokenInstance}`;
  }

  post(method, body) {
    return http('POST', this.path(method), body);
  }

  /** Sends by a method of the API; gives the message's id. */
  async send(method, body) {
    return (await this.post(method, body)).idMessage;
  }

  async upload(chatId, fileName, bytes, caption) {
    const form = new FormData();
    form.set('chatId', chatId);
    form.set('caption', caption);
    form.set('file', new Blob([bytes]), fileName);
    const url = `${process.env.API_URL.replace(/\/$/, '')}/${this.path('sendFileByUpload')}`;
    const response = await fetch(url, { method: 'POST', body: form });
    if (!response.ok) throw new Error(`sendFileByUpload: ${response.status}`);
    return (await response.json()).idMessage;
  }

  async qr() {
    const deadline = Date.now() + PATIENCE;
    let answer = await http('GET', this.path('qr'));
    // Right after its creation an instance is still on its way to WhatsApp.
    while (answer.type !== 'qrCode' && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      answer = await http('GET', this.path('qr'));
    }
    const { data, width, height } = PNG.sync.read(Buffer.from(answer.message, 'base64'));
    return jsQR(new Uint8ClampedArray(data), width, height).data;
  }

  /** The first notification like this, past or coming. */
  async told(expected) {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const found = this.log.find((body) => contains(body, expected));
      if (found) return found;
      const last = JSON.stringify(this.log.at(-1));
      if (Date.now() > deadline) {
        throw new Error(`nothing like ${JSON.stringify(expected)} is told; last ${last}`);
      }
      const next = await http('GET', `${this.path('receiveNotification')}?receiveTimeout=5`);
      if (next === null) continue;
      this.log.push(next.body);
      await http('DELETE', `${this.path('deleteNotification')}/${next.receiptId}`);
    }
  }

  /** What is told of the message `idMessage` that came. */
  async came(idMessage, typeMessage) {
    const kind = { typeWebhook: 'incomingMessageReceived', idMessage };
    return (await this.told({ ...kind, messageData: { typeMessage } })).messageData;
  }

  status(idMessage, status) {
    return this.told({ typeWebhook: 'outgoingMessageStatus', idMessage, status });
  }

  remove() {
    return partner('deleteInstanceAccount', { idInstance: this.idInstance });
  }
}

/** What is at an address of the gateway. */
export async function download(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}
