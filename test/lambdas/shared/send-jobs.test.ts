import { describe, expect, it } from "vitest";
import { jobMessage } from "../../../lambdas/shared/send-jobs.ts";
import { textJob } from "../support/events.ts";

/** What SQS takes in a message: the characters of XML 1.0. */
const OUTSIDE_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

describe("jobMessage", () => {
  it("makes a body of characters SQS takes, whatever the text holds, and loses none", () => {
    const job = textJob({ text: "a\u0000b\u001Fc\uFFFEd\uFFFFe😀f\uD800g" });

    const { body } = jobMessage(job);

    expect(body).not.toMatch(OUTSIDE_XML);
    expect(JSON.parse(body)).toEqual(job);
  });

  it("counts bytes of UTF-8, not characters", () => {
    const plain = jobMessage(textJob({ text: "aaaa" }));
    const accented = jobMessage(textJob({ text: "ãããã" }));

    expect(accented.bytes - plain.bytes).toBe(4);
  });
});
