const TYPES: Readonly<Record<number, string>> = {
  401: "authentication_error",
  403: "permission_error",
  429: "rate_limit_error",
};

/** An error as both APIs of OpenAI write it: https://platform.openai.com/docs/guides/error-codes. */
export function openaiError(status: number, message: string, code: string): object {
  const type = TYPES[status] ?? (status >= 500 ? "server_error" : "invalid_request_error");
  return { error: { message, type, code, param: null } };
}
