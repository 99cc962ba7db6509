import { describe, expect, it } from "vitest";
import { readServerSettings } from "../../model-server/server-settings.ts";

describe("the environment of the model server", () => {
  it("needs nothing set: SageMaker's folder and port, loopback, four waiting requests a worker", () => {
    const settings = readServerSettings({});

    expect(settings).toMatchObject({ modelFolder: "/opt/ml/model", host: "127.0.0.1", port: 8080, maximumBodyBytes: 6 * 2 ** 20, maximumSeconds: 55 });
    expect(settings.queueLimit).toBe(4 * settings.workers);
  });

  it("takes SageMaker's port, and PORT before it", () => {
    expect(readServerSettings({ SAGEMAKER_BIND_TO_PORT: "9000" }).port).toBe(9000);
    expect(readServerSettings({ SAGEMAKER_BIND_TO_PORT: "9000", PORT: "7000" }).port).toBe(7000);
  });

  it("says which variable is wrong, and its value", () => {
    expect(() => readServerSettings({ WORKERS: "many", MAX_BODY_BYTES: "12" })).toThrow(/WORKERS is "many": must be a whole number.*MAX_BODY_BYTES is "12"/u);
  });
});
