import * as z from "zod";
import { commonEnvironmentShape } from "../shared/environment.ts";

export const WarehouseMigratorEnvironmentSchema = z.object({
  ...commonEnvironmentShape,
  WORKGROUP_NAME: z.string().min(1),
  DATABASE: z.string().min(1),
  /** The administrator's credentials; migrations own what they create. */
  ADMIN_SECRET_ARN: z.string().min(1),
  RESULTS_STREAM_NAME: z.string().min(1),
  /** The role Redshift assumes to read the results stream. */
  STREAM_READER_ROLE_ARN: z.string().min(1),
});

export type WarehouseMigratorEnvironment = z.infer<typeof WarehouseMigratorEnvironmentSchema>;
