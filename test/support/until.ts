/** Wait until a question has an answer other than undefined or false, asked again and again. Throws after `deadline` ms. */
export async function until<T>(
  question: () => T | Promise<T>,
  deadline = 10_000,
): Promise<Exclude<T, undefined | false>> {
  const end = Date.now() + deadline;
  for (;;) {
    const answer = await question();
    if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    if (Date.now() > end) throw new Error(`waited in vain for ${deadline} ms: ${question.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
