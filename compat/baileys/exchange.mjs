// Two implementations that know nothing of each other: Baileys writes to Siskin, and Siskin to
// Baileys. Each one really decrypts what the other sent.

import assert from 'node:assert/strict';
import { downloadMediaMessage } from 'baileys';
import { linkByQr, logIn } from './client.mjs';
import {
  linkedDevices,
  newGroup,
  newPhone,
  phoneDoes,
  phoneHolds,
  phoneSends,
} from '../phones.mjs';
import { download, Siskin } from './siskin.mjs';
import { chosen, vote } from './votes.mjs';

export const exchange = [];
const check = (name, run) => exchange.push({ name, run });

const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk' +
    '+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PAPER = Buffer.from('%PDF-1.4\n%not much of a paper\n'.repeat(5000));

/** Baileys on Mia's phone, Siskin on Sam's. */
const both = {};

check('Baileys and Siskin are linked', async () => {
  both.mine = await newPhone({ name: 'Mia' });
  both.chat = `${both.mine}@c.us`;
  both.baileys = await logIn(await linkByQr(both.mine));
  both.siskin = await Siskin.link('Sam');
  both.theirs = both.siskin.phone;
  const [device] = await linkedDevices(both.theirs);
  assert.ok(device.connected);
});

check('Siskin reads a text of Baileys and says so', async () => {
  const { baileys, siskin, theirs, chat } = both;
  const id = await baileys.send(theirs, { text: 'hello from Baileys' });
  const told = await siskin.told({ typeWebhook: 'incomingMessageReceived', idMessage: id });
  assert.deepEqual(told.messageData, {
    typeMessage: 'textMessage',
    textMessageData: { textMessage: 'hello from Baileys' },
  });
  assert.deepEqual([told.senderData.sender, told.senderData.senderName], [chat, 'Mia']);
  await baileys.status(id, 3);
  assert.deepEqual(await siskin.post('readChat', { chatId: chat }), { setRead: true });
  await baileys.status(id, 4);
});

check('Baileys reads a text of Siskin and says so', async () => {
  const { baileys, siskin, chat } = both;
  const id = await siskin.send('sendMessage', { chatId: chat, message: 'hello from Siskin' });
  const message = await baileys.message(id);
  assert.equal(message.message.extendedTextMessage?.text ?? message.message.conversation,
    'hello from Siskin');
  assert.equal(message.pushName, 'Sam');
  await siskin.status(id, 'delivered');
  await baileys.socket.readMessages([message.key]);
  await siskin.status(id, 'read');
});

check('they quote each other', async () => {
  const { baileys, siskin, theirs, chat } = both;
  const question = await siskin.send('sendMessage', { chatId: chat, message: 'Blue?' });
  const quoted = await baileys.message(question);
  const answer = await baileys.send(theirs, { text: 'Yes' }, { quoted });
  const data = await siskin.came(answer, 'quotedMessage');
  assert.equal(data.quotedMessage.stanzaId, question);
  assert.equal(data.quotedMessage.participant, siskin.chat);
  const body = { chatId: chat, message: 'Good', quotedMessageId: answer };
  const last = await baileys.message(await siskin.send('sendMessage', body));
  const { contextInfo } = last.message.extendedTextMessage;
  assert.equal(contextInfo.stanzaId, answer);
  const { conversation, extendedTextMessage } = contextInfo.quotedMessage;
  assert.equal(extendedTextMessage?.text ?? conversation, 'Yes');
});

/** The file of a message, downloaded and decrypted by Baileys. */
const fileOf = (message) => downloadMediaMessage(message, 'buffer', {});

check('a picture goes both ways', async () => {
  const { baileys, siskin, theirs, chat } = both;
  const content = { image: PICTURE, caption: 'Dot', mimetype: 'image/png', jpegThumbnail: '' };
  const sent = await baileys.send(theirs, content);
  const { fileMessageData } = await siskin.came(sent, 'imageMessage');
  assert.equal(fileMessageData.caption, 'Dot');
  assert.equal(fileMessageData.mimeType, 'image/png');
  assert.deepEqual(await download(fileMessageData.downloadUrl), PICTURE);
  const id = await siskin.upload(chat, 'dot.png', PICTURE, 'Dot back');
  const message = await baileys.message(id);
  assert.equal(message.message.imageMessage.caption, 'Dot back');
  assert.deepEqual(await fileOf(message), PICTURE);
});

check('a document goes both ways', async () => {
  const { baileys, siskin, theirs, chat } = both;
  const mimetype = 'application/pdf';
  const content = { document: PAPER, mimetype, fileName: 'Счёт 42.pdf', caption: 'Invoice' };
  const id = await baileys.send(theirs, content);
  const { fileMessageData } = await siskin.came(id, 'documentMessage');
  assert.equal(fileMessageData.fileName, 'Счёт 42.pdf');
  assert.equal(fileMessageData.caption, 'Invoice');
  assert.deepEqual(await download(fileMessageData.downloadUrl), PAPER);
  const back = await baileys.message(await siskin.upload(chat, 'Счёт 43.pdf', PAPER, 'Paid'));
  const document = back.message.documentMessage
    ?? back.message.documentWithCaptionMessage.message.documentMessage;
  assert.deepEqual([document.fileName, document.caption], ['Счёт 43.pdf', 'Paid']);
  assert.deepEqual(await fileOf(back), PAPER);
});

check('a voice message and a sticker of Baileys come as such', async () => {
  const { baileys, siskin, theirs } = both;
  const voice = { audio: PAPER, ptt: true, mimetype: 'audio/ogg; codecs=opus', seconds: 1 };
  const heard = await siskin.came(await baileys.send(theirs, voice), 'audioMessage');
  assert.deepEqual(await download(heard.fileMessageData.downloadUrl), PAPER);
  const id = await baileys.send(theirs, { sticker: PICTURE, mimetype: 'image/webp' });
  const seen = await siskin.came(id, 'stickerMessage');
  assert.deepEqual(await download(seen.fileMessageData.downloadUrl), PICTURE);
});

check('places and contacts go both ways', async () => {
  const { baileys, siskin, theirs, chat } = both;
  const location = { degreesLatitude: 12.5, degreesLongitude: -45.25, name: 'Park' };
  const place = await siskin.came(await baileys.send(theirs, { location }), 'locationMessage');
  assert.equal(place.locationMessageData.latitude, 12.5);
  const body = { chatId: chat, latitude: 1.5, longitude: -2.5, nameLocation: 'Pond' };
  const pond = await baileys.message(await siskin.send('sendLocation', body));
  assert.equal(pond.message.locationMessage.degreesLongitude, -2.5);
  const vcard = 'BEGIN:VCARD\nVERSION:3.0\nFN:Cy\nEND:VCARD';
  const contacts = { displayName: 'Cy', contacts: [{ vcard }] };
  const card = await siskin.came(await baileys.send(theirs, { contacts }), 'contactMessage');
  assert.equal(card.contactMessageData.vcard, vcard);
  const contact = { phoneContact: 15550100004, firstName: 'Di' };
  const back = await baileys.message(await siskin.send('sendContact', { chatId: chat, contact }));
  assert.equal(back.message.contactMessage.displayName, 'Di');
});

/** How Baileys and Siskin are called in the chat that a message came in. */
async function names(message) {
  const lids = message.key.remoteJid.endsWith('@lid');
  const { me } = both.baileys.socket.authState.creds;
  const bare = (jid) => jid.replace(/:\d+@/, '@');
  return { baileys: bare(lids ? me.lid : me.id), siskin: message.key.remoteJid };
}

check('Siskin tells of a vote of Baileys in its poll', async () => {
  const { baileys, siskin, chat } = both;
  const options = [{ optionName: 'Tea' }, { optionName: 'Coffee' }];
  const id = await siskin.send('sendPoll', { chatId: chat, message: 'Drinks?', options });
  const poll = await baileys.message(id);
  const { name, options: shown } =
    poll.message.pollCreationMessageV3 ?? poll.message.pollCreationMessage;
  assert.deepEqual([name, ...shown.map((one) => one.optionName)], ['Drinks?', 'Tea', 'Coffee']);
  const called = await names(poll);
  const content = vote(poll, { creator: called.siskin, voter: called.baileys }, 'Coffee');
  const cast = await baileys.socket.relayMessage(poll.key.remoteJid, content, {});
  const { pollMessageData } = await siskin.came(cast, 'pollUpdateMessage');
  assert.equal(pollMessageData.stanzaId, id);
  assert.deepEqual(pollMessageData.votes, [
    { optionName: 'Tea', optionVoters: [] },
    { optionName: 'Coffee', optionVoters: [chat] },
  ]);
});

check('Baileys decrypts a vote in its poll, and Siskin tells of both', async () => {
  const { baileys, siskin, mine, theirs } = both;
  const values = ['Tea', 'Coffee'];
  const id = await baileys.send(theirs, { poll: { name: 'Drinks?', values, selectableCount: 1 } });
  const { pollMessageData } = await siskin.came(id, 'pollMessage');
  assert.deepEqual(pollMessageData.options, [{ optionName: 'Tea' }, { optionName: 'Coffee' }]);
  // The API has no method that votes: the owner does, on the phone.
  await phoneHolds(theirs, id);
  const cast = await phoneSends(theirs, mine, { kind: 'pollVote', targetId: id, options: ['Tea'] });
  const told = await siskin.told({ typeWebhook: 'outgoingMessageReceived', idMessage: cast });
  assert.deepEqual(told.messageData.pollMessageData.votes[0].optionVoters, [siskin.chat]);
  const message = await baileys.message(cast);
  const called = await names(message);
  const poll = { key: { id }, message: baileys.sent.get(id) };
  const people = { creator: called.baileys, voter: called.siskin };
  assert.deepEqual(chosen(message.message.pollUpdateMessage, poll, people, values), ['Tea']);
});

check('reactions go both ways', async () => {
  const { baileys, siskin, mine, theirs, chat } = both;
  const id = await siskin.send('sendMessage', { chatId: chat, message: 'react' });
  const { key } = await baileys.message(id);
  for (const text of ['👍', '']) {
    const sent = await baileys.send(theirs, { react: { text, key } });
    const told = await siskin.came(sent, 'reactionMessage');
    assert.equal(told.extendedTextMessageData.text, text);
    assert.equal(told.quotedMessage.stanzaId, id);
    assert.equal(told.quotedMessage.participant, siskin.chat);
  }
  // The API has no method that reacts: the owner does, on the phone.
  const mineOne = await baileys.send(theirs, { text: 'react back' });
  await siskin.came(mineOne, 'textMessage');
  await phoneHolds(theirs, mineOne);
  const cheer = { kind: 'reaction', targetId: mineOne, text: '🎉' };
  const sent = await phoneSends(theirs, mine, cheer);
  await siskin.told({
    typeWebhook: 'outgoingMessageReceived',
    idMessage: sent,
    messageData: { quotedMessage: { stanzaId: mineOne, participant: chat } },
  });
  const reaction = await baileys.event('messages.reaction', 'reaction', (reactions) =>
    reactions.find(({ key: target }) => target.id === mineOne),
  );
  assert.equal(reaction.reaction.text, '🎉');
});

check('edits go both ways', async () => {
  const { baileys, siskin, theirs, chat } = both;
  const id = await baileys.send(theirs, { text: 'until six' });
  await siskin.came(id, 'textMessage');
  const key = { remoteJid: `${theirs}@s.whatsapp.net`, fromMe: true, id };
  const edit = await baileys.send(theirs, { text: 'until seven', edit: key });
  const { editedMessageData } = await siskin.came(edit, 'editedMessage');
  assert.deepEqual(editedMessageData, { textMessage: 'until seven', stanzaId: id });
  const row = await siskin.post('getMessage', { chatId: chat, idMessage: id });
  assert.deepEqual([row.textMessage, row.isEdited], ['until seven', true]);
  const sent = await siskin.send('sendMessage', { chatId: chat, message: 'at eight' });
  await baileys.message(sent);
  await siskin.send('editMessage', { chatId: chat, idMessage: sent, message: 'at nine' });
  const text = await baileys.event('messages.update', 'edit', (updates) => {
    const content = updates.find(({ key: one, update }) => one.id === sent && update.message)
      ?.update.message.editedMessage.message;
    return content?.extendedTextMessage?.text ?? content?.conversation;
  });
  assert.equal(text, 'at nine');
});

check('deletions go both ways', async () => {
  const { baileys, siskin, theirs, chat } = both;
  const id = await baileys.send(theirs, { text: 'secret' });
  await siskin.came(id, 'textMessage');
  const key = { remoteJid: `${theirs}@s.whatsapp.net`, fromMe: true, id };
  const deletion = await baileys.send(theirs, { delete: key });
  const { deletedMessageData } = await siskin.came(deletion, 'deletedMessage');
  assert.deepEqual(deletedMessageData, { stanzaId: id });
  const row = await siskin.post('getMessage', { chatId: chat, idMessage: id });
  assert.equal(row.isDeleted, true);
  const sent = await siskin.send('sendMessage', { chatId: chat, message: 'secret too' });
  await baileys.message(sent);
  await siskin.post('deleteMessage', { chatId: chat, idMessage: sent });
  await baileys.event('messages.update', 'deletion', (updates) =>
    updates.find(({ key: one, update }) => one.id === sent && update.message === null),
  );
});

check('buttons of Siskin arrive, and Baileys presses one', async () => {
  const { baileys, siskin, theirs, chat } = both;
  const buttons = [{ buttonId: '1', buttonText: 'Green' }];
  const body = { chatId: chat, body: 'Pick', buttons };
  const id = await siskin.send('sendInteractiveButtonsReply', body);
  const asked = await baileys.message(id);
  const { interactiveMessage } = asked.message.viewOnceMessage?.message ?? asked.message;
  const [button] = interactiveMessage.nativeFlowMessage.buttons;
  assert.equal(JSON.parse(button.buttonParamsJson).display_text, 'Green');
  const old = await siskin.send('sendButtons', { chatId: chat, message: 'Pick', buttons });
  const quoted = await baileys.message(old);
  const buttonReply = { displayText: 'Green', id: '1' };
  const pressed = await baileys.send(theirs, { buttonReply, type: 'plain' }, { quoted });
  const { buttonsResponseMessage } = await siskin.came(pressed, 'buttonsResponseMessage');
  assert.deepEqual(buttonsResponseMessage, {
    stanzaId: old,
    selectedButtonId: '1',
    selectedButtonText: 'Green',
  });
});

check('Baileys sees Siskin type', async () => {
  const { baileys, siskin, chat } = both;
  await siskin.post('sendTyping', { chatId: chat, typingTime: 1000 });
  await baileys.event('presence.update', 'typing', ({ presences }) =>
    Object.values(presences).find((presence) => presence.lastKnownPresence === 'composing'),
  );
});

check('they talk in a group', async () => {
  const { baileys, siskin, mine, theirs } = both;
  const third = await newPhone({ name: 'Otto' });
  const { chatId } = await newGroup(third, { subject: 'Weekend', participants: [mine, theirs] });
  for (const round of [1, 2]) {
    const asked = await baileys.sendTo(chatId, { text: `Saturday ${round}?` });
    const expected = { idMessage: asked, senderData: { chatId, sender: both.chat } };
    await siskin.told({ typeWebhook: 'incomingMessageReceived', ...expected });
    const answer = await siskin.send('sendMessage', { chatId, message: `Yes ${round}` });
    const { key } = await baileys.message(answer);
    assert.equal(key.remoteJid, chatId);
    await phoneHolds(third, asked);
    await phoneHolds(third, answer);
  }
});

check('many messages at once arrive, from one and then from the other', async () => {
  // Not from both at the same time: then Baileys encrypts two messages with one key.
  const { baileys, siskin, theirs, chat } = both;
  const numbers = Array.from({ length: 20 }, (_, number) => String(number));
  const fromBaileys = await Promise.all(numbers.map((text) => baileys.send(theirs, { text })));
  for (const id of fromBaileys) await siskin.came(id, 'textMessage');
  for (const id of fromBaileys) await baileys.status(id, 3);
  const fromSiskin = await Promise.all(
    numbers.map((message) => siskin.send('sendMessage', { chatId: chat, message })),
  );
  for (const id of fromSiskin) await baileys.message(id);
  for (const id of fromSiskin) await siskin.status(id, 'delivered');
});

check('both phones have what their devices sent', async () => {
  const { baileys, siskin, mine, theirs, chat } = both;
  const sent = await siskin.send('sendMessage', { chatId: chat, message: 'on both phones' });
  const answer = await baileys.send(theirs, { text: 'here too' });
  for (const id of [sent, answer]) {
    const [one, other] = [await phoneHolds(mine, id), await phoneHolds(theirs, id)];
    assert.equal(one.text, other.text);
    assert.notEqual(one.fromMe, other.fromMe);
  }
  await phoneDoes(theirs, 'read', { chatId: mine });
  await baileys.status(answer, 4);
  await siskin.remove();
  await baileys.end();
});
