import { askForReview } from "../../stand-in/people.ts";
import type { Repository } from "../../stand-in/state.ts";
import { invalid, listed, notFound } from "../answer.ts";
import type { Route } from "../route.ts";
import { onPull } from "../route.ts";
import { reviewerShape } from "../shapes.ts";
import { findRepository, guidOf } from "../state.ts";

/** The policy that wants a build. */
const BUILD = "0609b952-1397-4640-95ec-e00a01b2c241";

/** Who is to review, and what the policies of branches want. */
export const policyRoutes: readonly Route[] = [
  onPull("GET", "/reviewers", "read", ({ thread }) =>
    listed(thread.reviewers.map((one) => reviewerShape(one))),
  ),
  onPull("POST", "/reviewers", "triage", ({ state, thread, data }) => {
    const given: unknown[] = Array.isArray(data) ? data : [];
    const people = given.map((one) => {
      const id = typeof one === "object" && one !== null && "id" in one ? one.id : undefined;
      const account = state.accounts.find((known) => guidOf(known.id) === id);
      if (account === undefined) throw invalid("the reviewer is not known");
      return account;
    });
    askForReview(thread, people);
    return listed(people.map((one) => reviewerShape(one)));
  }),
  {
    route: "GET /{project}/_apis/git/policy/configurations",
    answer: ({ state, url, parameters: { project = "" } }) => {
      const asked = (name: string) => url.searchParams.get(name) ?? "";
      const repository = findRepository(state, project, asked("repositoryId"));
      if (repository === undefined) throw notFound("The Git repository");
      const names = repository.requiredChecks.get(asked("refName").replace(/^refs\/heads\//, "")) ?? [];
      const policies = definitionsOf(repository)
        .filter(({ name }) => names.includes(name))
        .map(({ id }) => ({
          id,
          isEnabled: true,
          isBlocking: true,
          isDeleted: false,
          type: { id: BUILD, displayName: "Build" },
          settings: { buildDefinitionId: id },
        }));
      return listed(policies);
    },
  },
  {
    route: "GET /{project}/_apis/build/definitions",
    answer: ({ state, url, parameters: { project = "" } }) => {
      const repository = findRepository(state, project, undefined);
      if (repository === undefined) throw notFound(`The project ${project}`);
      const ids = (url.searchParams.get("definitionIds") ?? "").split(",").map(Number);
      return listed(definitionsOf(repository).filter(({ id }) => ids.includes(id)));
    },
  },
];

/** The pipelines that some branch wants, by name. */
function definitionsOf({ requiredChecks }: Repository): { id: number; name: string }[] {
  const names = new Set([...requiredChecks.values()].flat());
  return [...names].map((name, at) => ({ id: at + 1, name }));
}
