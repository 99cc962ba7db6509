import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand, CopyObjectCommand, CreateMultipartUploadCommand, DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand,
  HeadBucketCommand, HeadObjectCommand, ListBucketsCommand, ListObjectsCommand, ListObjectsV2Command, PutObjectCommand, S3Client, UploadPartCommand,
  type ChecksumAlgorithm,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { S3Engine } from "../../../local/s3/s3-engine.ts";
import { S3Service } from "../../../local/s3/s3-service.ts";
import type { RequiredPermission } from "../../../local/service.ts";
import { clientOptions, KEY_ARN, serve, temporaryFolder } from "../gateway/served.ts";

const Bucket = "lake-bucket";

async function start(kmsKeyArn?: string) {
  const folder = temporaryFolder();
  const engine = new S3Engine({ folder });
  engine.createBucket({ name: Bucket, ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }) });
  const asked: RequiredPermission[] = [];
  const gateway = await serve([new S3Service(engine)], { authorizer: { authorize: (_, permissions) => void asked.push(...permissions) } });
  return { folder, engine, gateway, asked, client: new S3Client(clientOptions(gateway)) };
}

test("an object comes back with its bytes, type and metadata, and lies on disk under its key", async () => {
  const { client, engine } = await start();
  const Key = "rejects/not_json/2026-11-22/a b+ü.json";
  const put = await client.send(new PutObjectCommand({ Bucket, Key, Body: "{}", ContentType: "application/json", Metadata: { source: "chat" }, CacheControl: "no-store" }));
  const got = await client.send(new GetObjectCommand({ Bucket, Key }));
  expect(await got.Body?.transformToString()).toBe("{}");
  expect(got).toMatchObject({ ContentType: "application/json", Metadata: { source: "chat" }, CacheControl: "no-store", ETag: put.ETag, ContentLength: 2 });
  expect(put.ETag).toBe(`"${createHash("md5").update("{}").digest("hex")}"`);
  expect(readFileSync(join(engine.bucketFolder(Bucket), Key), "utf8")).toBe("{}");
});

test.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as ChecksumAlgorithm[])("a %s checksum in a trailer or a header is verified and given back", async (ChecksumAlgorithm) => {
  const { client } = await start();
  const Body = Buffer.from("how lovely that it broke again");
  await client.send(new PutObjectCommand({ Bucket, Key: "k", Body, ChecksumAlgorithm }));
  const got = await client.send(new GetObjectCommand({ Bucket, Key: "k", ChecksumMode: "ENABLED" }));
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(Body);
  const name = `Checksum${ChecksumAlgorithm}` as "ChecksumCRC32";
  expect(got[name]).toMatch(/^[A-Za-z0-9+/]+=*$/u);
  await expect(client.send(new PutObjectCommand({ Bucket, Key: "k", Body, [name]: Buffer.alloc(got[name]?.length ?? 8).toString("base64").slice(0, got[name]?.length) }))).rejects.toMatchObject({ name: "BadDigest" });
});

test("a wrong Content-MD5 is refused and leaves nothing behind", async () => {
  const { client, engine } = await start();
  await expect(client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "a", ContentMD5: createHash("md5").update("b").digest("base64") }))).rejects.toMatchObject({ name: "BadDigest" });
  expect(await engine.list(Bucket, "")).toEqual([]);
});

test("of twenty writers that want the key free, one wins", async () => {
  const { client } = await start();
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => client.send(new PutObjectCommand({ Bucket, Key: "once", Body: String(index), IfNoneMatch: "*" }))));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const refusals = new Set(outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [(outcome.reason as Error).name] : [])));
  expect([...refusals]).toEqual(["PreconditionFailed"]);
});

test("If-Match writes only over the object it names", async () => {
  const { client } = await start();
  const first = await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "1" }));
  await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "2", IfMatch: first.ETag }));
  await expect(client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "3", IfMatch: first.ETag }))).rejects.toMatchObject({ name: "PreconditionFailed" });
  await expect(client.send(new PutObjectCommand({ Bucket, Key: "none", Body: "3", IfMatch: first.ETag }))).rejects.toMatchObject({ name: "NoSuchKey" });
});

test("ranges and read conditions answer 206, 304, 412 and 416", async () => {
  const { client } = await start();
  const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "0123456789" }));
  const part = async (Range: string) => {
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "k", Range }));
    return [await got.Body?.transformToString(), got.ContentRange];
  };
  expect(await part("bytes=2-4")).toEqual(["234", "bytes 2-4/10"]);
  expect(await part("bytes=8-100")).toEqual(["89", "bytes 8-9/10"]);
  expect(await part("bytes=-3")).toEqual(["789", "bytes 7-9/10"]);
  await expect(part("bytes=10-")).rejects.toMatchObject({ name: "InvalidRange" });
  await expect(client.send(new GetObjectCommand({ Bucket, Key: "k", IfNoneMatch: ETag }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
  await expect(client.send(new GetObjectCommand({ Bucket, Key: "k", IfMatch: '"other"' }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
});

test("keys that would leave the folder, meet a folder or break a file name stay apart and whole", async () => {
  const { client, folder, engine } = await start();
  const keys = ["../../escape", "a", "a/b", "a/b/c", "a//b", "a/", "./x", "..", "%2e%2e/y", "%object", "a%object", "z".repeat(900), `${"é".repeat(300)}/n`, "tab\there", "quote\"<&>'", "emoji 😀", "plus+and space"];
  for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: `body of ${Key}` }));
  const listed = await client.send(new ListObjectsV2Command({ Bucket }));
  expect(listed.Contents?.map(({ Key }) => Key)).toEqual(keys.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right))));
  for (const Key of keys) expect(await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()).toBe(`body of ${Key}`);
  expect(readdirSync(folder).sort()).toEqual([".metadata", ".temporary", Bucket]);
  for (const Key of keys) await client.send(new DeleteObjectCommand({ Bucket, Key }));
  expect(readdirSync(engine.bucketFolder(Bucket))).toEqual([]);
});

test("pages of a folded listing hold every key and prefix once", async () => {
  const { client, engine } = await start();
  const keys = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? `top-${index}` : `day=${index % 7}/file ${index}.json`));
  for (const key of keys) await engine.put(Bucket, key, Buffer.from(key));
  for (const EncodingType of [undefined, "url"] as const) {
    const objects: string[] = [];
    const prefixes: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: "/", MaxKeys: 4, ContinuationToken, EncodingType }));
      objects.push(...(page.Contents ?? []).map(({ Key }) => decodeURIComponent(Key ?? "")));
      prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => decodeURIComponent(Prefix ?? "")));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(objects).toEqual(keys.filter((key) => key.startsWith("top-")).sort());
    expect(prefixes).toEqual([0, 1, 2, 3, 4, 5, 6].map((day) => `day=${day}/`));
  }
  const first = await client.send(new ListObjectsCommand({ Bucket, Prefix: "day=1/", MaxKeys: 2 }));
  const second = await client.send(new ListObjectsCommand({ Bucket, Prefix: "day=1/", Marker: first.NextMarker }));
  expect([...(first.Contents ?? []), ...(second.Contents ?? [])].map(({ Key }) => Key)).toEqual(keys.filter((key) => key.startsWith("day=1/")).sort());
  const behind = await client.send(new ListObjectsV2Command({ Bucket, StartAfter: "top-54" }));
  expect(behind.Contents?.map(({ Key }) => Key)).toEqual(["top-57", "top-6", "top-9"]);
});

test("an upload in parts becomes one object with S3's ETag for it; a part too small is refused", async () => {
  const { client } = await start();
  const upload = async (Key: string, parts: Buffer[]) => {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType: "audio/wav" }));
    const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
    for (const [index, Body] of parts.entries()) Parts.push({ PartNumber: index + 1, ETag: (await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: index + 1, Body }))).ETag });
    return client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  };
  const parts = [Buffer.alloc(5 * 1024 * 1024, 1), Buffer.alloc(1000, 2)];
  const done = await upload("big", parts);
  const digest = createHash("md5").update(Buffer.concat(parts.map((part) => createHash("md5").update(part).digest()))).digest("hex");
  expect(done.ETag).toBe(`"${digest}-2"`);
  const got = await client.send(new GetObjectCommand({ Bucket, Key: "big" }));
  expect(got.ContentType).toBe("audio/wav");
  expect(Buffer.concat(parts).equals(Buffer.from((await got.Body?.transformToByteArray()) ?? []))).toBe(true);
  await expect(upload("small", [Buffer.alloc(10), Buffer.alloc(10)])).rejects.toMatchObject({ name: "EntityTooSmall" });
});

test("64 MB go in with one call", async () => {
  const { client } = await start();
  const Body = Buffer.alloc(64 * 1024 * 1024, "ab");
  await client.send(new PutObjectCommand({ Bucket, Key: "large", Body }));
  expect((await client.send(new HeadObjectCommand({ Bucket, Key: "large" }))).ContentLength).toBe(Body.length);
});

test("a file put or changed by hand is an object too", async () => {
  const { client, engine } = await start();
  writeFileSync(join(engine.bucketFolder(Bucket), "by-hand.txt"), "hello");
  expect((await client.send(new HeadObjectCommand({ Bucket, Key: "by-hand.txt" }))).ETag).toBe(`"${createHash("md5").update("hello").digest("hex")}"`);
  writeFileSync(join(engine.bucketFolder(Bucket), "by-hand.txt"), "changed");
  expect((await client.send(new HeadObjectCommand({ Bucket, Key: "by-hand.txt" }))).ETag).toBe(`"${createHash("md5").update("changed").digest("hex")}"`);
});

test("copies, batch deletes and bucket calls", async () => {
  const { client, engine } = await start();
  await client.send(new PutObjectCommand({ Bucket, Key: "from here", Body: "x", ContentType: "text/plain" }));
  await client.send(new CopyObjectCommand({ Bucket, Key: "to/there", CopySource: `${Bucket}/from%20here` }));
  expect((await client.send(new HeadObjectCommand({ Bucket, Key: "to/there" }))).ContentType).toBe("text/plain");
  const deleted = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "from here" }, { Key: "absent" }] } }));
  expect(deleted.Deleted?.map(({ Key }) => Key)).toEqual(["from here", "absent"]);
  expect(existsSync(join(engine.bucketFolder(Bucket), "from here"))).toBe(false);
  expect((await client.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual([Bucket]);
  await client.send(new HeadBucketCommand({ Bucket }));
});

test("what is not there or not served says so", async () => {
  const { client, gateway } = await start();
  await expect(client.send(new GetObjectCommand({ Bucket, Key: "absent" }))).rejects.toMatchObject({ name: "NoSuchKey" });
  await expect(client.send(new HeadObjectCommand({ Bucket, Key: "absent" }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  await expect(client.send(new GetObjectCommand({ Bucket: "elsewhere", Key: "k" }))).rejects.toMatchObject({ name: "NoSuchBucket" });
  const signed = { authorization: "AWS4-HMAC-SHA256 Credential=k/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0" };
  const answers = await Promise.all(["/lake-bucket/k?acl", "/lake-bucket/%ff", "/lake-bucket?delete"].map((path) => fetch(gateway.url + path, { method: "POST", headers: signed, body: "<Delete><Object>" })));
  expect(await Promise.all(answers.map(async (answer) => /<Code>(\w+)/u.exec(await answer.text())?.[1]))).toEqual(["NotImplemented", "InvalidURI", "MalformedXML"]);
});

test("permissions name the object, the bucket and the bucket's key", async () => {
  const { client, asked } = await start(KEY_ARN);
  await client.send(new PutObjectCommand({ Bucket, Key: "a/b", Body: "x" }));
  await client.send(new GetObjectCommand({ Bucket, Key: "a/b" }));
  await client.send(new ListObjectsV2Command({ Bucket, Prefix: "a/" }));
  expect(asked).toEqual([
    { action: "s3:PutObject", resource: `arn:aws:s3:::${Bucket}/a/b` },
    { action: "kms:GenerateDataKey", resource: KEY_ARN },
    { action: "s3:GetObject", resource: `arn:aws:s3:::${Bucket}/a/b` },
    { action: "kms:Decrypt", resource: KEY_ARN },
    { action: "s3:ListBucket", resource: `arn:aws:s3:::${Bucket}` },
  ]);
});
