import { Socket } from "node:net";

import { afterEach, beforeAll, afterAll } from "@jest/globals";
import nock from "nock";

import { takeProblems } from "./foretold.ts";

// Nock is active as soon as it is imported, in the sockets of the whole worker. No hook of a file runs whose tests are all
// skipped, so what was never stopped would be there for all files that follow, once for each such file.
nock.restore();

// Sockets are shared by all files of a worker: whoever leaves nock active there is told of by the next one.
const UNTOUCHED = Symbol.for("forgehand: connect as it was");
const connect: unknown = Reflect.get(Socket.prototype, "connect");
const before: unknown = Reflect.get(Socket.prototype, UNTOUCHED);
if (before === undefined) Reflect.set(Socket.prototype, UNTOUCHED, connect);
else if (before !== connect)
  throw new Error("a test file that ran before this one in the same worker left nock active");

// Tests speak to loopback only; every other request must have been foretold, and every foretold one must come.
beforeAll(() => {
  nock.activate();
  nock.disableNetConnect();
  nock.enableNetConnect(/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/);
});

afterEach(() => {
  const unused = nock.pendingMocks();
  const unfit = takeProblems();
  nock.cleanAll();
  if (unused.length > 0) throw new Error(`mocks that nobody asked for: ${unused.join(", ")}`);
  if (unfit.length > 0)
    throw new Error(`requests that their forge does not describe so: ${unfit.join("; ")}`);
});

afterAll(() => {
  nock.restore();
});
