// What several tests do on the pages.

import jsqr from "jsqr";
import { PNG } from "pngjs";

import { BASE_URL, CONSOLE_URL, PHONES_URL } from "./environment.js";

/// Signs in to the console.
export async function signIn(page) {
  await page.goto(CONSOLE_URL);
  await page.waitForURL(`${BASE_URL}/console`);
}

/// Creates an instance in the console.
export async function createInstance(page, name) {
  await page.goto(`${BASE_URL}/console/new`);
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Create instance" }).click();
  await page.waitForURL(/\/welcome$/);
  const id = await page.locator("#id-instance").textContent();
  const token = await page.locator("#api-token").textContent();
  return { id, token, url: `${BASE_URL}/console/instances/${id}` };
}

/// The page that links a phone to the instance.
export function qrPage({ id, token }) {
  return `${BASE_URL}/waInstance${id}/${token}`;
}

/// Deletes the instance in the console.
export async function deleteInstance(page, { id, url }) {
  await page.goto(url);
  await page.getByRole("button", { name: "Delete instance" }).click();
  await page.getByLabel(`Type ${id} to confirm`).fill(id);
  await page.getByRole("dialog").getByRole("button", { name: "Delete instance" }).click();
  await page.waitForURL(/\/console\?notice=deleted$/);
}

/// Waits for a QR code on the page and reads it as a phone's camera would: from the pixels.
export async function readQr(page) {
  const picture = page.locator("[data-region=picture] .tile:not(.wait) img");
  await picture.waitFor({ timeout: 30_000 });
  const image = PNG.sync.read(await picture.screenshot());
  const code = jsqr(new Uint8ClampedArray(image.data), image.width, image.height);
  if (!code) throw new Error("the picture on the page has no QR code that can be read");
  return { text: code.data, width: image.width };
}

/// The first virtual phone that is linked to nothing, or else a new one.
export async function freePhone() {
  const phones = await call("GET", "/sandbox/phones");
  const free = phones.find((phone) => !phone.linkedDevices?.length);
  return free ?? call("POST", "/sandbox/phones", { name: "Dora" });
}

/// Lets a virtual phone scan a code.
export function scan(phone, qr) {
  return call("POST", `/sandbox/phones/${phone.phone}/scan`, { qr });
}

/// Types a pairing code into a virtual phone.
export function typeCode(phone, code) {
  return call("POST", `/sandbox/phones/${phone.phone}/pairing-code`, { code });
}

/// Creates an instance and links a virtual phone to it.
export async function linkedInstance(page, name) {
  const instance = await createInstance(page, name);
  await page.goto(instance.url);
  const phone = await freePhone();
  await scan(phone, (await readQr(page)).text);
  await page.locator("#chats").waitFor({ timeout: 30_000 });
  return { ...instance, phone: phone.phone };
}

/// A virtual phone that is linked to nothing and has written to nobody.
export function newPhone(name) {
  return call("POST", "/sandbox/phones", { name });
}

/// A virtual phone sends a message to the instance.
export function write(phone, instance, message) {
  const chatId = `${instance.phone}@c.us`;
  return call("POST", `/sandbox/phones/${phone.phone}/messages`, { chatId, ...message });
}

/// A picture to send: two colours.
export function picture(name) {
  const png = new PNG({ width: 320, height: 200 });
  for (let i = 0; i < png.data.length; i += 4) {
    const sky = i < png.data.length / 2;
    png.data.set(sky ? [156, 200, 221, 255] : [93, 125, 74, 255], i);
  }
  return { name, mimeType: "image/png", buffer: PNG.sync.write(png) };
}

async function call(method, path, body) {
  const answer = await fetch(PHONES_URL + path, {
    method,
    headers: body && { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}
