// Baileys, an independent implementation of the protocol, against a running simulator.
// PHONES_URL and SIMULATOR_URL say where; exit code 0 means that every check passed.

import assert from 'node:assert/strict';
import { DisconnectReason } from 'baileys';
import { Client, newDevice, trustNetwork } from './client.mjs';
import { enterCode, fault, linkedDevices, network, newPhone, scan, unlink } from './phones.mjs';

const checks = [];
const check = (name, run) => checks.push({ name, run });

/** Links a new device to `phone` by QR; gives the folder of its credentials. */
async function linkByQr(phone) {
  const folder = await newDevice();
  const client = await Client.connect(folder);
  await scan(phone, await client.qr());
  assert.equal(await client.closed(), DisconnectReason.restartRequired);
  return folder;
}

async function logIn(folder) {
  const client = await Client.connect(folder);
  await client.opened();
  return client;
}

check('links by QR and logs in', async () => {
  const phone = await newPhone({ name: 'Quentin' });
  const client = await logIn(await linkByQr(phone));
  const [device] = await linkedDevices(phone);
  assert.equal(client.socket.user.id, device.jid);
  assert.ok(device.connected);
  await client.end();
});

check('links by pairing code', async () => {
  const phone = await newPhone({ name: 'Cora' });
  const folder = await newDevice();
  const pairing = await Client.connect(folder);
  await pairing.qr();
  const code = await pairing.socket.requestPairingCode(phone);
  const { jid } = await enterCode(phone, code);
  assert.equal(await pairing.closed(), DisconnectReason.restartRequired);
  const client = await logIn(folder);
  assert.equal(client.socket.user.id, jid);
  await client.end();
});

check('a wrong pairing code is refused and the right one still links', async () => {
  const phone = await newPhone();
  const pairing = await Client.connect(await newDevice());
  await pairing.qr();
  const code = await pairing.socket.requestPairingCode(phone);
  await assert.rejects(enterCode(phone, 'WRNGC0DE'), /409 This pairing code is wrong/);
  await enterCode(phone, code);
  assert.equal(await pairing.closed(), DisconnectReason.restartRequired);
});

check('links to a Business account', async () => {
  const phone = await newPhone({ name: 'Bakery', business: true });
  const client = await logIn(await linkByQr(phone));
  assert.equal(client.socket.authState.creds.platform, 'smba');
  await client.end();
});

check('comes back with its credentials', async () => {
  const phone = await newPhone();
  const folder = await linkByQr(phone);
  for (let round = 0; round < 3; round += 1) {
    const client = await logIn(folder);
    await client.end();
  }
  assert.equal((await linkedDevices(phone)).length, 1);
});

check('reads the push name that the phone wrote', async () => {
  const phone = await newPhone({ name: 'Penelope' });
  const client = await logIn(await linkByQr(phone));
  await client.appStateKey();
  await client.socket.resyncAppState(['critical_block'], true);
  assert.equal(client.socket.authState.creds.me.name, 'Penelope');
  await client.end();
});

check('shares settings with another device of the account', async () => {
  const phone = await newPhone({ name: 'Rosa' });
  const [writer, reader] = [await logIn(await linkByQr(phone)), await logIn(await linkByQr(phone))];
  for (const client of [writer, reader]) {
    await client.appStateKey();
    await client.socket.resyncAppState(['critical_block'], true);
  }
  const heard = reader.name('Rosalind');
  await writer.socket.updateProfileName('Rosalind');
  await heard;
  await writer.end();
  await reader.end();
});

check('finds who is on the network', async () => {
  const phone = await newPhone();
  const client = await logIn(await linkByQr(phone));
  const [found] = await client.socket.onWhatsApp(phone, '15559999999');
  assert.equal(found.jid, `${phone}@s.whatsapp.net`);
  assert.ok(found.exists);
  await client.end();
});

check('logs out', async () => {
  const phone = await newPhone();
  const client = await logIn(await linkByQr(phone));
  await client.socket.logout();
  await client.closed();
  assert.deepEqual(await linkedDevices(phone), []);
});

check('is unlinked from the phone while connected', async () => {
  const phone = await newPhone();
  const client = await logIn(await linkByQr(phone));
  await unlink(phone);
  assert.equal(await client.closed(), DisconnectReason.loggedOut);
});

check('is unlinked from the phone while away', async () => {
  const phone = await newPhone();
  const folder = await linkByQr(phone);
  await unlink(phone);
  const client = await Client.connect(folder);
  assert.equal(await client.closed(), DisconnectReason.loggedOut);
});

check('is replaced by a second connection', async () => {
  const phone = await newPhone();
  const folder = await linkByQr(phone);
  const first = await logIn(folder);
  const second = await logIn(folder);
  assert.equal(await first.closed(), DisconnectReason.connectionReplaced);
  await second.end();
});

check('is banned and comes back when the ban is lifted', async () => {
  const phone = await newPhone();
  const folder = await linkByQr(phone);
  const client = await logIn(folder);
  await fault({ phone, ban: 'permanent' });
  assert.equal(await client.closed(), DisconnectReason.restartRequired);
  assert.equal(await (await Client.connect(folder)).closed(), DisconnectReason.forbidden);
  await fault({ phone, ban: null });
  await (await logIn(folder)).end();
});

check('is told that it is outdated', async () => {
  const phone = await newPhone();
  const folder = await linkByQr(phone);
  await fault({ outdatedClient: true });
  try {
    assert.equal(await (await Client.connect(folder)).closed(), 405);
  } finally {
    await fault({ outdatedClient: false });
  }
  await (await logIn(folder)).end();
});

check('gets the stream errors it is sent', async () => {
  const phone = await newPhone();
  const client = await logIn(await linkByQr(phone));
  await fault({ phone, streamError: 503 });
  assert.equal(await client.closed(), DisconnectReason.unavailableService);
});

check('gets an error for what the network does not know', async () => {
  const phone = await newPhone();
  const client = await logIn(await linkByQr(phone));
  const unknown = { tag: 'iq', attrs: { type: 'get', xmlns: 'w:nonsense', to: 's.whatsapp.net' } };
  await assert.rejects(client.socket.query(unknown), /feature-not-implemented/);
  const { unknownStanzas } = await network();
  assert.ok(unknownStanzas['iq get w:nonsense <>'] >= 1);
  await client.end();
});

check('sends nothing else that the network does not know', async () => {
  const { unknownStanzas } = await network();
  delete unknownStanzas['iq get w:nonsense <>'];
  assert.deepEqual(unknownStanzas, {});
});

await trustNetwork();
let failed = 0;
for (const { name, run } of checks) {
  try {
    await run();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}: ${error.message}`);
  }
}
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
