import * as z from "zod";

/**
 * A variable of the environment that holds JSON, such as a part of the stage's configuration.
 * @param example what the error of a value that is no JSON suggests to write.
 */
export function jsonVariable<Schema extends z.ZodType>(schema: Schema, example: string) {
  const parse = (value: string, context: z.RefinementCtx): unknown => {
    try {
      return JSON.parse(value);
    } catch {
      context.addIssue({ code: "custom", message: `is not JSON; write ${example}` });
      return z.NEVER;
    }
  };
  return z.string().transform(parse).pipe(schema);
}
