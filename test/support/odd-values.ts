import fc from "fast-check";

/** Pieces that a parser may take for the beginning of something, and try again and again when they are repeated. */
const PIECES = ["a", "/", " ", "\n", "<", "<!--", "<div>", "<blockquote>", "&", ";", "a;", "0", "wip:", "1/"];

export const oddText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.constantFrom("", "__proto__", "constructor", "../..", "0", "0".repeat(40), "\ud800", "\0", "refs/tags/"),
  fc.tuple(fc.constantFrom(...PIECES), fc.nat(10_000)).map(([piece, times]) => piece.repeat(times)),
);

export const oddNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 0.5, 2 ** 53, -(2 ** 53), 1e308, Number.MAX_SAFE_INTEGER),
  fc.integer({ max: -1 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

export const oddJson = fc.oneof(fc.jsonValue({ maxDepth: 3 }), oddText, oddNumber);
