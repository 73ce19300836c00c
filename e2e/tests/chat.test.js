// The chats on the page of an instance, and the virtual phone at their other end.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, newPage } from "../environment.js";
import { deleteInstance, linkedInstance, newPhone, picture, signIn } from "../steps.js";

const HOSTILE = `<img src=x onerror="document.title='owned'"> <b>bold</b> \u202ereversed`;

let browser;
let page;
let instance;
let phone;

before(async () => {
  browser = await launch();
  page = await newPage(browser, { viewport: { width: 1280, height: 1400 } });
  await signIn(page);
  instance = await linkedInstance(page, "Chat");
  phone = await newPhone("Dora");
});

after(async () => {
  if (instance) await deleteInstance(page, instance);
  await browser?.close();
});

const chat = () => `${instance.url}?chat=${phone.phone}@c.us`;
const gateway = () => page.locator(".conversation .bubble");
const handset = () => page.locator("[data-handset] .bubble");

/// Opens the chat with the phone and waits until both sides are there.
async function open(at = page) {
  await at.goto(chat());
  await at.locator("[data-handset]").waitFor();
}

async function fromPhone(text) {
  await page.getByLabel("Message from this phone").fill(text);
  await page.keyboard.press("Enter");
}

test("a number is typed and the chat with it opens", async () => {
  await page.goto(instance.url);
  await page.getByLabel("Number with country code").fill(`+${phone.phone}`);
  await page.getByRole("button", { name: "Write" }).click();
  await page.getByRole("textbox", { name: "Message", exact: true }).waitFor();
  // Another chat, of the phone's history, may be open before.
  await page.locator(`[data-handset][data-chat="${phone.phone}@c.us"]`).waitFor();
  assert.equal(await page.locator("#handset-phone").inputValue(), phone.phone);
});

test("a message goes out, arrives, and its ticks follow", async () => {
  await open();
  await page.getByRole("textbox", { name: "Message", exact: true }).fill("Good morning");
  await page.keyboard.press("Enter");
  await handset().filter({ hasText: "Good morning" }).waitFor();
  const sent = gateway().filter({ hasText: "Good morning" });
  await sent.locator(".tick.delivered").waitFor();
  await page.getByRole("button", { name: "Read", exact: true }).click();
  await sent.locator(".tick.read").waitFor();
  assert.equal(await sent.locator(".tick").textContent(), "Read");
  const box = page.getByRole("textbox", { name: "Message", exact: true });
  assert.equal(await box.inputValue(), "");
  assert.deepEqual(page.problems, []);
});

test("an answer comes in, is heard, and is among the notifications", async () => {
  await open();
  await fromPhone("Good morning to you");
  await gateway().filter({ hasText: "Good morning to you" }).waitFor();
  await page.locator("[data-heard]", { hasText: "Good morning to you" }).waitFor();
  const told = page.locator(".told", { hasText: "Good morning to you" });
  await told.first().locator("summary").click();
  const json = JSON.parse(await told.first().locator("pre").textContent());
  assert.equal(json.typeWebhook, "incomingMessageReceived");
  assert.equal(json.senderData.chatId, `${phone.phone}@c.us`);
  const chats = page.locator("a.chat", { hasText: "Good morning to you" });
  assert.equal(await chats.getAttribute("aria-current"), "true");
});

test("whoever writes here is seen typing there", async () => {
  await open();
  await page.getByRole("textbox", { name: "Message", exact: true }).pressSequentially("Hm");
  await page.locator("[data-typing-shown]", { hasText: "typing…" }).waitFor();
});

test("a phone reacts, sends a place, and votes in a poll of its own", async () => {
  await open();
  await page.getByRole("textbox", { name: "Message", exact: true }).fill("Like it?");
  await page.keyboard.press("Enter");
  const asked = handset().filter({ hasText: "Like it?" });
  await asked.locator("[data-react] summary").click();
  await asked.getByRole("button", { name: "👍" }).click();
  const reactions = gateway().filter({ hasText: "Like it?" }).locator(".reactions");
  await reactions.filter({ hasText: "👍" }).waitFor();

  await page.locator(".more summary").click();
  await page.getByRole("button", { name: "Location" }).click();
  await gateway().filter({ hasText: "50.18014, -4.26514" }).waitFor();

  await page.locator(".more summary").click();
  await page.getByRole("button", { name: "Poll" }).click();
  await page.getByLabel("Question").fill("Tea or coffee?");
  await page.getByLabel("Answers", { exact: true }).fill("Tea\nCoffee");
  await page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  const poll = gateway().filter({ hasText: "Tea or coffee?" });
  await poll.waitFor();
  const own = handset().filter({ hasText: "Tea or coffee?" });
  await own.getByRole("button", { name: "Coffee" }).click();
  const coffee = poll.locator(".choices li", { hasText: "Coffee" });
  await coffee.locator(".tally", { hasText: /^1/ }).waitFor();
  assert.deepEqual(page.problems, []);
});

test("a picture that a phone sends is shown", async () => {
  await open();
  await page.locator("[data-picture]").setInputFiles(picture("beach.png"));
  const shown = gateway().locator("figure.image img").last();
  await shown.waitFor();
  await shown.evaluate((img) => img.scrollIntoView());
  const image = await shown.elementHandle();
  await page.waitForFunction((img) => img.complete && img.naturalWidth > 0, image);
  await handset().locator("[data-image]:not([hidden]) img").last().waitFor();
  assert.deepEqual(page.problems, []);
});

test("nothing that a stranger writes is taken for markup", async () => {
  await open();
  await fromPhone(HOSTILE);
  const here = gateway().filter({ hasText: "onerror" }).locator(".text");
  await here.waitFor();
  assert.equal(await here.textContent(), HOSTILE);
  const there = handset().filter({ hasText: "onerror" }).locator(".text");
  assert.equal(await there.textContent(), HOSTILE);
  assert.doesNotMatch(await page.title(), /owned/);
  assert.deepEqual(page.problems, []);
});

test("long words and long texts stay inside their bubble", async () => {
  const narrow = await newPage(browser, { viewport: { width: 360, height: 740 } });
  await signIn(narrow);
  for (const text of ["x".repeat(3000), "many words ".repeat(1800)]) {
    await open();
    await fromPhone(text);
    await gateway().filter({ hasText: text.slice(0, 1000).trim() }).first().waitFor();
    await open(narrow);
    const over = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${over} px too wide`);
  }
  await narrow.context().close();
});

test("another chat opens in place, and going back returns", async () => {
  await open();
  await fromPhone("Here first");
  await gateway().filter({ hasText: "Here first" }).waitFor();
  await page.getByLabel("Number with country code").fill("+15550199999");
  await page.getByRole("button", { name: "Write" }).click();
  await page.getByText("No messages yet. Say hello.").waitFor();
  await page.locator(`a[data-chat="${phone.phone}@c.us"]`).click();
  await gateway().filter({ hasText: "Here first" }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "message");
  assert.match(page.url(), new RegExp(`chat=${phone.phone}%40c\\.us$`));
  await page.goBack();
  await page.getByText("No messages yet. Say hello.").waitFor();
});

test("Enter sends, Shift and Enter starts a line", async () => {
  await open();
  const box = page.getByRole("textbox", { name: "Message", exact: true });
  await box.pressSequentially("one");
  await page.keyboard.press("Shift+Enter");
  await box.pressSequentially("two");
  assert.equal(await box.inputValue(), "one\ntwo");
  await page.keyboard.press("Enter");
  const sent = handset().filter({ hasText: "two" }).last().locator(".text");
  await sent.waitFor();
  assert.equal(await sent.textContent(), "one\ntwo");
});

test("an answer that is late takes away nothing that came or was typed since", async () => {
  await open();
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/chat/text", async (route) => {
    const response = await route.fetch();
    await held;
    await route.fulfill({ response });
  });
  const box = page.getByRole("textbox", { name: "Message", exact: true });
  await box.fill("On a slow line");
  await page.keyboard.press("Enter");
  await gateway().filter({ hasText: "On a slow line" }).waitFor();
  await fromPhone("Here since");
  await gateway().filter({ hasText: "Here since" }).waitFor();
  await box.fill("The next one");
  release();
  await page.locator("form.composer[aria-busy=false]").waitFor();
  await page.unroute("**/chat/text");
  assert.equal(await gateway().filter({ hasText: "Here since" }).count(), 1);
  assert.equal(await box.inputValue(), "The next one");
});

test("without scripts a text is sent by the form", async () => {
  const plain = await newPage(browser, { javaScriptEnabled: false });
  await signIn(plain);
  await plain.goto(chat());
  await plain.getByRole("textbox", { name: "Message", exact: true }).fill("Sent plainly");
  await plain.getByRole("button", { name: "Send", exact: true }).click();
  await plain.waitForURL(/#chats$/);
  await plain.locator(".conversation .bubble", { hasText: "Sent plainly" }).waitFor();
  await open();
  await handset().filter({ hasText: "Sent plainly" }).waitFor();
  await plain.context().close();
});
