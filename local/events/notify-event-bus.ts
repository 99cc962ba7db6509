import { z } from "zod";
import type { LocalApplication } from "../assembly/local-application.ts";
import type { S3Engine } from "../s3/s3-engine.ts";
import type { EventBus } from "./event-bus.ts";

// An empty object switches EventBridge on in CloudFormation as `true` does.
const NotificationsSchema = z.strictObject({ EventBridgeConfiguration: z.strictObject({ EventBridgeEnabled: z.coerce.boolean().default(true) }).optional() });

/** @throws for notifications of another kind, which the local run does not send. */
export function notifyEventBus(bus: EventBus, s3: S3Engine, application: LocalApplication): void {
  for (const { id, logicalId, properties, stackName } of application.ofType("AWS::S3::Bucket")) {
    const parsed = NotificationsSchema.safeParse(properties["NotificationConfiguration"] ?? {});
    if (!parsed.success) throw new Error(`${stackName}: bucket ${logicalId} has notifications that the local run does not send; it knows EventBridgeConfiguration`);
    if (parsed.data.EventBridgeConfiguration?.EventBridgeEnabled === true) s3.bucket(id).onCreated = (created) => bus.objectCreated(id, created);
  }
}
