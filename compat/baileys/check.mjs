// Baileys, an independent implementation of the protocol, against a running simulator.
// PHONES_URL and SIMULATOR_URL say where; exit code 0 means that every check passed.

import assert from 'node:assert/strict';
import { DisconnectReason } from 'baileys';
import { Client, linkByQr, logIn, newDevice, trustNetwork } from './client.mjs';
import { exchange } from './exchange.mjs';
import {
  chats,
  enterCode,
  fault,
  linkedDevices,
  network,
  newPhone,
  phoneCalls,
  phoneDoes,
  phoneHolds,
  phoneSends,
  scan,
  unlink,
} from '../phones.mjs';

const checks = [];
const check = (name, run) => checks.push({ name, run });

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

/** Two phones and a client linked to the first. */
async function pair() {
  const [mine, other] = [await newPhone({ name: 'Mia' }), await newPhone({ name: 'Otto' })];
  return { mine, other, client: await logIn(await linkByQr(mine)) };
}

check('writes to a phone and is told what becomes of it', async () => {
  const { mine, other, client } = await pair();
  const id = await client.send(other, { text: 'hello' });
  const row = await phoneHolds(other, id);
  assert.deepEqual([row.text, row.senderName, row.chatId], ['hello', 'Mia', `${mine}@c.us`]);
  await client.status(id, 3);
  await phoneDoes(other, 'read', { chatId: mine });
  await client.status(id, 4);
  assert.equal((await phoneHolds(mine, id, 'read')).fromMe, true);
  await client.end();
});

check('reads what a phone writes, by LID and by number', async () => {
  const { mine, other, client } = await pair();
  for (const addressing of ['lid', 'pn']) {
    const id = await phoneSends(other, mine, { kind: 'text', text: addressing, addressing });
    const message = await client.message(id);
    assert.equal(message.message.conversation, addressing);
    assert.equal(message.pushName, 'Otto');
    await phoneHolds(other, id, 'delivered');
    await client.socket.readMessages([message.key]);
    await phoneHolds(other, id, 'read');
  }
  await client.end();
});

check('sees what its phone writes', async () => {
  const { mine, other, client } = await pair();
  const id = await phoneSends(mine, other, { kind: 'text', text: 'by phone' });
  const message = await client.message(id);
  assert.equal(message.key.fromMe, true);
  assert.equal(message.message.conversation, 'by phone');
  await client.end();
});

check('talks to another client', async () => {
  const { mine, other, client } = await pair();
  const otherClient = await logIn(await linkByQr(other));
  for (const round of [1, 2, 3]) {
    const question = await client.send(other, { text: `question ${round}` });
    assert.equal((await otherClient.message(question)).key.fromMe, false);
    const answer = await otherClient.send(mine, { text: `answer ${round}` });
    await client.message(answer);
    await phoneHolds(mine, answer);
    await phoneHolds(other, answer);
  }
  await client.end();
  await otherClient.end();
});

check('sends reactions, edits, deletions and votes that a phone understands', async () => {
  const { mine, other, client } = await pair();
  const chat = `${other}@s.whatsapp.net`;
  const id = await client.send(other, { text: 'helo' });
  const key = { remoteJid: chat, fromMe: true, id };
  await phoneHolds(other, id);
  const edit = await client.send(other, { text: 'hello', edit: key });
  await phoneHolds(other, edit);
  assert.equal((await phoneHolds(other, id)).text, 'hello');
  const reaction = await client.send(other, { react: { text: '👍', key } });
  await phoneHolds(other, reaction);
  const { reactions } = await phoneHolds(other, id);
  assert.deepEqual(reactions, [{ from: `${mine}@c.us`, text: '👍' }]);
  const deletion = await client.send(other, { delete: key });
  await phoneHolds(other, deletion);
  assert.equal((await phoneHolds(other, id)).deleted, true);
  const poll = await client.send(other, {
    poll: { name: 'Tea?', values: ['yes', 'no'], selectableCount: 1 },
  });
  assert.deepEqual((await phoneHolds(other, poll)).options, ['yes', 'no']);
  const vote = { kind: 'pollVote', targetId: poll, options: ['yes'] };
  const cast = await phoneSends(other, mine, vote);
  await client.message(cast);
  const { votes } = await phoneHolds(mine, poll);
  assert.deepEqual(votes, [{ from: `${other}@c.us`, options: ['yes'] }]);
  await client.end();
});

check('gets again what it could not read', async () => {
  const { mine, other, client } = await pair();
  await fault({ phone: mine, undecryptable: 1 });
  const id = await phoneSends(other, mine, { kind: 'text', text: 'once more' });
  assert.equal((await client.message(id)).message.conversation, 'once more');
  await client.end();
});

check('sends again what a phone could not read', async () => {
  const { other, client } = await pair();
  await phoneHolds(other, await client.send(other, { text: 'hi' }));
  await fault({ phone: other, forgetSessions: true });
  const id = await client.send(other, { text: 'do you know me?' });
  assert.equal((await phoneHolds(other, id)).text, 'do you know me?');
  await client.end();
});

check('gets what came while it was away, in order', async () => {
  const { mine, other } = await pair().then(async (all) => {
    await all.client.end();
    return all;
  });
  const folder = await linkByQr(mine);
  await (await logIn(folder)).end();
  const ids = [];
  for (let number = 0; number < 20; number += 1) {
    ids.push(await phoneSends(other, mine, { kind: 'text', text: String(number) }));
  }
  const client = await logIn(folder);
  await client.message(ids.at(-1));
  const got = client.events.flatMap((event) => event['messages.upsert']?.messages ?? []);
  assert.deepEqual(got.map((message) => message.key.id).filter((id) => ids.includes(id)), ids);
  await client.end();
});

check('types and sees typing', async () => {
  const { mine, other, client } = await pair();
  await client.socket.sendPresenceUpdate('composing', `${other}@s.whatsapp.net`);
  let seen = 0;
  const deadline = Date.now() + 10_000;
  while (seen === 0 && Date.now() < deadline) seen = (await chats(other))[0]?.typingSeen ?? 0;
  assert.equal(seen, 1);
  await phoneDoes(other, 'typing', { chatId: mine, typing: true });
  await client.event('presence.update', 'typing', ({ presences }) =>
    Object.values(presences).find((presence) => presence.lastKnownPresence === 'composing'),
  );
  await client.end();
});

check('is called', async () => {
  const { mine, other, client } = await pair();
  const { callId } = await phoneCalls(other, { action: 'offer', to: mine, video: true });
  const offer = await client.event('call', 'offer', (calls) =>
    calls.find((call) => call.id === callId && call.status === 'offer'),
  );
  assert.equal(offer.isVideo, true);
  await phoneCalls(other, { action: 'terminate', callId });
  await client.event('call', 'end', (calls) =>
    calls.find((call) => call.id === callId && call.status !== 'offer'),
  );
  await client.end();
});

checks.push(...exchange);

check('gets an error for what the network does not know', async () => {
  const phone = await newPhone();
  const client = await logIn(await linkByQr(phone));
  const unknown = { tag: 'iq', attrs: { type: 'get', xmlns: 'w:nonsense', to: 's.whatsapp.net' } };
  await assert.rejects(client.socket.query(unknown), /feature-not-implemented/);
  await client.end();
});

check('sends nothing else that the network does not know', async () => {
  const { unknownStanzas } = await network();
  const counts = Object.entries(unknownStanzas).map(([kind, count]) => [
    kind,
    count - (before[kind] ?? 0),
  ]);
  assert.deepEqual(Object.fromEntries(counts.filter(([, count]) => count > 0)), {
    'iq get w:nonsense <>': 1,
  });
});

const { unknownStanzas: before } = await network();
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
