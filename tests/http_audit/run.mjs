// Runs the server audits of graphql-http, one for each MUST, SHOULD and MAY of GraphQL over HTTP.
//
//   npm ci
//   node run.mjs http://127.0.0.1:8080/graphql
//
// Anything less than "ok" fails, also where the specification only recommends.

import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);
if (!url) {
  console.error("usage: node run.mjs <graphql-url>");
  process.exit(2);
}

async function verdict(audit) {
  try {
    const result = await audit.fn();
    return result.status === "ok" ? null : `${result.status}: ${result.reason}`;
  } catch (error) {
    return `error: ${error.cause?.message ?? error.message}`;
  }
}

const fetchFn = (resource, init) => fetch(resource, { ...init, signal: AbortSignal.timeout(10_000) });
const audits = serverAudits({ url, fetchFn });
let passed = 0;
for (const audit of audits) {
  const fault = await verdict(audit);
  if (fault === null) {
    passed += 1;
  } else {
    console.log(`${audit.id} ${audit.name}\n     ${fault}`);
  }
}

const failed = audits.length - passed;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
