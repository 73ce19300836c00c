// axe on every page, light and dark, in both directions.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import { BASE_URL, launch, newPage } from "../environment.js";
import {
  createInstance,
  deleteInstance,
  linkedInstance,
  newPhone,
  qrPage,
  readQr,
  signIn,
  write,
} from "../steps.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;
let admin;
let instance;
let linked;
let phone;

before(async () => {
  browser = await launch();
  admin = await newPage(browser);
  await signIn(admin);
  instance = await createInstance(admin, "Accessibility");
  linked = await linkedInstance(admin, "Accessible chat");
  phone = await newPhone("Dora");
  await write(phone, linked, { kind: "text", text: "Hello" });
  await write(phone, linked, { kind: "text", text: "a long text ".repeat(400) });
  await write(phone, linked, { kind: "poll", name: "Tea?", options: ["Yes", "No"] });
});

after(async () => {
  if (instance) await deleteInstance(admin, instance);
  if (linked) await deleteInstance(admin, linked);
  await browser?.close();
});

async function check(page, what) {
  // Evaluated by the browser's own tools, so that the page's content policy stays as it is.
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: AXE });
  const { violations } = await page.evaluate(() => window.axe.run());
  const where = (nodes) => nodes.map(({ html }) => html).join("\n  ");
  const found = violations.map(({ id, nodes }) => `${id}: ${where(nodes)}`);
  assert.deepEqual(found, [], what);
}

for (const colorScheme of ["light", "dark"]) {
  for (const locale of ["en-US", "ar"]) {
    test(`axe finds nothing (${colorScheme}, ${locale})`, async () => {
      const page = await newPage(browser, { colorScheme, locale });
      await page.goto(`${BASE_URL}/console/sign-in`);
      await check(page, "sign-in");
      await page.goto(`${BASE_URL}/waInstance7103999999/nonsense`);
      await check(page, "wrong token");
      await page.goto(qrPage(instance));
      await readQr(page);
      await check(page, "QR page, code");
      await page.locator("#tab-phone").click();
      await check(page, "QR page, phone number");
      await page.locator("#phone").fill("12");
      await page.locator("#way-phone button[type=submit]").click();
      await page.locator("#phone-wrong").waitFor();
      await check(page, "QR page, wrong number");

      await signIn(page);
      await check(page, "list");
      await page.goto(`${BASE_URL}/console/new`);
      await check(page, "new");
      await page.goto(`${instance.url}/welcome`);
      await check(page, "welcome");
      await page.goto(`${instance.url}/settings`);
      await page.locator("details summary").click();
      await check(page, "settings");
      await page.goto(instance.url);
      await readQr(page);
      await page.locator(".at-token summary").click();
      await check(page, "instance");
      await page.locator("[data-opens=delete]").click();
      await check(page, "delete");
      await page.goto(`${linked.url}?chat=${phone.phone}@c.us`);
      await page.locator("[data-handset] .bubble").first().waitFor();
      await page.locator(".told summary").first().click();
      await check(page, "chat and notifications");
      assert.deepEqual(page.problems, []);
      await page.context().close();
    });
  }
}
