import type { Config } from "../config/schema.ts";
import { needsBox } from "../run/confinement.ts";
import { probeSandbox } from "../run/probe-sandbox.ts";
import type { Finding } from "./probe.ts";

/** Whether the sandbox works here, as far as any automation asks for it: where one requires it, it has to. */
export async function probeSandboxFor({
  automations,
  repositoryAutomations,
}: Pick<Config, "automations" | "repositoryAutomations">): Promise<Finding> {
  const what = "sandbox";
  const asked = automations.filter(({ sandbox }) => sandbox !== "none");
  const added = repositoryAutomations === false ? [] : ["the automations of repositories"];
  if (asked.length + added.length === 0) return { what, ok: true, message: "no automation asks for it" };
  const state = await probeSandbox();
  if (state.works) return { what, ok: true, message: "commands run in it" };
  const required = asked.filter(needsBox).map(({ name }) => name);
  required.push(...added);
  if (required.length === 0) {
    return {
      what,
      ok: true,
      message: `it does not work here, so commands run as plain processes. ${state.reason}`,
    };
  }
  const message = `it does not work here, so ${required.join(", ")} will run nothing. ${state.reason}`;
  return { what, ok: false, message };
}
