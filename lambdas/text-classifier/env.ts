import * as z from "zod";
import { ClassifierSpecificationSchema } from "../../core/classification/classifier-specification.ts";
import { commonEnvironmentShape } from "../shared/environment.ts";

export const TextClassifierEnvironmentSchema = z.object({
  ...commonEnvironmentShape,
  RESULTS_STREAM_NAME: z.string().min(1),
  REJECTS_BUCKET: z.string().min(3),
  /** Which `TextClassifier` answers: a `ClassifierSpecification` as JSON. */
  TEXT_CLASSIFIER: z.string().transform(parseJson).pipe(ClassifierSpecificationSchema),
  /** Who looks for personal data before the classifier reads a text, beside the rules that the preprocessor has applied already. */
  PERSONAL_DATA: z.enum(["rules", "comprehend"]),
});

/** As the construct sets it; `readEnvironment` gives the parsed form. */
export type TextClassifierEnvironment = z.input<typeof TextClassifierEnvironmentSchema>;

function parseJson(value: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(value);
  } catch {
    context.addIssue({ code: "custom", message: "is not JSON; write a classifier specification such as {\"kind\": \"embedded\"}" });
    return z.NEVER;
  }
}
