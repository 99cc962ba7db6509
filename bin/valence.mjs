#!/usr/bin/env node
// Plain JavaScript: Node 20 cannot load TypeScript by itself, and a `bin` entry has no place for `--import tsx`.
import { register } from "tsx/esm/api";

register();
await import("./valence.ts");
