import type { Ask, Dialect, Turn } from "./turn.ts";
import { fieldsOf, listOf, sent, stringOf, textsOf } from "./turn.ts";

const USAGE = { input_tokens: 1200, cache_creation_input_tokens: 0, cache_read_input_tokens: 200 };
const OUTPUT_TOKENS = 34;

const ERRORS: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  429: "rate_limit_error",
  529: "overloaded_error",
};

/** Anthropic Messages: Claude Code, and opencode with its Anthropic provider. */
export const anthropic: Dialect = {
  serves: (path) => path === "/v1/messages",
  key: { header: "x-api-key", prefix: "" },
  read: (body) => {
    const messages = listOf(body.messages);
    return {
      model: stringOf(body.model),
      tools: listOf(body.tools).map(({ name }) => stringOf(name)),
      answered: messages.some(({ content }) => listOf(content).some(({ type }) => type === "tool_result")),
      text: textsOf([body.system, messages.map(({ content }) => content)]).join("\n"),
      stream: body.stream === true,
      json: fieldsOf(body.output_config).format !== undefined,
    };
  },
  stream: (turn, ask) => {
    const event = (type: string, data: object): string => sent({ type, ...data }, type);
    const blocks = blocksOf(turn).flatMap((block, index) => [
      event("content_block_start", { index, content_block: emptied(block) }),
      event("content_block_delta", { index, delta: deltaOf(block) }),
      event("content_block_stop", { index }),
    ]);
    return [
      event("message_start", { message: messageOf(ask, [], null) }),
      ...blocks,
      event("message_delta", {
        delta: { stop_reason: reasonOf(turn), stop_sequence: null },
        usage: { output_tokens: OUTPUT_TOKENS },
      }),
      event("message_stop", {}),
    ];
  },
  whole: (turn, ask) => messageOf(ask, blocksOf(turn), reasonOf(turn)),
  error: (status, message) => ({ type: "error", error: { type: ERRORS[status] ?? "api_error", message } }),
};

type Block =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; readonly input: unknown };

function blocksOf({ text, call }: Turn): readonly Block[] {
  const words: Block = { type: "text", text };
  return call === undefined
    ? [words]
    : [words, { type: "tool_use", id: "toolu_1", name: call.name, input: call.input }];
}

function emptied(block: Block): Block {
  return block.type === "text" ? { ...block, text: "" } : { ...block, input: {} };
}

function deltaOf(block: Block): object {
  return block.type === "text"
    ? { type: "text_delta", text: block.text }
    : { type: "input_json_delta", partial_json: JSON.stringify(block.input) };
}

function reasonOf({ call }: Turn): string {
  return call === undefined ? "end_turn" : "tool_use";
}

function messageOf({ model }: Ask, content: readonly Block[], reason: string | null): object {
  const usage = { ...USAGE, output_tokens: reason === null ? 1 : OUTPUT_TOKENS };
  return {
    id: `msg_${++messages}`,
    type: "message",
    role: "assistant",
    model,
    content,
    stop_reason: reason,
    stop_sequence: null,
    usage,
  };
}

/** Answers so far: each has an id of its own, as the real ones have. */
let messages = 0;
