// The console, from the door to deleting an instance.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { BASE_URL, CONSOLE_URL, launch, newPage } from "../environment.js";
import { createInstance, deleteInstance, signIn } from "../steps.js";

let browser;
let page;

before(async () => {
  browser = await launch();
  page = await newPage(browser);
  await signIn(page);
});

after(() => browser?.close());

test("the door opens by the token only, and closes again", async () => {
  const stranger = await newPage(browser);
  await stranger.goto(`${BASE_URL}/console`);
  await stranger.waitForURL(/\/console\/sign-in$/);
  await stranger.getByLabel("Admin token").fill("wrong");
  await stranger.getByRole("button", { name: "Sign in" }).click();
  await stranger.getByText("This is not the admin token.").waitFor();
  await stranger.getByLabel("Admin token").fill(CONSOLE_URL.split("/").at(-1));
  await stranger.getByRole("button", { name: "Sign in" }).click();
  await stranger.getByRole("heading", { name: "Instances" }).waitFor();

  const [cookie] = await stranger.context().cookies(`${BASE_URL}/console`);
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, "Strict");

  await stranger.getByRole("button", { name: "Sign out" }).click();
  await stranger.waitForURL(/\/console\/sign-in$/);
  await stranger.goto(`${BASE_URL}/console`);
  await stranger.waitForURL(/\/console\/sign-in$/);
  await stranger.context().close();
});

test("a form without its proof is refused", async () => {
  const answer = await page.request.post(`${BASE_URL}/console/new`, { form: { name: "forged" } });
  assert.equal(answer.status(), 403);
  await page.goto(`${BASE_URL}/console?q=forged`);
  assert.equal(await page.locator("tbody tr").count(), 0);
});

test("an instance lives: created, linked, rebooted, logged out, deleted", async () => {
  const instance = await createInstance(page, "Front desk");
  const curl = await page.locator("#curl").textContent();
  assert.match(curl, new RegExp(`waInstance${instance.id}/qr/`));
  await page.getByRole("link", { name: "Link a phone now" }).click();

  const buttons = page.getByRole("button", { name: /Scan this QR$/ });
  await buttons.first().waitFor();
  await page.locator("[data-phones] li button:enabled").first().waitFor({ timeout: 30_000 });
  await buttons.first().click();
  await page.getByRole("heading", { name: "Your phone is linked" }).waitFor();
  await page.locator("[data-region=badge]", { hasText: "Online" }).waitFor();
  await page.locator("[data-region=history]", { hasText: "Linked" }).waitFor();

  await page.getByRole("button", { name: "Reboot" }).click();
  await page.getByText("The restart has begun.").waitFor();
  await page.locator("[data-region=badge]", { hasText: "Online" }).waitFor({ timeout: 30_000 });

  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Log out" }).click();
  await page.getByText("Logged out.", { exact: true }).waitFor();
  const waiting = page.locator("[data-region=badge]", { hasText: "Waiting for scan" });
  await waiting.waitFor({ timeout: 30_000 });

  await deleteInstance(page, instance);
  await page.getByText("The instance was deleted.").waitFor();
  const answer = await page.goto(instance.url);
  assert.equal(answer.status(), 404);
  assert.deepEqual(page.problems, []);
});

test("deleting wants the id", async () => {
  const instance = await createInstance(page, "Keep me");
  await page.goto(instance.url);
  await page.getByRole("button", { name: "Delete instance" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(`Type ${instance.id} to confirm`).fill("7");
  await dialog.getByRole("button", { name: "Delete instance" }).click();
  await page.getByText("The id does not match. Nothing was deleted.").waitFor();
  assert.ok(await dialog.isVisible());
  await page.keyboard.press("Escape");
  assert.ok(await dialog.isHidden());
  await deleteInstance(page, instance);
});

test("settings are saved, and refused next to the field that is wrong", async () => {
  const instance = await createInstance(page, "Settings");
  await page.goto(`${instance.url}/settings`);
  await page.getByLabel("Webhook address").fill("https://example.com/hook");
  await page.getByRole("switch", { name: /Always appear online/ }).check();
  await page.getByRole("button", { name: "Save settings" }).click();
  await page.getByText("Settings saved.").waitFor();
  assert.equal(await page.getByLabel("Webhook address").inputValue(), "https://example.com/hook");
  assert.ok(await page.getByRole("switch", { name: /Always appear online/ }).isChecked());

  const pause = page.getByLabel("Pause between messages, in milliseconds");
  await pause.fill("10");
  await page.getByRole("button", { name: "Save settings" }).click();
  await page.getByText("The smallest value is 500.").waitFor();
  assert.equal(await pause.getAttribute("aria-invalid"), "true");
  assert.equal(await pause.inputValue(), "10");
  await page.goto(`${instance.url}/settings`);
  assert.equal(await pause.inputValue(), "5000");
  await deleteInstance(page, instance);
});

test("a rotated token closes what the old one opened", async () => {
  const instance = await createInstance(page, "Rotate");
  await page.goto(instance.url);
  await page.getByRole("button", { name: "Rotate token" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Rotate token" }).click();
  await page.getByText("The token was rotated.").waitFor();
  await page.getByText("Show token").click();
  const token = await page.locator("#api-token").textContent();
  assert.notEqual(token, instance.token);
  const old = await page.request.get(`${BASE_URL}/waInstance${instance.id}/${instance.token}`);
  assert.equal(old.status(), 401);
  const fresh = await page.request.get(`${BASE_URL}/waInstance${instance.id}/${token}`);
  assert.equal(fresh.status(), 200);
  await deleteInstance(page, instance);
});

test("the list shows changes without a reload", async () => {
  const instance = await createInstance(page, "Live list");
  const list = await page.context().newPage();
  await list.goto(`${BASE_URL}/console?q=Live+list`);
  const row = list.locator("tbody tr", { hasText: "Live list" });
  await row.getByText("Not linked").waitFor();
  await page.goto(instance.url);
  await row.getByText("Waiting for scan").waitFor({ timeout: 30_000 });
  await list.close();
  await deleteInstance(page, instance);
});
