// Votes in polls. Baileys has the ciphers, but neither casts votes nor reads them by itself.

import { createHash, randomBytes } from 'node:crypto';
import { aesEncryptGCM, decryptPollVote, hmacSign, proto } from 'baileys';

const hash = (option) => createHash('sha256').update(option).digest();
const secret = (poll) => poll.message.messageContextInfo.messageSecret;

/** The content of a vote for `option`. Creator and voter go by the names of the chat. */
export function vote(poll, { creator, voter }, option) {
  const id = poll.key.id;
  const sign = Buffer.concat([Buffer.from(`${id}${creator}${voter}Poll Vote`), Buffer.of(1)]);
  const key = hmacSign(sign, hmacSign(secret(poll), new Uint8Array(32), 'sha256'), 'sha256');
  const plain = proto.Message.PollVoteMessage.encode({ selectedOptions: [hash(option)] }).finish();
  const encIv = randomBytes(12);
  const encPayload = aesEncryptGCM(plain, key, encIv, Buffer.from(`${id}\0${voter}`));
  return {
    pollUpdateMessage: {
      pollCreationMessageKey: poll.key,
      vote: { encPayload, encIv },
      senderTimestampMs: Date.now(),
    },
  };
}

/** The options of a poll that a vote chose. */
export function chosen(update, poll, { creator, voter }, options) {
  const { selectedOptions } = decryptPollVote(update.vote, {
    pollCreatorJid: creator,
    pollMsgId: poll.key.id,
    pollEncKey: secret(poll),
    voterJid: voter,
  });
  const hashes = selectedOptions.map((bytes) => Buffer.from(bytes).toString('hex'));
  return options.filter((option) => hashes.includes(hash(option).toString('hex')));
}
