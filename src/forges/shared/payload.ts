import { isUtf8 } from "node:buffer";

import { burdenOf } from "./burden.ts";

/** The body of a delivery as data, or a sentence that says why it is none. */
export type Payload =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: string };

/** The body that was parsed last. */
interface Parsed {
  readonly body: Uint8Array;
  readonly form: boolean;
  readonly payload: Payload;
}

// Reading, door and checks all want the data of the same bytes, one right after the other. It is kept until the next one
// comes: a map by the bytes of all that live would cost a third of the parsing, since the garbage collector walks it.
let last: Parsed | undefined;

/** Bytes that may stand before a text in UTF-8, and are no part of it. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Strict UTF-8 as text; undefined where it is none. Looking first and then decoding leniently takes half as long as a
 * decoder that is strict itself.
 */
function textOf(body: Uint8Array): string | undefined {
  if (!isUtf8(body)) return undefined;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const isMarked = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  return bytes.toString("utf8", isMarked ? BYTE_ORDER_MARK.length : 0);
}

/** Read the JSON object of a body: strict UTF-8, plain or in the field `payload` of a form. Never throws. */
export function readPayload(body: Uint8Array, contentType = "application/json"): Payload {
  const form = isForm(contentType);
  if (last?.body === body && last.form === form) return last.payload;
  const payload = parse(body, form);
  last = { body, form, payload };
  return payload;
}

/** Bytes of a payload that only exists as data (under `probot run`); reading them again costs nothing. */
export function writePayload(value: Readonly<Record<string, unknown>>): Uint8Array {
  const body = Buffer.from(payloadText(value));
  last = { body, form: false, payload: { ok: true, value } };
  return body;
}

/** JSON of a payload. Members that are nested deeper than can be written, as no forge nests them, are left out. */
export function payloadText(value: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(
      Object.fromEntries(Object.entries(value).filter(([, member]) => isWritable(member))),
    );
  }
}

function isWritable(member: unknown): boolean {
  try {
    return JSON.stringify(member) !== "";
  } catch {
    return false;
  }
}

/** Whether a body is a form, whose field `payload` has the JSON. */
export function isForm(contentType = ""): boolean {
  return /^\s*application\/x-www-form-urlencoded\b/i.test(contentType);
}

/** The JSON text in the field `payload` of a form; undefined where there is none, or none that is UTF-8. */
export function formPayload(body: Uint8Array): string | undefined {
  const text = textOf(body);
  try {
    return text && fieldOf(text);
  } catch {
    return undefined;
  }
}

function parse(body: Uint8Array, form: boolean): Payload {
  let text = textOf(body);
  if (text === undefined) return { ok: false, problem: "the body is not UTF-8" };
  try {
    if (form) text = fieldOf(text);
  } catch {
    return { ok: false, problem: "the body is not UTF-8" };
  }
  if (text === undefined) return { ok: false, problem: 'the form has no field "payload"' };
  const burden = burdenOf(form ? Buffer.from(text) : body);
  if (burden !== undefined) return { ok: false, problem: burden };
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return { ok: true, value };
    return { ok: false, problem: "the body is JSON, but not an object" };
  } catch {
    return { ok: false, problem: "the body is not JSON" };
  }
}

/** The field `payload` of a form. Throws where its bytes are not UTF-8, which URLSearchParams would hide. */
function fieldOf(form: string): string | undefined {
  const field = form.split("&").find((pair) => pair.startsWith("payload="));
  return field === undefined ? undefined : decodeURIComponent(field.slice(8).replaceAll("+", " "));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
