// Opens a job's page as a person does, and says what it saw: one line of JSON for each step.
// node watch_job.mjs ADDRESS; a line on the standard input lets it go on.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";

const SCREENS = [
  { width: 1280, height: 900 },
  { width: 360, height: 740 },
];
const THEMES = ["light", "dark"];
const PATIENCE_MS = 30000;
const MOST_TABS = 20;

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

function say(step) {
  process.stdout.write(`${JSON.stringify(step)}\n`);
}

async function browserPath() {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("which", [name], { encoding: "utf8" }).trim();
    } catch {
      // The next one, then.
    }
  }
  try {
    const { default: chromium } = await import("@sparticuz/chromium");
    return await chromium.executablePath();
  } catch {
    return "";
  }
}

async function judge(page) {
  const faults = [];
  for (const screen of SCREENS) {
    for (const theme of THEMES) {
      await page.setViewport(screen);
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
      const place = `${screen.width} ${theme}`;
      await page.evaluate(axe);
      const found = await page.evaluate(() => window.axe.run());
      if (!found.passes.length) {
        faults.push(`${place}: nothing was judged`);
      }
      faults.push(...found.violations.map((each) => `${place}: ${each.id}: ${each.help}`));
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (wide > 0) {
        faults.push(`${place}: ${wide} pixels stick out`);
      }
    }
  }
  return faults;
}

async function tabTo(page, text) {
  const passed = [];
  for (let tab = 0; tab < MOST_TABS; tab += 1) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(() => document.activeElement.textContent.trim());
    if (name === text) {
      return passed;
    }
    passed.push(name);
  }
  throw new Error(`no Tab leads to ${text}, but to ${passed.join(", ")}`);
}

const executablePath = await browserPath();
if (!executablePath) {
  say({ step: "no browser" });
  process.exit(0);
}
const browser = await puppeteer.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
});
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) {
      errors.push(message.text());
    }
  });

  await page.goto(process.argv[2]);
  await Promise.all([page.waitForNavigation(), page.click("a.button")]);
  await page.waitForSelector("#pages tbody tr");
  say({ step: "open", title: await page.title() });

  await lines.next();
  await page.waitForFunction(() => document.body.textContent.includes("Live page"));
  const shown = await page.$$eval("#pages tbody tr", (rows) => rows.length);
  const spoken = await page.$eval("#said", (status) => status.textContent);
  say({ step: "live", shown, spoken });

  const passed = await tabTo(page, "Cancel");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  await page.waitForFunction(() => document.body.textContent.includes("by mona"));
  say({ step: "cancelled", passed, next: await tabTo(page, "Run again"), errors });

  // Only the judge's own script needs this; what came before was under our own policy.
  await page.setBypassCSP(true);
  await page.reload();
  say({ step: "judged", faults: await judge(page) });
} finally {
  await browser.close();
}
