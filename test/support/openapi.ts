import { existsSync, readFileSync } from "node:fs";

import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";

/** A request as it went out. The path is still percent-encoded and begins after the base of the API. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON data; undefined for none. */
  readonly body?: unknown;
}

/** Checks requests against a vendor's own description of its API. */
export interface Contract {
  /** What is wrong with a request, in sentences; empty where nothing is. An operation that is not described is wrong. */
  problemsOf(request: SentRequest): string[];
  /** Whether the description knows method and path at all. */
  describes(request: Pick<SentRequest, "method" | "path">): boolean;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: object;
  readonly $ref?: string;
}

interface RequestBody {
  readonly required?: boolean;
  readonly content: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Schema {
  readonly properties?: object;
  /** What it has beside its own properties. */
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: RequestBody | { readonly $ref: string };
}

interface PathItem {
  readonly parameters?: readonly Parameter[];
  readonly [method: string]: unknown;
}

interface Document {
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components?: {
    readonly parameters?: Readonly<Record<string, Parameter>>;
    readonly requestBodies?: Readonly<Record<string, RequestBody>>;
    readonly schemas?: Readonly<Record<string, Schema>>;
  };
}

const FOLDER = new URL("../../../shared/contracts/", import.meta.url);

/** Whether the descriptions are at hand. */
export const areAtHand = existsSync(FOLDER);

/** The contract of a file such as `github.json`; undefined where the descriptions are not at hand. */
export function contract(file: string): Contract | undefined {
  const url = new URL(file, FOLDER);
  if (!existsSync(url)) return undefined;
  return createContract(JSON.parse(readFileSync(url, "utf8")) as Document);
}

function createContract(document: Document): Contract {
  const ajv = new Ajv({ strict: false, coerceTypes: false, allErrors: true, logger: false });
  addFormats.default(ajv);
  ajv.addSchema(document, "api");
  const coercing = new Ajv({ strict: false, coerceTypes: true, logger: false });
  addFormats.default(coercing);
  coercing.addSchema(document, "api");
  const compiled = new Map<string, ValidateFunction>();
  const templates = Object.keys(document.paths)
    .map((template) => ({ template, pattern: patternOf(template) }))
    .sort((one, other) => count(one.template) - count(other.template));

  function find({ method, path }: Pick<SentRequest, "method" | "path">) {
    for (const { template, pattern } of templates) {
      const item = document.paths[template];
      const operation = item?.[method.toLowerCase()] as Operation | undefined;
      const match = pattern.exec(path);
      if (match !== null && item !== undefined && operation !== undefined) {
        return { template, item, operation, values: match.groups ?? {} };
      }
    }
    return undefined;
  }

  function check(engine: Ajv, reference: string, value: unknown): string[] {
    const key = `${engine === ajv ? "" : "coercing "}${reference}`;
    const validate = compiled.get(key) ?? engine.compile({ $ref: `api#${reference}` });
    compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) =>
      `${instancePath} ${message ?? ""}`.trim(),
    );
  }

  return {
    describes: (request) => find(request) !== undefined,

    problemsOf(request) {
      const found = find(request);
      if (found === undefined) return [`${request.method} ${request.path} is not described`];
      const { template, item, operation, values } = found;
      const at = `/paths/${escape(template)}`;
      const parameters = [
        ...located(item.parameters, `${at}/parameters`),
        ...located(operation.parameters, `${at}/${request.method.toLowerCase()}/parameters`),
      ];
      const query = request.query ?? {};
      const problems: string[] = [];
      for (const [name, value] of Object.entries(query)) {
        const known = parameters.find(({ parameter }) => parameter.in === "query" && parameter.name === name);
        if (known === undefined) problems.push(`the query has no ${name}`);
        else
          problems.push(
            ...check(coercing, known.schema, value).map((problem) => `query ${name}: ${problem}`),
          );
      }
      for (const { parameter, schema } of parameters) {
        if (parameter.in === "query" && parameter.required && !(parameter.name in query)) {
          problems.push(`the query lacks ${parameter.name}`);
        }
        if (parameter.in !== "path") continue;
        const value = decodeURIComponent(values[groupOf(parameter.name)] ?? "");
        problems.push(
          ...check(coercing, schema, value).map((problem) => `path ${parameter.name}: ${problem}`),
        );
      }
      return [...problems, ...bodyProblems(request, operation, `${at}/${request.method.toLowerCase()}`)];
    },
  };

  function located(parameters: readonly Parameter[] = [], at: string) {
    return parameters.map((parameter, index) => {
      const name = parameter.$ref?.replace("#/components/parameters/", "");
      const target = name === undefined ? parameter : document.components?.parameters?.[name];
      if (target === undefined) throw new Error(`no parameter ${parameter.$ref ?? ""}`);
      const place = name === undefined ? `${at}/${index}` : `/components/parameters/${escape(name)}`;
      return { parameter: target, schema: `${place}/schema` };
    });
  }

  function bodyProblems({ body }: SentRequest, { requestBody: written }: Operation, at: string): string[] {
    if (written === undefined) return body === undefined ? [] : ["a body, though none is described"];
    const shared = "$ref" in written ? written.$ref.replace("#/components/requestBodies/", "") : undefined;
    const requestBody = "$ref" in written ? document.components?.requestBodies?.[shared ?? ""] : written;
    if (requestBody === undefined) throw new Error(`no body ${shared ?? ""}`);
    if (body === undefined) return requestBody.required ? ["the body is missing"] : [];
    const media =
      "application/json" in requestBody.content ? "application/json" : Object.keys(requestBody.content)[0];
    const where = shared === undefined ? `${at}/requestBody` : `/components/requestBodies/${escape(shared)}`;
    const place = `${where}/content/${escape(media ?? "")}/schema`;
    const names = namesIn(requestBody.content[media ?? ""]?.schema);
    const unknown =
      names === undefined ? [] : Object.keys(body as object).filter((name) => !names.includes(name));
    return [
      ...check(ajv, place, body).map((problem) => `body: ${problem}`),
      ...unknown.map((name) => `body: ${name} is not described`),
    ];
  }

  /** Members that a schema lists; undefined where it lists none. */
  function namesIn(schema: Schema | undefined): string[] | undefined {
    if (schema?.$ref !== undefined) {
      return namesIn(document.components?.schemas?.[schema.$ref.replace("#/components/schemas/", "")]);
    }
    if (schema?.properties === undefined) return undefined;
    return [
      ...Object.keys(schema.properties),
      ...(schema.allOf ?? []).flatMap((part) => namesIn(part) ?? []),
    ];
  }
}

function patternOf(template: string): RegExp {
  const source = template
    .split(/(\{[^}]+\})/)
    .map((part) => (part.startsWith("{") ? `(?<${groupOf(part.slice(1, -1))}>[^/]+)` : literal(part)))
    .join("");
  return new RegExp(`^${source}$`);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function groupOf(name: string): string {
  return name.replace(/\W/g, "_");
}

function count(template: string): number {
  return template.split("{").length;
}

function escape(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}
