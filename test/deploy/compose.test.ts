import { existsSync, readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";

import { ownDuration } from "../../src/core/duration.ts";
import { forgehand } from "../cli/command.ts";
import { deployFile, deployPath, readCompose, referencesIn, variablesIn } from "../support/compose.ts";

const example = variablesIn(deployFile(".env.example"));
const filled = { ...example, POSTGRES_PASSWORD: "one", RABBITMQ_PASSWORD: "two" };
const { services, volumes } = readCompose(filled);
const OURS = ["web", "worker"];

/** Milliseconds that stopping may take beyond the grace time of running commands, as `forgehand serve` has it. */
const STOPPING_MS = 25_000;

describe("the compose file", () => {
  it("has the parts of an installation of many processes", () => {
    expect(Object.keys(services).sort()).toEqual(["postgres", "proxy", "rabbitmq", "web", "worker"]);
    expect([services.web?.deploy?.replicas, services.worker?.deploy?.replicas]).toEqual([3, 2]);
    for (const service of Object.values(services)) {
      expect(service).toMatchObject({ image: expect.any(String), restart: "unless-stopped" });
      for (const named of Object.keys(service.depends_on ?? {}))
        expect(Object.keys(services)).toContain(named);
    }
    for (const store of ["postgres", "rabbitmq"]) {
      expect(services[store]?.healthcheck?.test[0]).toBe("CMD");
      for (const name of OURS)
        expect(services[name]?.depends_on).toMatchObject({ [store]: { condition: "service_healthy" } });
    }
  });

  it("holds no secret, and asks in words for each that is missing", () => {
    const environments = Object.values(services).flatMap(({ environment = {} }) =>
      Object.entries(environment),
    );
    const passwords = environments.filter(([name]) => name.includes("PASS")).map(([, value]) => value);
    expect(new Set(passwords)).toEqual(new Set(["one", "two"]));
    for (const name of ["POSTGRES_PASSWORD", "RABBITMQ_PASSWORD", "PUBLIC_URL"]) {
      expect(() => readCompose({ ...filled, [name]: "" })).toThrow(/^say /);
    }
  });

  it("takes and names no variable that the example of .env does not have, and the example has no other", () => {
    // Of Forgehand's own, which it reads without being told.
    const read = ["SIGN_IN_TOKEN"];
    const referred = ["compose.yaml", "forgehand.yml"].flatMap((name) => referencesIn(deployFile(name)));
    expect([...new Set([...referred, ...read])].sort()).toEqual(Object.keys(example).sort());
  });

  it("mounts files that are there, and volumes that it makes", () => {
    const mounts = Object.values(services).flatMap(({ volumes: mounted = [] }) => mounted);
    const sources = mounts.flatMap((mount) => (mount.includes(":") ? [mount.split(":")[0] ?? ""] : []));
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      const isThere = source.startsWith("./") ? existsSync(deployPath(source)) : source in volumes;
      expect([source, isThere]).toEqual([source, true]);
    }
    expect(existsSync(deployPath(`${services.web?.build ?? ""}/Dockerfile`))).toBe(true);
  });

  it("gives what stops the time that it may take", () => {
    const { server } = parse(deployFile("forgehand.yml")) as { server: { graceTimeout: string } };
    for (const name of OURS) {
      const given = ownDuration.parse(services[name]?.stop_grace_period);
      expect(given).toBeGreaterThan(ownDuration.parse(server.graceTimeout) + STOPPING_MS);
    }
  });

  it("lets what serves people and forges write nothing but what it must", () => {
    for (const name of [...OURS, "proxy"]) {
      expect(services[name]).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
      });
    }
  });

  it.each(OURS)(
    "starts the program of the image, with a subcommand and options that it has: %s",
    async (name) => {
      const { command = [] } = services[name] ?? {};
      const image = /^CMD (\[.*\])$/m.exec(readFileSync(deployPath("../Dockerfile"), "utf8"))?.[1] ?? "[]";
      const [node, program] = JSON.parse(image) as string[];
      expect(command.slice(0, 2)).toEqual([node, program]);
      const [subcommand = "", ...options] = command.slice(2);
      const { code, stdout } = await forgehand([subcommand, "--help"]);
      expect(code).toBe(0);
      for (const option of options.filter((word) => word.startsWith("--")))
        expect(stdout).toContain(`${option} `);
    },
  );
});
