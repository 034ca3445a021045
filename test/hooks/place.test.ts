import { describe, expect, it } from "@jest/globals";

import { placeMeant, placeName, samePlace } from "../../src/hooks/place.ts";

const LEVELS = { repository: "project", owner: "group", system: "system" };
const GITHUB = { repository: "repository", owner: "organization" };

describe("a place", () => {
  it.each([
    [{ name: "octo/hello" }, LEVELS, { level: "repository", name: "octo/hello" }],
    [{ name: "octo/hello", level: "project" }, LEVELS, { level: "repository", name: "octo/hello" }],
    [{ name: "acme/tools", level: "group" }, LEVELS, { level: "owner", name: "acme/tools" }],
    [{ name: "acme", level: "owner" }, LEVELS, { level: "owner", name: "acme" }],
    [{ name: "acme", level: "Organisation" }, GITHUB, { level: "owner", name: "acme" }],
    [{ level: "system" }, LEVELS, { level: "system", name: "" }],
  ])("is meant by %j", (said, levels, place) => {
    expect(placeMeant("acme", levels, said)).toEqual(place);
  });

  it.each([
    [{}, LEVELS, /Say the name of the project, or --level system/],
    [{}, GITHUB, /Say the name of the repository, such as `forgehand connect acme OWNER\/REPO`/],
    [{ level: "group" }, LEVELS, /Say the name of the group/],
    [{ level: "system", name: "acme" }, LEVELS, /leave acme out/],
    [
      { level: "system" },
      GITHUB,
      /no level system at acme\. Write one of: repository, owner \(organization\)\./,
    ],
    [
      { level: "galaxy", name: "milky" },
      LEVELS,
      /Write one of: repository \(project\), owner \(group\), system\./,
    ],
    [{ name: "octo/hello" }, { owner: "organization" }, /no level repository/],
    [{ name: "octo/hello" }, {}, /cannot be looked after/],
  ])("is refused where %j says none, with what there is", (said, levels, message) => {
    expect(() => placeMeant("acme", levels, said)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringMatching(message) }),
    );
  });

  it("is called as the forge calls it, and is the same however it is spelt", () => {
    expect(placeName({ level: "owner", name: "acme" }, LEVELS)).toBe("group acme");
    expect(placeName({ level: "system", name: "" })).toBe("system");
    expect(
      samePlace({ level: "repository", name: "Octo/Hello" }, { level: "repository", name: "octo/hello" }),
    ).toBe(true);
    expect(samePlace({ level: "owner", name: "octo" }, { level: "repository", name: "octo" })).toBe(false);
  });
});
