// Starts GraphiQL with the examples and the sign-ins that the server put into the page.
"use strict";

(() => {
  const { endpoint, token, tabs } = JSON.parse(document.getElementById("config").textContent);
  const examples = new Map(tabs.map((tab) => [tab.name, tab]));

  const PREFIX = "guildhall:";
  const EXAMPLES = `${PREFIX}examples`;
  const TAB_KEYS = ["graphiql:tabState", "graphiql:query", "graphiql:variables", "graphiql:operationName"];
  const KEYS_WITH_OPERATIONS = ["graphiql:tabState", "graphiql:queries", "graphiql:favorites"];
  const memory = storageOrNull();
  let restoring = false;

  // What GraphiQL remembers in the browser: tabs, history, layout. Headers are left out, as they hold the sign-in, which
  // is another one after each start of the server; so are fleeting variables, which hold passwords or ids of this start. GraphiQL is to believe
  // that they were kept (shouldPersistHeaders), and finds those of this page everywhere; with the setting off, tabs and
  // history would come back without any headers.
  const storage = memory && {
    getItem(key) {
      const value = memory.getItem(PREFIX + key);
      // Of the tab in front. GraphiQL looks for a tab with this text, these variables and headers.
      const query = memory.getItem(`${PREFIX}graphiql:query`);
      if (key === "graphiql:headers") return headersOf(query);
      if (key === "graphiql:variables") return variablesOf(query, value);
      return value && KEYS_WITH_OPERATIONS.includes(key) ? withOperations(value, filledIn) : value;
    },
    setItem(key, value) {
      if (restoring || key === "graphiql:headers") return;
      if (key === "graphiql:variables") value = isFleeting(memory.getItem(`${PREFIX}graphiql:query`)) ? "" : value;
      memory.setItem(PREFIX + key, KEYS_WITH_OPERATIONS.includes(key) ? withOperations(value, emptied) : value);
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

  /** The example that an operation is, by its name. */
  function exampleOf(query) {
    return examples.get(/^\s*(?:query|mutation)\s+(\w+)/m.exec(query ?? "")?.[1]);
  }

  /** The sign-in that an operation is run with: the one of its tab, else that of the page. */
  function headersOf(query) {
    const bearer = exampleOf(query)?.token ?? token;
    return bearer ? JSON.stringify({ Authorization: `Bearer ${bearer}` }, null, 2) : null;
  }

  function isFleeting(query) {
    return exampleOf(query)?.fleeting ?? false;
  }

  function variablesOf(query, kept) {
    return isFleeting(query) ? exampleOf(query).variables : kept;
  }

  function filledIn(operation) {
    const { query, variables } = operation;
    return { ...operation, headers: headersOf(query), variables: variablesOf(query, variables) };
  }

  function emptied(operation) {
    return { ...operation, headers: null, variables: isFleeting(operation.query) ? null : operation.variables };
  }

  function withOperations(text, change) {
    const isOperation = (value) => value !== null && typeof value === "object" && "query" in value;
    return JSON.stringify(JSON.parse(text), (_, value) => (isOperation(value) ? change(value) : value));
  }

  /** The examples without what is another one after each start. */
  function fingerprint() {
    return JSON.stringify(tabs.map(({ name, query, variables, fleeting }) => [name, query, fleeting ? null : variables]));
  }

  /** Forgets the tabs, so that GraphiQL opens the examples. It takes the first one's text from the storage. */
  function openExamples() {
    TAB_KEYS.forEach((key) => storage.removeItem(key));
    if (tabs[0]?.variables) storage.setItem("graphiql:variables", tabs[0].variables);
    memory.setItem(EXAMPLES, fingerprint());
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
  if (memory && memory.getItem(EXAMPLES) !== fingerprint()) openExamples();

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
      defaultTabs: tabs.map(({ query, variables }) => ({ query, variables, headers: headersOf(query) })),
      defaultHeaders: headersOf() ?? undefined,
      shouldPersistHeaders: true,
      showPersistHeadersSettings: false,
      defaultEditorToolsVisibility: "variables",
      inputValueDeprecation: true,
    },
    createElement(GraphiQL.Logo, null, createElement("span", { className: "logo" }, "GraphiQL")),
  );
  ReactDOM.createRoot(document.getElementById("graphiql")).render(graphiql);
})();
