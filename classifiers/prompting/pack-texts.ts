/**
 * Packs in order: as many as a call may hold by number and by bytes. A text that is too big by itself gets a call of its own.
 *
 * @param maximumTexts ≥ 1
 */
export function packTexts<Item>(items: readonly Item[], bytesOf: (item: Item) => number, maximumTexts: number, maximumBytes: number): Item[][] {
  const packs: Item[][] = [];
  let bytesInLast = 0;
  for (const item of items) {
    const bytes = bytesOf(item);
    const last = packs.at(-1);
    if (last !== undefined && last.length < maximumTexts && bytesInLast + bytes <= maximumBytes) {
      last.push(item);
      bytesInLast += bytes;
    } else {
      packs.push([item]);
      bytesInLast = bytes;
    }
  }
  return packs;
}
