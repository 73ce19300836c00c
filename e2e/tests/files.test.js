// Files that are sent from the page, by the API.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, newPage } from "../environment.js";
import { deleteInstance, linkedInstance, newPhone, picture, signIn } from "../steps.js";

let browser;
let page;
let instance;

before(async () => {
  browser = await launch();
  page = await newPage(browser);
  await signIn(page);
  instance = await linkedInstance(page, "Files");
});

after(async () => {
  if (instance) await deleteInstance(page, instance);
  await browser?.close();
});

test("a file that is chosen is sent, and both sides show it", async () => {
  const phone = await newPhone("Dora");
  await page.goto(`${instance.url}?chat=${phone.phone}@c.us`);
  await page.locator("[data-handset]").waitFor();
  await page.locator("[data-upload]").setInputFiles(picture("map.png"));
  await page.locator(".conversation figure.image img").waitFor();
  await page.locator("[data-handset] .bubble.in").waitFor();
  assert.equal(await page.locator("[data-uploading]").textContent(), "");
  assert.deepEqual(page.problems, []);
});

test("a file that cannot be sent says why", async () => {
  await page.route(/sendFileByUpload/, (route) =>
    route.fulfill({ status: 400, json: { message: "the file is empty" } }),
  );
  await page.locator("[data-upload]").setInputFiles(picture("map.png"));
  // Its words are set apart from the sentence, whose script may run the other way.
  const said = page.locator("[data-uploading]", { hasText: "The file was not sent" });
  await said.filter({ hasText: "the file is empty" }).waitFor();
  await page.unroute(/sendFileByUpload/);
});
