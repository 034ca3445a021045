import type { Dialect, Turn } from "./turn.ts";
import { fieldsOf, listOf, sent, stringOf, textsOf } from "./turn.ts";

const USAGE = {
  prompt_tokens: 1300,
  completion_tokens: 30,
  total_tokens: 1330,
  prompt_tokens_details: { cached_tokens: 50 },
};

/** OpenAI Chat Completions: opencode, Copilot, aider, Goose. */
export const chat: Dialect = {
  serves: (path) => path === "/v1/chat/completions",
  key: { header: "authorization", prefix: "Bearer " },
  read: (body) => {
    const messages = listOf(body.messages);
    return {
      model: stringOf(body.model),
      tools: listOf(body.tools).map((tool) => stringOf(fieldsOf(tool.function).name)),
      answered: messages.some(({ role }) => role === "tool"),
      text: textsOf(messages.map(({ content }) => content)).join("\n"),
      stream: body.stream === true,
      json: fieldsOf(body.response_format).type === "json_object",
    };
  },
  stream: (turn, { model }) => {
    const chunk = (choices: readonly object[], more: object = {}): string =>
      sent({ ...headOf("chat.completion.chunk", model), choices, ...more });
    const choice = (delta: object, reason: string | null = null): string =>
      chunk([{ index: 0, delta, finish_reason: reason }]);
    return [
      choice({ role: "assistant", content: "" }),
      choice(deltaOf(turn)),
      choice({}, reasonOf(turn)),
      chunk([], { usage: USAGE }),
      sent("[DONE]"),
    ];
  },
  whole: (turn, { model }) => {
    const message = {
      role: "assistant",
      content: turn.call === undefined ? turn.text : null,
      ...callsOf(turn),
    };
    return {
      ...headOf("chat.completion", model),
      choices: [{ index: 0, message, finish_reason: reasonOf(turn) }],
      usage: USAGE,
    };
  },
  error: (status, message) => ({ error: { message, type: "error", code: String(status), param: null } }),
};

function headOf(object: string, model: string): object {
  return { id: "chatcmpl-1", object, created: 1, model };
}

function reasonOf({ call }: Turn): string {
  return call === undefined ? "stop" : "tool_calls";
}

function deltaOf(turn: Turn): object {
  return turn.call === undefined ? { content: turn.text } : callsOf(turn);
}

function callsOf({ call }: Turn): object {
  if (call === undefined) return {};
  // opencode's `apply_patch` takes its patch by a name.
  const input = typeof call.input === "string" ? { patchText: call.input } : call.input;
  const written = { name: call.name, arguments: JSON.stringify(input) };
  return { tool_calls: [{ index: 0, id: "call_1", type: "function", function: written }] };
}
