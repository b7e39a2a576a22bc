// Drives the page of a running demo server in Chromium, as a person would.
//
//   npm ci
//   node run.mjs http://127.0.0.1:8080            the page with GraphiQL
//   node run.mjs http://127.0.0.1:8080 --plain    the page of a server that was built without it
//
// CHROMIUM: the browser to start, /usr/bin/chromium by default. SCREENSHOTS: a folder for pictures of the page.
// Runs all examples, so it leaves a contact behind.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";

const [base, flavour] = process.argv.slice(2);
if (!base || (flavour && flavour !== "--plain")) {
  console.error("usage: node run.mjs <base-url> [--plain]");
  process.exit(2);
}
const isPlain = flavour === "--plain";
const screenshots = process.env.SCREENSHOTS;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
  ],
});

/** What the page said and asked for, whatever the checks look at. */
const seen = { requests: [], strangers: [], failures: [], complaints: [] };

async function open(colorScheme) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme });
  context.setDefaultTimeout(15_000);
  await context.route(isStranger, (route) => route.abort());
  context.on("request", (request) => {
    seen.requests.push(request.url());
    if (isStranger(new URL(request.url()))) seen.strangers.push(request.url());
  });
  context.on("requestfailed", (request) => seen.failures.push(`${request.url()} ${request.failure()?.errorText}`));
  context.on("response", (response) => {
    if (response.status() >= 400) seen.failures.push(`${response.url()} ${response.status()}`);
  });
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) seen.complaints.push(`${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => seen.complaints.push(String(error.error())));
  const page = await context.newPage();
  await page.goto(base);
  return page;
}

function isStranger(url) {
  return !["data:", "blob:"].includes(url.protocol) && url.host !== new URL(base).host;
}

let passed = 0;
let failed = 0;

async function check(name, body) {
  try {
    await body();
    passed += 1;
    console.log(`ok      ${name}`);
    return true;
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n        ${String(error.message).replaceAll("\n", "\n        ")}`);
    return false;
  }
}

async function shot(page, name) {
  if (!screenshots) return;
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
}

async function checkGraphiQL() {
  const page = await open("light");
  const editor = (place) => page.locator(`${place} .CodeMirror`).first();
  const text = (place) => editor(place).evaluate((element) => element.CodeMirror.getValue());
  const write = (place, value) => editor(place).evaluate((element, value) => element.CodeMirror.setValue(value), value);
  const tabs = page.getByRole("tab");
  const titles = () => tabs.allInnerTexts();
  const config = async () => JSON.parse(await page.locator("#config").textContent());

  /** Runs the tab in front; its answer. */
  const run = async () => {
    await page.waitForTimeout(300); // GraphiQL reads the operation's name with a delay.
    await write(".result-window", "");
    await page.getByRole("button", { name: /Execute query/ }).click();
    await page.waitForFunction(() => {
      const value = document.querySelector(".result-window .CodeMirror").CodeMirror.getValue();
      return value.endsWith("}") && !document.querySelector(".graphiql-spinner");
    });
    return JSON.parse(await text(".result-window"));
  };
  const ready = () => page.locator(".graphiql-query-editor .CodeMirror").waitFor();

  const isThere = await check("/ leads to GraphiQL, below the banner", async () => {
    await ready();
    assert.equal(new URL(page.url()).pathname, "/graphiql");
    assert.match(await page.locator(".banner").innerText(), /^Guildhall/);
    const { height } = await page.locator(".graphiql-container").boundingBox();
    assert.ok(height > 800, `GraphiQL is only ${height} pixels high`);
  });
  if (!isThere) return shot(page, "failure");

  const examples = (await config()).tabs;

  await check("a tab for each example, by the name of its operation", async () => {
    assert.ok(examples.length > 0);
    assert.deepEqual(await titles(), examples.map(({ name }) => name));
    assert.equal(await text(".graphiql-query-editor"), examples[0].query);
  });

  await check("the first example runs and its result shows", async () => {
    const answer = await run();
    assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
    assert.ok(Object.keys(answer.data).length > 0);
    assert.match(await page.locator(".result-window").innerText(), /"data"/);
    await shot(page, "result");
  });

  await check("the documentation opens on the root types and leads on", async () => {
    await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    const documentation = page.locator(".graphiql-doc-explorer");
    await documentation.getByRole("link", { name: "Query", exact: true }).waitFor();
    await documentation.getByRole("link", { name: "Mutation", exact: true }).waitFor();
    await shot(page, "documentation");
    await documentation.getByRole("link", { name: "Query", exact: true }).click();
    await documentation.getByRole("link", { name: "organizations", exact: true }).waitFor();
    await page.getByRole("button", { name: "Hide Documentation Explorer" }).click();
  });

  const inFront = async (name) => {
    await page.getByRole("tab", { name, exact: true }).click();
    await page.waitForTimeout(300);
  };
  /** Whose sign-in each of these tabs was run with. */
  const loginsOf = async (list) => {
    const logins = [];
    for (const { name } of list) {
      await inFront(name);
      logins.push((await run()).data?.viewer.account?.login);
    }
    return logins;
  };
  const ways = examples.filter(({ name }) => name.startsWith("As"));

  for (const [index, example] of examples.entries()) {
    await check(`the example ${example.name} runs without an error`, async () => {
      await tabs.nth(index).click();
      assert.equal(await text(".graphiql-query-editor"), example.query);
      assert.equal(await text(".graphiql-editor-tool"), example.variables ?? "");
      const answer = await run();
      assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
      await shot(page, `example-${index + 1}-${example.name}`);
    });
  }

  await check("each tab As… answers with a sign-in of its own", async () => {
    const logins = await loginsOf(ways);
    assert.deepEqual(logins, ways.map(({ query }) => /signed in as ([\w.]+),/.exec(query)[1]));
    assert.ok(logins.length > 1 && new Set(logins).size === logins.length);
  });

  await check("a mistake shows as an error in the result", async () => {
    await page.getByRole("button", { name: "New tab" }).click();
    await write(".graphiql-query-editor", "query Mistaken { noSuchField }");
    const answer = await run();
    assert.match(answer.errors[0].message, /noSuchField/);
    await shot(page, "mistake");
  });

  await check("a new tab is signed in, too", async () => {
    const { token } = await config();
    await write(".graphiql-query-editor", "query NewTab { viewer { account { login } } }");
    const answer = await run();
    assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
    assert.equal(Boolean(answer.data.viewer.account), Boolean(token));
  });

  await check("the history has what was run", async () => {
    await page.getByRole("button", { name: "Show History" }).click();
    await page.locator(".graphiql-history").getByText("NewTab").first().waitFor();
    await shot(page, "history");
    await page.getByRole("button", { name: "Hide History" }).click();
  });

  await check("after a reload the tabs are as they were, and signed in", async () => {
    const before = await titles();
    await page.waitForTimeout(1_000); // GraphiQL remembers its tabs with a delay.
    await page.reload();
    await ready();
    assert.deepEqual(await titles(), before);
    assert.equal((await run()).errors, undefined);
    for (const title of [examples[2].name, "NewTab"]) {
      await page.getByRole("tab", { name: title }).click();
      const answer = await run();
      assert.equal(answer.errors, undefined, `${title}: ${JSON.stringify(answer.errors)}`);
    }
  });

  await check("after a reload each tab As… has its own sign-in still, also when it is in front", async () => {
    const before = await titles();
    const last = ways.at(-1);
    await inFront(last.name);
    await page.waitForTimeout(1_000);
    await page.reload();
    await ready();
    assert.deepEqual(await titles(), before);
    assert.equal(await text(".graphiql-query-editor"), last.query);
    assert.equal((await run()).data.viewer.account.login, /signed in as ([\w.]+),/.exec(last.query)[1]);
    assert.deepEqual(new Set(await loginsOf(ways)).size, ways.length);
  });

  await check("after a reload SignIn has its variables again", async () => {
    const before = await titles();
    const signIn = examples.find(({ name }) => name === "SignIn");
    await inFront("SignIn");
    await page.waitForTimeout(1_000);
    await page.reload();
    await ready();
    assert.deepEqual(await titles(), before);
    assert.equal(await text(".graphiql-query-editor"), signIn.query);
    assert.equal(await text(".graphiql-editor-tool"), signIn.variables);
    await inFront("NewTab");
  });

  await check("what the history keeps is signed in after a reload", async () => {
    await page.getByRole("button", { name: "Show History" }).click();
    await page.locator(".graphiql-history").getByText("NewTab").first().click();
    await page.getByRole("button", { name: "Hide History" }).click();
    const answer = await run();
    assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
    assert.equal(Boolean(answer.data.viewer.account), Boolean((await config()).token));
  });

  await check("no token and no password is in the browser's storage", async () => {
    await page.waitForTimeout(1_000);
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    const { token, tabs } = await config();
    const secrets = [token, ...tabs.map((tab) => tab.token), ...tabs.map(({ variables }) => JSON.parse(variables ?? "{}").password)];
    assert.ok(stored.includes("NewTab"));
    for (const secret of secrets.filter(Boolean)) assert.ok(!stored.includes(secret), `${secret} is stored`);
    assert.doesNotMatch(stored, /Bearer (?!TOKEN)/);
  });

  await check("Restore examples brings the examples back", async () => {
    await tabs.first().hover();
    await page.getByRole("button", { name: "Close Tab" }).first().click();
    await page.getByRole("button", { name: "Restore examples" }).click();
    await page.waitForLoadState();
    await ready();
    await page.waitForTimeout(1_000);
    await page.reload();
    await ready();
    assert.deepEqual(await titles(), examples.map(({ name }) => name));
    assert.equal(await text(".graphiql-query-editor"), examples[0].query);
  });

  await check("the page is readable in the dark", async () => {
    const dark = await open("dark");
    await dark.locator(".graphiql-query-editor .CodeMirror").waitFor();
    await dark.getByRole("button", { name: /Execute query/ }).click();
    await dark.locator(".result-window").getByText('"data"').waitFor();
    await shot(dark, "dark");
    const lightness = (selector, property) =>
      dark.locator(selector).evaluate((element, property) => {
        const [red, green, blue] = getComputedStyle(element)[property].match(/\d+/g).map(Number);
        return (red + green + blue) / 3;
      }, property);
    assert.ok((await lightness(".banner", "backgroundColor")) < 80);
    assert.ok((await lightness(".banner", "color")) > 200);
    assert.ok((await lightness(".graphiql-container", "backgroundColor")) < 80);
    await dark.context().close();
  });
}

async function checkPlain() {
  const page = await open("light");
  const result = page.locator("#result");
  const run = async () => {
    await result.evaluate((element) => (element.textContent = ""));
    await page.getByRole("button", { name: "Run" }).click();
    await page.waitForFunction(() => document.getElementById("result").textContent);
    return JSON.parse(await result.textContent());
  };

  await check("/ leads to the plain page, which says what is missing", async () => {
    assert.equal(new URL(page.url()).pathname, "/graphiql");
    assert.match(await page.locator(".missing").innerText(), /GraphiQL is missing.*npm.*touch build\.rs/s);
  });
  const names = await page.getByLabel("Example").locator("option").allInnerTexts();
  for (const name of names) {
    await check(`the example ${name} runs without an error`, async () => {
      await page.getByLabel("Example").selectOption(name);
      assert.match(await page.getByLabel("Operation").inputValue(), new RegExp(name));
      const answer = await run();
      assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
      assert.ok(answer.data);
      if (name.startsWith("As")) {
        const [, login] = /signed in as ([\w.]+),/.exec(await page.getByLabel("Operation").inputValue());
        assert.equal(answer.data.viewer.account.login, login);
      }
      if (name === names[0]) await shot(page, "plain");
    });
  }
  await check("a mistake shows as an error in the result", async () => {
    await page.getByLabel("Operation").fill("query Mistaken { noSuchField }");
    await page.getByLabel("Variables").fill("");
    assert.match((await run()).errors[0].message, /noSuchField/);
  });
  await check("variables that are not JSON are told so", async () => {
    await page.getByLabel("Variables").fill("{");
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByText("The variables are not JSON").waitFor();
  });
  await check("the page is readable in the dark", async () => {
    const dark = await open("dark");
    await dark.locator("#result").waitFor();
    await shot(dark, "plain-dark");
    await dark.context().close();
  });
}

try {
  await (isPlain ? checkPlain() : checkGraphiQL());
} catch (error) {
  await check("the checks come to their end", () => {
    throw error;
  });
}
await browser.close();

await check("every request stayed with the server", () => {
  assert.ok(seen.requests.length > 0);
  assert.deepEqual(seen.strangers, []);
});
await check("every request succeeded", () => assert.deepEqual(seen.failures, []));
await check("the console has no errors and no warnings", () => assert.deepEqual(seen.complaints, []));

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
