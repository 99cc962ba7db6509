/** How long each chunk of a live conversation is, in frames: equal neighbours as one run, because producers cut evenly. */
export type ChunkLengths = { frames: number; chunks: number }[];

export function appendLength(lengths: ChunkLengths, frames: number): void {
  const last = lengths.at(-1);
  if (last?.frames === frames) last.chunks += 1;
  else lengths.push({ frames, chunks: 1 });
}

export function totalFrames(lengths: ChunkLengths): number {
  return lengths.reduce((sum, { chunks, frames }) => sum + chunks * frames, 0);
}

/** The length of the last chunk that had any; undefined when none had. */
export function lastLength(lengths: ChunkLengths): number | undefined {
  return lengths.findLast(({ frames }) => frames > 0)?.frames;
}

export function* eachLength(lengths: ChunkLengths): Generator<number, void, undefined> {
  for (const { chunks, frames } of lengths) for (let chunk = 0; chunk < chunks; chunk += 1) yield frames;
}
