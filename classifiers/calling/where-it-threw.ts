/**
 * A description of an error that nobody expected: its name and the place in the code. Never its message: that of a parser, for one, quotes what it
 * parsed, and that may be a customer's words.
 */
export function whereItThrew(error: unknown): string {
  if (!(error instanceof Error)) return "a thrown value that is no Error";
  const { name, message, stack = "" } = error;
  const frames = stack.slice(message === "" ? 0 : stack.indexOf(message) + message.length);
  const place = /^\s*at (.+)$/mu.exec(frames)?.[1];
  return place === undefined ? name : `${name} at ${place}`;
}
