import type { Dialect, Turn } from "./turn.ts";
import { listOf, sent, stringOf, textsOf } from "./turn.ts";

const USAGE = {
  input_tokens: 1500,
  input_tokens_details: { cached_tokens: 100 },
  output_tokens: 42,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 1542,
};

/** OpenAI Responses: Codex. */
export const responses: Dialect = {
  serves: (path) => path === "/v1/responses",
  key: { header: "authorization", prefix: "Bearer " },
  read: (body) => {
    const input = listOf(body.input);
    return {
      model: stringOf(body.model),
      tools: listOf(body.tools).map(({ name }) => stringOf(name)),
      answered: input.some(({ type }) => stringOf(type).endsWith("_output")),
      text: textsOf([body.instructions, input.map(({ content }) => content)]).join("\n"),
      stream: body.stream === true,
      json: false,
    };
  },
  stream: (turn, { model }) => {
    let sequence = 0;
    const event = (type: string, data: object): string =>
      sent({ type, sequence_number: sequence++, ...data }, type);
    const item = itemOf(turn);
    return [
      event("response.created", { response: responseOf("in_progress", model, []) }),
      event("response.output_item.added", { output_index: 0, item: { ...item, status: "in_progress" } }),
      ...piecesOf(turn).map(([type, data]) => event(type, { item_id: item.id, output_index: 0, ...data })),
      event("response.output_item.done", { output_index: 0, item }),
      event("response.completed", { response: { ...responseOf("completed", model, [item]), usage: USAGE } }),
    ];
  },
  whole: (turn, { model }) => ({ ...responseOf("completed", model, [itemOf(turn)]), usage: USAGE }),
  error: (status, message) => ({ error: { message, type: "error", code: String(status), param: null } }),
};

function responseOf(status: string, model: string, output: readonly object[]): object {
  return { id: "resp_1", object: "response", created_at: 1, status, model, output };
}

function itemOf({ text, call }: Turn): { readonly id: string } & Record<string, unknown> {
  if (call === undefined) {
    const content = [{ type: "output_text", text, annotations: [] }];
    return { type: "message", id: "msg_1", role: "assistant", status: "completed", content };
  }
  const shared = { call_id: "call_1", name: call.name, status: "completed" };
  return typeof call.input === "string"
    ? { type: "custom_tool_call", id: "ctc_1", ...shared, input: call.input }
    : { type: "function_call", id: "fc_1", ...shared, arguments: JSON.stringify(call.input) };
}

/** The events between the beginning and the end of an item. */
function piecesOf({ text, call }: Turn): readonly (readonly [string, object])[] {
  if (call === undefined) {
    const part = { type: "output_text", text, annotations: [] };
    return [
      ["response.content_part.added", { content_index: 0, part: { ...part, text: "" } }],
      ["response.output_text.delta", { content_index: 0, delta: text }],
      ["response.output_text.done", { content_index: 0, text }],
      ["response.content_part.done", { content_index: 0, part }],
    ];
  }
  if (typeof call.input === "string") {
    return [
      ["response.custom_tool_call_input.delta", { delta: call.input }],
      ["response.custom_tool_call_input.done", { input: call.input }],
    ];
  }
  const written = JSON.stringify(call.input);
  return [
    ["response.function_call_arguments.delta", { delta: written }],
    ["response.function_call_arguments.done", { arguments: written }],
  ];
}
