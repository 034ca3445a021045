import { processExecutor } from "../../src/run/process.ts";
import { executorContract } from "../contracts/executor.ts";

executorContract({ name: "a plain process", open: processExecutor });
