import { sameText, sign } from "./signature.ts";

/** The strictest forge cuts a status's address at 200 characters or refuses it. */
const LONGEST = 200;

/** Signed addresses: each opens the page and the log of one run, without sign-in, and nothing else. */
export interface Links {
  /** The address of a run's page. Undefined without a public address, and where it would be too long for a status. */
  runUrl(run: number): string | undefined;
  verify(run: number, signature: string): boolean;
}

/** `signingKey` is kept in the store: with another key no older link opens anything. */
export function createLinks({ signingKey, publicUrl }: { signingKey: string; publicUrl?: string }): Links {
  const signature = (run: number): string => sign(signingKey, "run", String(run));
  const base = publicUrl?.replace(/\/+$/, "");
  return {
    runUrl(run) {
      if (base === undefined) return undefined;
      const url = `${base}/runs/${run}?sig=${signature(run)}`;
      return url.length <= LONGEST ? url : undefined;
    },
    verify: (run, given) => sameText(given, signature(run)),
  };
}
