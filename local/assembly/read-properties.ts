import { z } from "zod";
import type { LocalResource } from "./local-application.ts";

/** A resource's properties as this program understands them. @throws naming the resource and what cannot be honoured here. */
export function readProperties<Schema extends z.ZodType>(resource: LocalResource, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(resource.properties);
  if (parsed.success) return parsed.data;
  throw new Error(`${resource.stackName}: ${resource.logicalId} (${resource.type}) cannot run locally: ${z.prettifyError(parsed.error)}`);
}
