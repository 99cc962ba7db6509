/** Works on all items, at most `lanes` at a time, begun in order. @returns what `work` gave for each, in the items' order; rejects with the first error. */
export async function inLanes<Item, Value>(items: readonly Item[], lanes: number, work: (item: Item) => Promise<Value>): Promise<Value[]> {
  const values: Value[] = [];
  // One iterator shared by all lanes: each takes the next item when it is free.
  const entries = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of entries) values[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
  return values;
}
