import { expect, it } from "vitest";
import { jobQueues, queueNamed } from "../../cli/job-queues.ts";
import { AUDIO_DEPLOYMENT_OUTPUTS, CONNECT_DEPLOYMENT_OUTPUTS, CONVERSATION_DEPLOYMENT_OUTPUTS, DEPLOYMENT_OUTPUTS } from "../../core/deployment-outputs.ts";

const TEXT = { TextJobsQueueUrl: "https://sqs/1/valence-dev-text-jobs", TextJobsDeadLetterQueueUrl: "https://sqs/1/valence-dev-text-jobs-dead-letters" };
const AUDIO = { AudioJobsQueueUrl: "https://sqs/1/valence-dev-audio-jobs", AudioJobsDeadLetterQueueUrl: "https://sqs/1/valence-dev-audio-jobs-dead-letters" };

it("are those the stage has", () => {
  expect(jobQueues(TEXT).map(({ name }) => name)).toEqual(["the queue of text jobs"]);
  expect(jobQueues({ ...TEXT, ...AUDIO }).map(({ name }) => name)).toEqual(["the queue of text jobs", "the queue of audio jobs"]);
});

it("are all that a stage can have", () => {
  const outputs = [...DEPLOYMENT_OUTPUTS, ...AUDIO_DEPLOYMENT_OUTPUTS, ...CONVERSATION_DEPLOYMENT_OUTPUTS, ...CONNECT_DEPLOYMENT_OUTPUTS].filter((name) => name.endsWith("QueueUrl"));
  const queues = outputs.filter((name) => !name.endsWith("DeadLetterQueueUrl"));
  expect(jobQueues(Object.fromEntries(outputs.map((name) => [name, `https://sqs/1/${name}`]))).map(({ url }) => url.slice("https://sqs/1/".length)).sort()).toEqual([...queues].sort());
});

it("are found by the ARN that a reject names", () => {
  const queues = jobQueues({ ...TEXT, ...AUDIO });
  expect(queueNamed(queues, "arn:aws:sqs:eu-west-1:123456789012:valence-dev-audio-jobs")?.url).toBe(AUDIO.AudioJobsQueueUrl);
  expect(queueNamed(queues, "arn:aws:sqs:eu-west-1:123456789012:valence-dev-audio")).toBeUndefined();
});
