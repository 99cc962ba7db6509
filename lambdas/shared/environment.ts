// As a namespace everywhere in the bundles: `import { z }` keeps the whole library alive, with every locale, 340 KB minified.
import * as z from "zod";

/** What every function's environment holds beside its own names. */
export const commonEnvironmentShape = {
  POWERTOOLS_SERVICE_NAME: z.string().min(1),
  POWERTOOLS_METRICS_NAMESPACE: z.string().min(1),
  POWERTOOLS_LOG_LEVEL: z.enum(["DEBUG", "INFO", "WARN", "ERROR"]),
} as const;

/**
 * Checks a function's environment once, at cold start.
 * @throws Error naming every missing or malformed variable and what to do.
 */
export function readEnvironment<Schema extends z.ZodType>(schema: Schema, source: NodeJS.ProcessEnv = process.env): z.infer<Schema> {
  const parsed = schema.safeParse(source);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
  throw new Error(`The function's environment is wrong: ${problems}. Set these in the construct that creates the function.`);
}
