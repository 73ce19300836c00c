// A Baileys client on the simulated network: the published package, configured only.

import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import makeWASocket, { DisconnectReason, useMultiFileAuthState, WA_CERT_DETAILS } from 'baileys';
import pino from 'pino';
import { network, scan } from '../phones.mjs';
import { downloadFromSimulator, uploads } from './media.mjs';

const PATIENCE = 20_000;

// The Signal library prints sessions with their keys.
console.info = () => {};
console.warn = () => {};

downloadFromSimulator();

/** Baileys checks certificates: make it trust the network's own root. */
export async function trustNetwork() {
  const { rootPublicKey } = await network();
  WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(rootPublicKey, 'base64');
}

/** An empty place for the credentials of one device. */
export const newDevice = () => mkdtemp(join(tmpdir(), 'baileys-'));

/** Links a new device to `phone` by QR; gives the folder of its credentials. */
export async function linkByQr(phone) {
  const folder = await newDevice();
  const client = await Client.connect(folder);
  await scan(phone, await client.qr());
  assert.equal(await client.closed(), DisconnectReason.restartRequired);
  return folder;
}

export async function logIn(folder) {
  const client = await Client.connect(folder);
  await client.opened();
  return client;
}

/** One connection of a device; ends when the socket does. */
export class Client {
  static async connect(folder) {
    const { state, saveCreds } = await useMultiFileAuthState(folder);
    return new Client(state, saveCreds);
  }

  constructor(auth, saveCreds) {
    this.updates = [];
    this.events = [];
    this.sent = new Map();
    this.waiting = new Set();
    this.socket = makeWASocket({
      auth,
      waWebSocketUrl: process.env.SIMULATOR_URL,
      fetchAgent: uploads,
      version: [2, 3000, 1023223821],
      browser: ['Mac OS', 'Chrome', '14.4.1'],
      logger: pino({ level: process.env.LOG ?? 'silent' }),
      shouldSyncHistoryMessage: () => false,
      getMessage: async ({ id }) => this.sent.get(id),
    });
    this.socket.ev.on('creds.update', (creds) => {
      this.saved = Promise.resolve(saveCreds(creds));
    });
    this.socket.ev.process((events) => {
      this.events.push(events);
      for (const look of this.waiting) look();
    });
    this.socket.ev.on('connection.update', (update) => {
      this.updates.push(update);
      for (const look of this.waiting) look();
    });
  }

  /** The first event called `name`, past or coming, from which `pick` takes something. */
  event(name, what, pick) {
    return this.any(what, (event) => (event[name] === undefined ? undefined : pick(event[name])));
  }

  /** What `pick` takes out of the first batch of events, past or coming, that has it. */
  any(what, pick) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(look);
        reject(new Error(`no ${what} within ${PATIENCE} ms`));
      }, PATIENCE);
      const look = () => {
        for (const event of this.events) {
          const found = pick(event);
          if (found !== undefined) {
            clearTimeout(timer);
            this.waiting.delete(look);
            resolve(found);
            return;
          }
        }
      };
      this.waiting.add(look);
      look();
    });
  }

  /** Sends a message to a number; gives its id. */
  send(phone, content, options) {
    return this.sendTo(`${phone}@s.whatsapp.net`, content, options);
  }

  /** Sends a message to a JID; gives its id. */
  async sendTo(jid, content, options) {
    const sent = await this.socket.sendMessage(jid, content, options);
    this.sent.set(sent.key.id, sent.message);
    return sent.key.id;
  }

  /** The message `id`, once it can be read. */
  message(id) {
    return this.event('messages.upsert', `message ${id}`, ({ messages }) =>
      messages.find((message) => message.key.id === id && message.message),
    );
  }

  /** A message that this client sent has got so far: 2 sent, 3 delivered, 4 read, 5 played. */
  status(id, status) {
    const fits = (key, has) => key.id === id && has.status >= status;
    // What becomes of a message soon enough is told together with it.
    return this.any(`status ${status} of ${id}`, (event) =>
      event['messages.update']?.find(({ key, update }) => fits(key, update)) ??
      event['messages.upsert']?.messages.find((message) => fits(message.key, message)),
    );
  }

  /** The first connection update, past or coming, from which `pick` takes something. */
  until(what, pick) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(look);
        const seen = this.updates.map((update) => Object.keys(update).join('+'));
        reject(new Error(`no ${what} within ${PATIENCE} ms, only ${seen.join(', ') || 'nothing'}`));
      }, PATIENCE);
      const look = () => {
        for (const update of this.updates) {
          const found = pick(update);
          if (found !== undefined) {
            clearTimeout(timer);
            this.waiting.delete(look);
            resolve(found);
            return;
          }
        }
      };
      this.waiting.add(look);
      look();
    });
  }

  qr() {
    return this.until('QR', (update) => update.qr);
  }

  opened() {
    return this.until('open connection', (update) => update.connection === 'open' || undefined);
  }

  /** The credentials change in the way that `done` looks for. */
  credentials(what, done) {
    if (done(this.socket.authState.creds)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${what}`)), PATIENCE);
      this.socket.ev.on('creds.update', (update) => {
        if (!done(update)) return;
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** The phone has shared the key of the account's settings. */
  appStateKey() {
    return this.credentials('app-state key', (creds) => creds.myAppStateKeyId !== undefined);
  }

  /** The account is called `name`. */
  name(name) {
    return this.credentials(`name ${name}`, (creds) => creds.me?.name === name);
  }

  /** The status code with which the connection ended. */
  async closed() {
    const code = await this.until('end of the connection', (update) => {
      if (update.connection !== 'close') return undefined;
      return update.lastDisconnect?.error?.output?.statusCode ?? 0;
    });
    await this.saved;
    return code;
  }

  async end() {
    await this.saved;
    this.socket.end(undefined);
  }
}
