import { execa } from "execa";

import { ForgehandError } from "../core/errors.ts";
import type { GitCredentials } from "../core/forge.ts";
import type { GitHome } from "./askpass.ts";
import { makeGitHome } from "./askpass.ts";
import type { Guard } from "./guard.ts";
import { unguarded } from "./guard.ts";
import { createRedactor } from "./redact.ts";

/** How long one git call may take, in milliseconds: long enough for a large clone, far below any patience. */
const NETWORK_DEADLINE_MS = 15 * 60_000;
const LOCAL_DEADLINE_MS = 10 * 60_000;

/** Longest answer of git that we hold, in bytes: a list of all paths of a very large repository. */
const LONGEST_ANSWER = 256 * 1024 * 1024;

/**
 * What every call says before its own words. Hooks, helpers, monitors and submodules are off, objects that come in are
 * checked (but for three harmless findings that old repositories have), and no protocol is allowed unless a call asks.
 */
const HARDENED = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  "credential.helper=",
  "protocol.allow=never",
  "http.followRedirects=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "submodule.recurse=false",
  "fetch.recurseSubmodules=false",
  "commit.gpgSign=false",
  "transfer.fsckObjects=true",
  "fetch.fsck.zeroPaddedFilemode=ignore",
  "fetch.fsck.badTimezone=ignore",
  "fetch.fsck.missingSpaceBeforeDate=ignore",
];

/** Variables of our own environment that git needs on machines behind a proxy or with a certificate authority of theirs. */
const PASSED_ON = ["PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"];
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

export interface GitCall {
  /** What this call is for, after "Git could not": `fetch octo/hello`. */
  readonly to: string;
  readonly signal: AbortSignal;
  readonly cwd?: string;
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: Buffer;
  /** The one server that this call may talk to, by its address without credentials. */
  readonly remote?: { readonly url: string; readonly credentials: GitCredentials };
  /** True for a clone between two folders of ours. */
  readonly local?: boolean;
}

/**
 * Runs git, hardened: no configuration but ours, no hooks, no prompts, credentials by askpass only. Answers what it
 * printed, as bytes in a `latin1` string, since paths need not be UTF-8. Throws GIT_FAILED with git's last words,
 * retryable where the network was to blame; throws the signal's reason when it was aborted.
 */
export type Git = (args: readonly string[], call: GitCall) => Promise<string>;

/** Git over the home of a data folder. What `guard` looks after dies with this process. */
export function createGit(dataDir: string, guard: Guard = unguarded): Git {
  let making: Promise<GitHome> | undefined;
  return async (args, call) => {
    call.signal.throwIfAborted();
    making ??= makeGitHome(dataDir).catch((error: unknown) => {
      making = undefined;
      throw error;
    });
    const { home, askpass } = await making;
    const { remote, local } = call;
    const settings = [
      ...HARDENED,
      ...(remote === undefined ? [] : [`protocol.${schemeOf(remote.url)}.allow=always`]),
      ...(local === true ? ["protocol.file.allow=always"] : []),
    ];
    const words = [
      ...settings.flatMap((setting) => ["-c", setting]),
      ...(call.gitDir === undefined ? [] : ["--git-dir", call.gitDir]),
      ...(call.workTree === undefined ? [] : ["--work-tree", call.workTree]),
      ...args,
    ];
    const { variables } = guard.mark();
    const child = execa("git", words, {
      cwd: call.cwd ?? home,
      env: { ...inherited(), ...fixed(home), ...asking(askpass, remote), ...call.environment, ...variables },
      extendEnv: false,
      input: call.input ?? Buffer.alloc(0),
      encoding: "latin1",
      stripFinalNewline: false,
      maxBuffer: LONGEST_ANSWER,
      timeout: remote === undefined ? LOCAL_DEADLINE_MS : NETWORK_DEADLINE_MS,
      cancelSignal: call.signal,
      killDescendants: true,
      reject: false,
    });
    const release = guard.watch(child.pid);
    const result = await child;
    release();
    if (!result.failed) return result.stdout;
    call.signal.throwIfAborted();
    const said = Buffer.from(`${result.stderr}\n${result.stdout}`, "latin1").toString();
    throw failure(call, result.timedOut ? "it took too long" : lastWords(said), result.timedOut);
  };
}

const schemeOf = (url: string): string => new URL(url).protocol.slice(0, -1);

function inherited(): Record<string, string> {
  const names = [...PASSED_ON, ...PROXIES, ...PROXIES.map((name) => name.toLowerCase())];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const fixed = (home: string): Record<string, string> => ({
  HOME: home,
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
});

function asking(askpass: string, remote: GitCall["remote"]): Record<string, string> {
  if (remote === undefined) return {};
  return {
    GIT_ASKPASS: askpass,
    FORGEHAND_GIT_ORIGIN: new URL(remote.url).origin,
    FORGEHAND_GIT_USERNAME: remote.credentials.username,
    FORGEHAND_GIT_PASSWORD: remote.credentials.password,
  };
}

/** Signs that the network or the other server had a bad moment, in git's and curl's words. */
const PASSING =
  /could not resolve|failed to connect|couldn't connect|connection (was )?(refused|reset|timed out|closed)|timed out|early eof|hung up|unexpected disconnect|rpc failed|empty reply|returned error: (429|5\d\d)|tls|gnutls|openssl|another git process|unable to create '.*\.lock'|cannot lock ref|file exists/i;

function failure({ to, remote }: GitCall, words: string, timedOut: boolean): ForgehandError {
  const retryable = timedOut || PASSING.test(words);
  const redactor = createRedactor(remote === undefined ? [] : [remote.credentials.password]);
  return new ForgehandError("GIT_FAILED", redactor.text(`Git could not ${to}: ${words}.`), { retryable });
}

/** The lines that say what is wrong: what the server answered and what git made of it, on one line, no hints. */
function lastWords(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  const telling = lines.filter((line) => /^(fatal|error|remote|!|ERROR):?\s/.test(line));
  const chosen = (telling.length > 0 ? telling : lines.filter((line) => line !== "")).slice(-6);
  const text = chosen.map((line) =>
    line.replace(/^((fatal|error|remote):|!\s+\S+)\s*/, "").replace(/\s+/g, " "),
  );
  return [...new Set(text)].filter((line) => line !== "").join("; ") || "it did not say why";
}
