/** Where two files differ first, in words; undefined when they do not. */
export function firstDifference(shipped: Uint8Array, trained: Uint8Array): string | undefined {
  const common = Math.min(shipped.length, trained.length);
  for (let position = 0; position < common; position += 1) {
    if (shipped[position] !== trained[position]) return `byte ${position} of ${shipped.length} is ${shipped[position]} in the shipped file and ${trained[position]} in the trained one`;
  }
  return shipped.length === trained.length ? undefined : `the shipped file has ${shipped.length} bytes, the trained one ${trained.length}`;
}
