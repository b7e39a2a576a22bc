// Starts GraphiQL with the examples and the sign-in that the server put into the page.
"use strict";

(() => {
  const { endpoint, token, tabs } = JSON.parse(document.getElementById("config").textContent);
  const signIn = token ? JSON.stringify({ Authorization: `Bearer ${token}` }, null, 2) : null;

  const PREFIX = "guildhall:";
  const EXAMPLES = `${PREFIX}examples`;
  const TAB_KEYS = ["graphiql:tabState", "graphiql:query", "graphiql:variables", "graphiql:operationName"];
  const KEYS_WITH_HEADERS = ["graphiql:tabState", "graphiql:queries", "graphiql:favorites"];
  const memory = storageOrNull();
  let restoring = false;

  // What GraphiQL remembers in the browser: tabs, history, layout. Headers are left out, as they hold the sign-in, which
  // is another one after each start of the server. GraphiQL is to believe that they were kept (shouldPersistHeaders),
  // and finds those of this page everywhere; with the setting off, tabs and history would come back without any.
  const storage = memory && {
    getItem(key) {
      if (key === "graphiql:headers") return signIn;
      const value = memory.getItem(PREFIX + key);
      return value && KEYS_WITH_HEADERS.includes(key) ? withHeaders(value, signIn) : value;
    },
    setItem(key, value) {
      if (restoring || key === "graphiql:headers") return;
      memory.setItem(PREFIX + key, KEYS_WITH_HEADERS.includes(key) ? withHeaders(value, null) : value);
    },
    removeItem: (key) => memory.removeItem(PREFIX + key),
    clear: () => storedKeys().forEach((key) => memory.removeItem(key)),
    get length() {
      return storedKeys().length;
    },
  };

  function storageOrNull() {
    try {
      return window.localStorage;
    } catch {
      return null; // Forbidden by the browser's settings: GraphiQL then forgets everything.
    }
  }

  function storedKeys() {
    return Object.keys(memory).filter((key) => key.startsWith(PREFIX));
  }

  function withHeaders(operations, headers) {
    const isOperation = (value) => value !== null && typeof value === "object" && "query" in value;
    return JSON.stringify(JSON.parse(operations), (_, value) => (isOperation(value) ? { ...value, headers } : value));
  }

  /** Forgets the tabs, so that GraphiQL opens the examples. It takes the first one's text from the storage. */
  function openExamples() {
    TAB_KEYS.forEach((key) => storage.removeItem(key));
    if (tabs[0]?.variables) storage.setItem("graphiql:variables", tabs[0].variables);
    memory.setItem(EXAMPLES, JSON.stringify(tabs));
  }

  async function fetcher(operation, { headers } = {}) {
    const request = {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json", ...headers },
      body: JSON.stringify(operation),
    };
    const response = await fetch(endpoint, request).catch(() => {
      throw new Error(`No answer from ${location.origin}${endpoint}. Is the server still running?`);
    });
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`The answer is not JSON: ${response.status} ${response.statusText} ${text}`);
    }
  }

  // Tabs of an earlier version are left alone only as long as the examples are the same.
  if (memory && memory.getItem(EXAMPLES) !== JSON.stringify(tabs)) openExamples();

  document.getElementById("restore").addEventListener("click", () => {
    if (memory) openExamples();
    restoring = true; // GraphiQL writes its tabs with a delay.
    location.reload();
  });

  const { createElement } = React;
  const graphiql = createElement(
    GraphiQL,
    {
      fetcher,
      storage,
      defaultTabs: tabs.map(({ query, variables }) => ({ query, variables, headers: signIn })),
      defaultHeaders: signIn ?? undefined,
      shouldPersistHeaders: true,
      showPersistHeadersSettings: false,
      defaultEditorToolsVisibility: "variables",
      inputValueDeprecation: true,
    },
    createElement(GraphiQL.Logo, null, createElement("span", { className: "logo" }, "GraphiQL")),
  );
  ReactDOM.createRoot(document.getElementById("graphiql")).render(graphiql);
})();
