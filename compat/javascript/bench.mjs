// What all checks share: counting, waiting, an instance of one's own.

import whatsAppClient from "@green-api/whatsapp-api-client";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import { newPhone, scan } from "../phones.mjs";

export const host = needed("API_URL");
const media = process.env.MEDIA_URL?.replace(/\/$/, "") ?? host;
const partner = (method) => `${host}/partner/${method}/${needed("PARTNER_TOKEN")}`;
export const PATIENCE_MS = 60_000;
const PAUSE_MS = 200;

let passed = 0;
let failed = 0;

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`set ${name}`);
  return value.replace(/\/$/, "");
}

export function check(what, fits, seen) {
  if (fits) passed += 1;
  else failed += 1;
  console.log(fits ? `ok    ${what}` : `FAIL  ${what}: saw ${JSON.stringify(seen)}`);
}

/** Prints the tally and exits with it. */
export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export const answers = (what, seen, expected) => check(what, same(seen, expected), seen);

/** Whether what was seen has the expected members, however deep. */
export function contains(seen, expected) {
  if (expected === null || typeof expected !== "object") return seen === expected;
  if (seen === null || typeof seen !== "object") return false;
  if (Array.isArray(expected) && expected.length !== seen.length) return false;
  return Object.entries(expected).every(([key, value]) => contains(seen[key], value));
}

export const holds = (what, seen, expected) => check(what, contains(seen, expected), seen);

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Calls the client, again where the gateway's rate limit says so. */
export async function call(method) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await method();
    } catch (error) {
      if (error.response?.status !== 429 || Date.now() > deadline) throw error;
      await pause(PAUSE_MS);
    }
  }
}

/** Expects the client to reject with that status and a body that has the text in it. */
export async function refused(what, method, status, text = "") {
  try {
    check(what, false, await call(method));
  } catch (error) {
    const body = JSON.stringify(error.response?.data ?? "");
    const fits = error.response?.status === status && body.includes(text);
    check(what, fits, [error.response?.status, body]);
  }
}

/** Asks until the answer is as wanted, and counts whether it was; the last answer. */
export async function until(what, ask, reached) {
  const deadline = Date.now() + PATIENCE_MS;
  let seen = await call(ask);
  while (!reached(seen) && Date.now() < deadline) {
    await pause(PAUSE_MS);
    seen = await call(ask);
  }
  check(what, reached(seen), seen);
  return seen;
}

export const untilState = (api, state) =>
  until(`the state becomes ${state}`, () => api.instance.getStateInstance(), (seen) =>
    (seen.stateInstance ?? seen) === state);

async function post(url, body) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/** A new instance: its access, and a client for it. */
export async function newInstance() {
  const created = await post(partner("createInstance"), { name: "compat" });
  check("createInstance", created.typeInstance === "whatsapp", created.typeInstance);
  const { idInstance, apiTokenInstance } = created;
  const access = { idInstance: String(idInstance), apiTokenInstance, host, media };
  const api = whatsAppClient.restAPI(access);
  await untilState(api, "notAuthorized");
  return { access, api };
}

export async function remove({ access }) {
  const answer = await post(partner("deleteInstanceAccount"), {
    idInstance: Number(access.idInstance),
  });
  answers("deleteInstanceAccount", answer, { deleteInstanceAccount: true });
}

function readQr(message) {
  const { data, width, height } = PNG.sync.read(Buffer.from(message, "base64"));
  return jsQR(new Uint8ClampedArray(data), width, height)?.data ?? "";
}

/** Links an instance to a new phone; gives its number. */
export async function linkByQr(api, name) {
  const phone = await newPhone({ name });
  const qr = await call(() => api.instance.qr());
  check("qr gives a code", qr.type === "qrCode", qr);
  const text = readQr(qr.message);
  check("the picture holds a code", text.split(",").length > 3, text);
  await scan(phone, text);
  await untilState(api, "authorized");
  return phone;
}
