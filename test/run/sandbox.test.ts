import { sandboxExecutor } from "../../src/run/sandbox.ts";
import { executorContract } from "../contracts/executor.ts";
import { SANDBOX_PROGRAMS } from "../support/boxes.ts";
import { missingOf } from "../support/services.ts";

executorContract({
  name: "the sandbox",
  open: () => sandboxExecutor({ closed: [] }),
  boxed: true,
  missing: missingOf(SANDBOX_PROGRAMS),
});
