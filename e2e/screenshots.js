// Writes the pictures of docs/screenshots/: what the pages look like, each small enough to
// live in the repository.

import { mkdirSync, writeFileSync } from "node:fs";

import { PNG } from "pngjs";

import { BASE_URL, launch, newPage } from "./environment.js";
import { encode } from "./palette.js";
import {
  createInstance,
  deleteInstance,
  freePhone,
  newPhone,
  qrPage,
  readQr,
  scan,
  signIn,
  write,
} from "./steps.js";

const FOLDER = new URL("../docs/screenshots/", import.meta.url);
const MAX_BYTES = 60 * 1024;

const DESKTOP = { width: 1120, height: 760 };
const PHONE = { width: 390, height: 844 };

const browser = await launch();
const admin = await newPage(browser, { viewport: DESKTOP });
await signIn(admin);
mkdirSync(FOLDER, { recursive: true });

const instance = await createInstance(admin, "Front desk");
await shoot("qr-light", { viewport: DESKTOP });
await shoot("qr-dark", { viewport: DESKTOP, colorScheme: "dark" });
await shoot("qr-arabic", { viewport: DESKTOP, locale: "ar" });
await shoot("qr-phone", { viewport: PHONE });
await linked("qr-linked");
await talk("console-chat", "console-notifications");
await inConsole("console-list", `${BASE_URL}/console`);
await inConsole("console-instance", instance.url);
await inConsole("console-settings", `${instance.url}/settings`);
await deleteInstance(admin, instance);
await browser.close();

/** A picture of the page after whatever moves only once has come to rest. */
async function picture(page) {
  await page.evaluate(() => {
    const once = ({ effect }) => effect.getComputedTiming().iterations !== Infinity;
    const moving = document.getAnimations().filter(once);
    return Promise.all(moving.map(({ finished }) => finished.catch(() => {})));
  });
  return page.screenshot();
}

async function shoot(name, options) {
  const page = await newPage(browser, options);
  await page.goto(qrPage(instance));
  await readQr(page);
  save(name, await picture(page));
  await page.context().close();
}

async function linked(name) {
  const page = await newPage(browser, { viewport: DESKTOP });
  await page.goto(qrPage(instance));
  const phone = await freePhone();
  instance.phone = phone.phone;
  await scan(phone, (await readQr(page)).text);
  await page.getByRole("heading", { name: "Your phone is linked" }).waitFor();
  save(name, await picture(page));
  await page.context().close();
}

/** Both ends of a chat, and what the owner's program is told of it. */
async function talk(chatName, notificationsName) {
  const page = await newPage(browser, { viewport: { width: 1120, height: 1100 } });
  const other = await newPhone("Dora");
  await signIn(page);
  await page.goto(`${instance.url}?chat=${other.phone}@c.us`);
  await page.locator("[data-handset]").waitFor();
  const says = (message) => write(other, instance, message);
  const answer = async (text, tick) => {
    await page.locator("#message").fill(text);
    await page.keyboard.press("Enter");
    await page.locator(".conversation .bubble", { hasText: text }).locator(tick).waitFor();
  };
  await says({ kind: "text", text: "Good morning! Are you open on Saturday?" });
  await answer("Yes, from nine to six.", ".tick.delivered");
  await says({ kind: "location", latitude: 50.18014, longitude: -4.26514, name: "Lighthouse" });
  await says({ kind: "poll", name: "When do we meet there?", options: ["10:00", "14:00"] });
  await page.getByRole("button", { name: "Read", exact: true }).click();
  await page.locator(".tick.read").waitFor();
  await answer("Ten is fine. See you there!", ".tick.delivered");
  await page.locator("[data-handset] .bubble", { hasText: "See you there" }).waitFor();
  await page.locator("#message").blur();
  const top = (selector) => page.locator(selector).evaluate((e) => e.scrollIntoView());
  await top("#chats");
  await page.setViewportSize({ width: 1120, height: 620 });
  await top("#chats");
  save(chatName, await picture(page));
  await says({ kind: "text", text: "Perfect, see you on Saturday." });
  await page.locator(".told", { hasText: "Perfect" }).locator("summary").click();
  await top("#notifications");
  save(notificationsName, await picture(page));
  await page.context().close();
}

async function inConsole(name, url) {
  await admin.goto(url);
  save(name, await picture(admin));
}

function save(name, bytes) {
  const small = encode(PNG.sync.read(bytes));
  if (small.length > MAX_BYTES) throw new Error(`${name} has ${small.length} bytes`);
  writeFileSync(new URL(`${name}.png`, FOLDER), small);
  console.log(`${name}.png ${small.length}`);
}
