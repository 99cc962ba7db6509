import { expect, test } from "vitest";
import { StsService } from "../../../local/sts/sts-service.ts";
import { ACCOUNT_ID, serve } from "../gateway/served.ts";

test.each([
  ["owner", `arn:aws:iam::${ACCOUNT_ID}:user/owner`],
  ["function", `arn:aws:sts::${ACCOUNT_ID}:assumed-role/function/function`],
])("the access key %s is told who it is", async (accessKeyId, arn) => {
  const gateway = await serve([new StsService({ accountId: ACCOUNT_ID })]);
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261122/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0`;
  const answer = await fetch(gateway.url, { method: "POST", headers: { authorization }, body: new URLSearchParams({ Action: "GetCallerIdentity", Version: "2011-06-15" }) });
  expect(await answer.text()).toContain(`<GetCallerIdentityResult><Arn>${arn}</Arn>`);
});
