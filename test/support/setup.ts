import { afterEach, beforeAll, afterAll } from "@jest/globals";
import nock from "nock";

// Tests speak to loopback only; every other request must have been foretold, and every foretold one must come.
beforeAll(() => {
  nock.disableNetConnect();
  nock.enableNetConnect(/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/);
});

afterEach(() => {
  const unused = nock.pendingMocks();
  nock.cleanAll();
  if (unused.length > 0) throw new Error(`mocks that nobody asked for: ${unused.join(", ")}`);
});

afterAll(() => {
  nock.restore();
});
