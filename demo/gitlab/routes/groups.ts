import type { Team } from "../../stand-in/state.ts";
import { notFound } from "../answer.ts";
import type { Asked, Route } from "../route.ts";
import { userShape } from "../shapes.ts";

const DEVELOPER = 30;

/** Groups, and who belongs to them. */
export const groupRoutes: readonly Route[] = [
  {
    route: "GET /groups/{id}",
    answer: (asked) => {
      const { id, name } = groupOf(asked);
      return { status: 200, body: { id, name, full_path: asked.parameters.id } };
    },
  },
  {
    route: "GET /groups/{id}/members/all/{user}",
    answer: (asked) => {
      const member = groupOf(asked).members.find(({ id }) => String(id) === asked.parameters.user);
      if (member === undefined) throw notFound();
      return { status: 200, body: { ...userShape(asked.state, member), access_level: DEVELOPER } };
    },
  },
];

/** The group of the path: a team below the group that the projects are in. */
function groupOf({ state, parameters }: Asked): Team {
  const team = state.teams.find(({ name }) => parameters.id === `${ownerIn(state)}/${name}`);
  if (team === undefined) throw notFound("Group");
  return team;
}

function ownerIn({ repositories: [first] }: Asked["state"]): string {
  return first?.fullName.split("/")[0] ?? "";
}
