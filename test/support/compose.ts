import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

const FOLDER = join(import.meta.dirname, "../../deploy");

/** A service of our compose file, as far as tests look at it. */
export interface Service {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly deploy?: { readonly replicas: number };
  readonly depends_on?: object;
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly restart?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** The text of a file in deploy/. */
export const deployFile = (name: string): string => readFileSync(join(FOLDER, name), "utf8");

/** The path of what the compose file names beside itself. */
export const deployPath = (name: string): string => join(FOLDER, name);

/** A file of variables as Compose reads it: lines `NAME=value`, without quotes here. */
export function variablesIn(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
}

const REFERENCE = /\$\{(\w+)(?::([-?])([^}]*))?\}/g;

/** Names of the variables that a text refers to. */
export const referencesIn = (text: string): string[] =>
  [...text.matchAll(REFERENCE)].map(([, name = ""]) => name);

/** Our compose file with the variables filled in. Throws what it says where one is missing that it needs. */
export function readCompose(variables: Readonly<Record<string, string>>): Compose {
  const fill = (_whole: string, name: string, how = "", rest = ""): string => {
    const value = variables[name] ?? "";
    if (value === "" && how === "?") throw new Error(rest);
    return value === "" ? rest : value;
  };
  return parse(deployFile("compose.yaml").replaceAll(REFERENCE, fill), { merge: true }) as Compose;
}
