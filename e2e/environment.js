// Where the gateway under test is, and the browser.

import { chromium } from "playwright-core";

/// The gateway's address.
export const BASE_URL = required("BASE_URL").replace(/\/$/, "");
/// The link that signs in to the console.
export const CONSOLE_URL = required("CONSOLE_URL");
/// Where the virtual phones are.
export const PHONES_URL = (process.env.PHONES_URL ?? BASE_URL).replace(/\/$/, "");

const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: see README.md`);
  return value;
}

/// Starts the browser.
export function launch() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ARGS });
}

/// A page in a browser context of its own, that fails the test on any script error or broken
/// content security policy.
export async function newPage(browser, options = {}) {
  const context = await browser.newContext({
    locale: "en-US",
    viewport: { width: 1200, height: 900 },
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) page.problems.push(message.text());
  });
  return page;
}
