// Runs the vendor's JavaScript client through the account section of a gateway.

import whatsAppClient from "@green-api/whatsapp-api-client";
import jsQR from "jsqr";
import { PNG } from "pngjs";

const host = needed("API_URL");
const phones = `${needed("PHONES_URL")}/sandbox/phones`;
const partner = (method) => `${host}/partner/${method}/${needed("PARTNER_TOKEN")}`;
const PATIENCE_MS = 60_000;
// The vendor allows most methods once a second.
const PAUSE_MS = 1_100;

let passed = 0;
let failed = 0;

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`set ${name}`);
  return value.replace(/\/$/, "");
}

function check(what, fits, seen) {
  if (fits) passed += 1;
  else failed += 1;
  console.log(fits ? `ok    ${what}` : `FAIL  ${what}: saw ${JSON.stringify(seen)}`);
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function answers(what, seen, expected) {
  check(what, same(seen, expected), seen);
}

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

/** Calls the client, again where the gateway's rate limit says so. */
async function call(method) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await method();
    } catch (error) {
      if (error.response?.status !== 429 || Date.now() > deadline) throw error;
      await pause();
    }
  }
}

/** Expects the client to reject with that status and a body that has the text in it. */
async function refused(what, method, status, text = "") {
  try {
    check(what, false, await call(method));
  } catch (error) {
    const body = JSON.stringify(error.response?.data ?? "");
    check(what, error.response?.status === status && body.includes(text), [
      error.response?.status,
      body,
    ]);
  }
}

async function until(what, ask, reached) {
  const deadline = Date.now() + PATIENCE_MS;
  let seen = await call(ask);
  while (!reached(seen) && Date.now() < deadline) {
    await pause();
    seen = await call(ask);
  }
  check(what, reached(seen), seen);
}

const untilState = (api, state) =>
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

function readQr(message) {
  const { data, width, height } = PNG.sync.read(Buffer.from(message, "base64"));
  return jsQR(new Uint8ClampedArray(data), width, height)?.data ?? "";
}

async function settings(api) {
  const before = await call(() => api.settings.getSettings());
  check("getSettings has the keys that bots index",
    ["wid", "webhookUrl", "incomingWebhook", "outgoingAPIMessageWebhook", "sharedSession"]
      .every((key) => key in before), before);
  const change = { stateWebhook: "yes", delaySendMessagesMilliseconds: 1000 };
  answers("setSettings", await call(() => api.settings.setSettings(change)),
    { saveSettings: true });
  answers("what was set is read back", await call(() => api.settings.getSettings()),
    { ...before, ...change });
  await refused("setSettings of nothing", () => api.settings.setSettings({}), 400,
    "'value' must have at least 1 key");
}

async function linkByQr(api, phone) {
  const qr = await call(() => api.instance.qr());
  check("qr gives a code", qr.type === "qrCode", qr);
  const text = readQr(qr.message);
  check("the picture holds a code", text.split(",").length > 3, text);
  await post(`${phones}/${phone}/scan`, { qr: text });
  await untilState(api, "authorized");
  answers("qr of a linked instance", await call(() => api.instance.qr()),
    { type: "alreadyLogged", message: "instance account already authorized" });
  const account = await call(() => api.settings.getWaSettings());
  check("getWaSettings shows the account", account.phone === phone
    && account.deviceId.startsWith(`${phone}:`), account);
  const device = await call(() => api.instance.getDeviceInfo());
  check("getDeviceInfo has its members", "platform" in device && "battery" in device, device);
}

async function notifications(api) {
  const service = api.webhookService;
  const first = await call(() => service.receiveNotification());
  check("receiveNotification", first?.body?.typeWebhook === "stateInstanceChanged", first);
  answers("it comes again", await call(() => service.receiveNotification()), first);
  const deleted = await call(() => service.deleteNotification(first.receiptId));
  check("deleteNotification removes it", (deleted.result ?? deleted) === true, deleted);
}

async function life(api, phone) {
  answers("reboot", await call(() => api.instance.reboot()), { isReboot: true });
  await untilState(api, "authorized");
  answers("logout", await call(() => api.instance.logout()), { isLogout: true });
  await untilState(api, "notAuthorized");
  const issued = await call(() => api.instance.getAuthorizationCode(Number(phone)));
  check("getAuthorizationCode", issued.status === true && issued.code.length === 8, issued);
  await post(`${phones}/${phone}/pairing-code`, { code: issued.code });
  await untilState(api, "authorized");
}

async function main() {
  const created = await post(partner("createInstance"), { name: "compat" });
  check("createInstance", created.typeInstance === "whatsapp", created.typeInstance);
  const idInstance = String(created.idInstance);
  const access = { idInstance, apiTokenInstance: created.apiTokenInstance, host, media: host };
  const api = whatsAppClient.restAPI(access);
  const { phone } = await post(phones, { name: "Compat" });
  await untilState(api, "notAuthorized");
  await settings(api);
  await linkByQr(api, phone);
  await notifications(api);
  await life(api, phone);
  const stranger = whatsAppClient.restAPI({ ...access, apiTokenInstance: "wrong" });
  await refused("a wrong token", () => stranger.settings.getSettings(), 401);
  answers("deleteInstanceAccount",
    await post(partner("deleteInstanceAccount"), { idInstance: created.idInstance }),
    { deleteInstanceAccount: true });
  await refused("a deleted instance", () => api.instance.getStateInstance(), 403);
}

try {
  await main();
} catch (error) {
  check("the client works to the end", false, error.message);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
