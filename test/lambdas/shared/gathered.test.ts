import { describe, expect, it } from "vitest";
import { Gathered } from "../../../lambdas/shared/gathered.ts";

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

describe("Gathered", () => {
  it("sends one alone at once, and what comes meanwhile in one call", async () => {
    const calls: string[][] = [];
    const first = deferred();
    const gathered = new Gathered<string>(async (entries) => {
      calls.push([...entries]);
      if (calls.length === 1) await first.promise;
      return new Map();
    });
    const alone = gathered.send(["a"]);
    await Promise.resolve();
    const together = [gathered.send(["b", "c"]), gathered.send(["d"]), gathered.send([])];
    first.resolve();

    expect(await Promise.all([alone, ...together])).toEqual([undefined, undefined, undefined, undefined]);
    expect(calls).toEqual([["a"], ["b", "c", "d"]]);
  });

  it("tells each whether its own were taken", async () => {
    const gathered = new Gathered<string>(async (entries) => new Map(entries.filter((entry) => entry === "bad").map((entry) => [entry, "throttled"])));

    expect(await Promise.all([gathered.send(["good"]), gathered.send(["other", "bad"]), gathered.send(["fine"])])).toEqual([undefined, "throttled", undefined]);
  });

  it("goes on after a call that threw, which those who waited for it hear", async () => {
    let calls = 0;
    const gathered = new Gathered<string>(async () => {
      calls += 1;
      if (calls === 1) throw new Error("broken");
      return new Map();
    });

    await expect(gathered.send(["a"])).rejects.toThrow("broken");
    expect(await gathered.send(["b"])).toBeUndefined();
  });
});
