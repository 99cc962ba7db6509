#!/usr/bin/env node
// Plain JavaScript: Node 20 cannot load TypeScript by itself, and a `bin` entry has no place for `--import tsx`.
import { register } from "tsx/esm/api";

// Lambda's runtime is newer; on a laptop the SDK's notice about Node 20 would open every command's output.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

register();
await import("./valence.ts");
