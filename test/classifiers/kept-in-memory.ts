import { type Kept, type KeptAnswers, KeptSchema } from "../../classifiers/sagemaker/audio-opinion.ts";

export interface KeptInMemory extends KeptAnswers {
  /** `bucket/key endpoint` → what is kept. */
  kept: Map<string, Kept>;
  /** What lies in S3, by URI. */
  objects: Map<string, string>;
  finds: number;
  /** Keeping fails while it is true. */
  isFull: boolean;
  /** Reading throws it while it is set. */
  broken: Error | undefined;
}

export function keptInMemory(): KeptInMemory {
  const store: KeptInMemory = {
    kept: new Map(),
    objects: new Map(),
    finds: 0,
    isFull: false,
    broken: undefined,
    find: async ({ bucket, key }, endpoint) => {
      store.finds += 1;
      if (store.broken !== undefined) throw store.broken;
      return store.kept.get(`${bucket}/${key} ${endpoint}`);
    },
    keep: async ({ bucket, key }, endpoint, kept) => {
      if (store.isFull) return false;
      // As JSON, because that is what any store keeps.
      store.kept.set(`${bucket}/${key} ${endpoint}`, KeptSchema.parse(JSON.parse(JSON.stringify(kept))));
      return true;
    },
    read: async (uri) => store.objects.get(uri),
  };
  return store;
}
