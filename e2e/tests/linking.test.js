// Linking a phone, as the person with the phone sees it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { BASE_URL, launch, newPage } from "../environment.js";
import {
  createInstance,
  deleteInstance,
  freePhone,
  qrPage,
  readQr,
  scan,
  signIn,
  typeCode,
} from "../steps.js";

let browser;
let admin;

before(async () => {
  browser = await launch();
  admin = await newPage(browser);
  await signIn(admin);
});

after(() => browser?.close());

async function withInstance(name, body) {
  const instance = await createInstance(admin, name);
  const page = await newPage(browser);
  try {
    await body(page, instance);
    assert.deepEqual(page.problems, []);
  } finally {
    await page.context().close();
    await deleteInstance(admin, instance);
  }
}

test("a scanned code turns the page to linked by itself", async () => {
  await withInstance("scan", async (page, instance) => {
    await page.goto(qrPage(instance));
    const { text, width } = await readQr(page);
    assert.ok(width >= 256, `the code is ${width} px wide`);
    await scan(await freePhone(), text);
    await page.getByRole("heading", { name: "Your phone is linked" }).waitFor();
    assert.match(await page.locator(".who").textContent(), /\+\d{4}•+\d{2}/);
    assert.equal(await page.locator("[data-status-text]").textContent(), "Linked");

    await page.reload();
    await page.getByRole("heading", { name: "Already linked" }).waitFor();
  });
});

test("a typed code turns the page to linked by itself", async () => {
  await withInstance("code", async (page, instance) => {
    const phone = await freePhone();
    await page.goto(qrPage(instance));
    await page.getByRole("tab", { name: "Phone number" }).click();
    await page.getByLabel("WhatsApp number to link").fill(`+${phone.phone}`);
    await page.getByRole("button", { name: "Get a code" }).click();
    const shown = page.locator("#pairing-code");
    await shown.waitFor({ timeout: 30_000 });
    const groups = await shown.locator("span").allTextContents();
    assert.deepEqual(groups.map((group) => group.length), [4, 4]);

    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByText("Copied").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), groups.join(""));

    await typeCode(phone, groups.join(""));
    await page.getByRole("heading", { name: "Your phone is linked" }).waitFor();
  });
});

test("a number that is none is refused next to its field", async () => {
  await withInstance("refused", async (page, instance) => {
    await page.goto(qrPage(instance));
    await page.getByRole("tab", { name: "Phone number" }).click();
    const field = page.getByLabel("WhatsApp number to link");
    await field.fill("12");
    await page.getByRole("button", { name: "Get a code" }).click();
    await page.getByText("7 to 15 digits").waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    assert.equal(await field.inputValue(), "12");
    await page.waitForFunction(() => document.activeElement?.id === "phone");
  });
});

test("the time of a code runs out", async () => {
  await withInstance("countdown", async (page, instance) => {
    await page.goto(qrPage(instance));
    await readQr(page);
    const number = page.locator("[data-region=picture] .timer bdi");
    const first = Number(await number.textContent());
    assert.ok(first > 0 && first <= 60, `${first} s`);
    await page.waitForFunction(
      (first) => Number(document.querySelector(".timer bdi").textContent) < first,
      first,
    );
  });
});

test("a code whose time is over looks like it", async () => {
  await withInstance("stale", async (page, instance) => {
    await page.clock.install();
    await page.goto(qrPage(instance));
    await readQr(page);
    // The server still goes by its own time, so the next code does not come.
    await page.clock.runFor(61_000);
    await page.getByText("This code has expired. The next one is on its way.").waitFor();
    const filter = await page.locator(".tile img").evaluate((img) => getComputedStyle(img).filter);
    assert.match(filter, /blur/);
  });
});

test("the tabs are worked by the keyboard", async () => {
  await withInstance("keyboard", async (page, instance) => {
    await page.goto(qrPage(instance));
    const [qr, phone] = [
      page.getByRole("tab", { name: "QR code" }),
      page.getByRole("tab", { name: "Phone number" }),
    ];
    await qr.focus();
    await page.keyboard.press("ArrowRight");
    assert.equal(await phone.getAttribute("aria-selected"), "true");
    assert.ok(await page.getByRole("tabpanel", { name: "Phone number" }).isVisible());
    assert.ok(await page.getByRole("tabpanel", { name: "QR code" }).isHidden());
    await page.keyboard.press("Home");
    assert.equal(await qr.getAttribute("aria-selected"), "true");
    assert.equal(await phone.getAttribute("tabindex"), "-1");
  });
});

test("without scripts there is a code too, and the way to a pairing code", async () => {
  const instance = await createInstance(admin, "no scripts");
  const page = await newPage(browser, { javaScriptEnabled: false });
  try {
    await page.goto(qrPage(instance));
    const deadline = Date.now() + 30_000;
    while ((await page.locator(".tile:not(.wait) img").count()) === 0) {
      assert.ok(Date.now() < deadline, "no code came");
      await page.reload();
    }
    await page.getByLabel("WhatsApp number to link").fill("15550100002");
    await page.getByRole("button", { name: "Get a code" }).click();
    await page.locator("#pairing-code").waitFor();
  } finally {
    await page.context().close();
    await deleteInstance(admin, instance);
  }
});

test("a wrong token gets a page that says so", async () => {
  const page = await newPage(browser);
  const answer = await page.goto(`${BASE_URL}/waInstance7103999999/nonsense`);
  assert.equal(answer.status(), 401);
  await page.getByRole("heading", { name: "This link does not open anything" }).waitFor();
  await page.context().close();
});

test("right-to-left languages are laid out from right to left", async () => {
  await withInstance("rtl", async (_, instance) => {
    const headings = { ar: "اربط حسابك على واتساب", "he-IL": "קישור ה-WhatsApp שלך" };
    for (const [locale, heading] of Object.entries(headings)) {
      const page = await newPage(browser, { locale });
      await page.goto(qrPage(instance));
      await page.getByRole("heading", { name: heading }).waitFor();
      assert.equal(await page.locator("html").getAttribute("dir"), "rtl");
      const tile = await page.locator(".tile").boundingBox();
      const steps = await page.locator(".steps").first().boundingBox();
      assert.ok(tile.x > steps.x, "the code stands at the right, where reading starts");
      // The arrows follow what is seen.
      await page.getByRole("tab").first().focus();
      await page.keyboard.press("ArrowLeft");
      assert.equal(await page.getByRole("tab").last().getAttribute("aria-selected"), "true");
      await page.context().close();
    }
  });
});

test("a language that was chosen is remembered", async () => {
  await withInstance("language", async (page, instance) => {
    await page.goto(qrPage(instance));
    await page.getByRole("link", { name: "Español" }).click();
    await page.getByRole("heading", { name: "Vincula tu WhatsApp" }).waitFor();
    await page.goto(qrPage(instance));
    assert.equal(await page.locator("html").getAttribute("lang"), "es");
  });
});
