// The query box of servers that were built without GraphiQL.
"use strict";

(() => {
  const { endpoint, token, tabs } = JSON.parse(document.getElementById("config").textContent);
  const [example, query, variables, run, result] = ["example", "query", "variables", "run", "result"].map((id) =>
    document.getElementById(id),
  );

  /** The sign-in that the operation is sent with: that of its example, else that of the page. */
  function bearer() {
    const name = /^\s*(?:query|mutation)\s+(\w+)/m.exec(query.value)?.[1];
    return tabs.find((tab) => tab.name === name)?.token ?? token;
  }

  function show(tab) {
    query.value = tab?.query ?? "";
    variables.value = tab?.variables ?? "";
  }

  async function answer() {
    const body = { query: query.value };
    if (variables.value.trim()) {
      try {
        body.variables = JSON.parse(variables.value);
      } catch (error) {
        return `The variables are not JSON: ${error.message}`;
      }
    }
    const headers = { accept: "application/json", "content-type": "application/json" };
    if (bearer()) headers.authorization = `Bearer ${bearer()}`;
    let response;
    try {
      response = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(body) });
    } catch {
      return `No answer from ${location.origin}${endpoint}. Is the server still running?`;
    }
    const text = await response.text();
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return `${response.status} ${response.statusText}\n${text}`;
    }
  }

  example.append(...tabs.map(({ name }, index) => new Option(name, String(index))));
  example.addEventListener("change", () => show(tabs[Number(example.value)]));
  document.getElementById("query-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    run.disabled = true;
    result.textContent = await answer();
    run.disabled = false;
  });
  show(tabs[0]);
})();
