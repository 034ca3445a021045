import { z } from "zod";

const SEGMENTS = /^(?!\.{1,2}(?:\/|$))[^/]+(?:\/(?!\.{1,2}(?:\/|$))[^/]+)+$/;

/** Owner and name of a repository. They become part of addresses: no segment is empty or leads elsewhere. */
export const fullName = z.string().regex(SEGMENTS, "not owner and name");
