// Runs the vendor's JavaScript client against a gateway: the account, then messages both ways.

import { account } from "./account.mjs";
import { check, finish, remove } from "./bench.mjs";
import { receiving } from "./receiving.mjs";
import { queueBeforeTheLink, sending } from "./sending.mjs";
import { Talk } from "./talk.mjs";

async function messages() {
  const talk = await Talk.start();
  await queueBeforeTheLink(talk);
  await talk.link();
  await sending(talk);
  await receiving(talk);
  await remove(talk.instance);
}

for (const section of [account, messages]) {
  try {
    await section();
  } catch (error) {
    const seen = [error.message, error.response?.data, error.stack.split("\n")[1]];
    check(`the client works to the end of ${section.name}`, false, seen);
  }
}
finish();
