// Saves the QR code of an instance as qr.png, again on every rotation, until it is scanned.
//
//   API_URL=… ID_INSTANCE=… API_TOKEN_INSTANCE=… node qr.mjs
//
// Needs nothing but Node.js 18 or later.

import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

const { API_URL = 'http://127.0.0.1:8080', ID_INSTANCE, API_TOKEN_INSTANCE } = process.env;

function leave(message) {
  console.error(message);
  process.exit(1);
}

// One call; the first one waits until an instance that has been asleep has a code.
async function ask(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000) }).catch((error) =>
    leave(`no answer from ${API_URL}: ${error.cause?.message ?? error.message}`),
  );
  if (response.status === 401) leave('HTTP 401: wrong API_TOKEN_INSTANCE');
  if (response.status === 403) leave('HTTP 403: unknown ID_INSTANCE');
  if (!response.ok) leave(`HTTP ${response.status}: ${await response.text()}`);
  return response.json();
}

if (!ID_INSTANCE || !API_TOKEN_INSTANCE) leave('set ID_INSTANCE and API_TOKEN_INSTANCE');
const url = `${API_URL.replace(/\/+$/, '')}/waInstance${ID_INSTANCE}/qr/${API_TOKEN_INSTANCE}`;

let shown;
for (;;) {
  const { type, message } = await ask(url);
  if (type === 'alreadyLogged') break;
  if (type !== 'qrCode') leave(`${type}: ${message}`);
  if (message !== shown) {
    shown = message;
    await writeFile('qr.png', Buffer.from(message, 'base64'));
    console.log('a new code is in qr.png');
  }
  await wait(1000);
}
console.log('linked');
