/** As much of ONNX's protobuf (onnx.proto3, IR version 8) as a small graph needs, so that tests need no Python and ship no model. */

type Attribute = number | number[];

export interface GraphNode {
  operator: string;
  inputs: string[];
  outputs: string[];
  attributes?: Record<string, Attribute>;
}

export interface GraphTensor {
  name: string;
  dims: number[];
  values: number[];
  type: "float32" | "int64";
}

const ELEMENT_TYPES = { float32: 1, int64: 7 } as const;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;
const IR_VERSION = 8;
const OPERATOR_SET = 17;

/** A model from `audio` [batch, time] to `probs` [batch, labels], or with other names where a test wants a wrong one. */
export function encodeModel(nodes: readonly GraphNode[], tensors: readonly GraphTensor[], labels: number, names = { input: "audio", output: "probs" }): Uint8Array {
  const graph = [
    ...nodes.map((node) => field(1, encodeNode(node))),
    field(2, text("test")),
    ...tensors.map((tensor) => field(5, encodeTensor(tensor))),
    field(11, valueInfo(names.input, ["batch", "time"])),
    field(12, valueInfo(names.output, ["batch", labels])),
  ];
  return Buffer.concat([integer(1, IR_VERSION), field(8, Buffer.concat([field(1, text("")), integer(2, OPERATOR_SET)])), field(7, Buffer.concat(graph))]);
}

function encodeNode({ operator, inputs, outputs, attributes = {} }: GraphNode): Uint8Array {
  return Buffer.concat([
    ...inputs.map((name) => field(1, text(name))),
    ...outputs.map((name) => field(2, text(name))),
    field(4, text(operator)),
    ...Object.entries(attributes).map(([name, value]) =>
      field(5, Buffer.concat([field(1, text(name)), ...(Array.isArray(value) ? value.map((item) => integer(8, item)) : [integer(3, value)]), integer(20, Array.isArray(value) ? ATTRIBUTE_INTS : ATTRIBUTE_INT)])),
    ),
  ]);
}

function encodeTensor({ name, dims, values, type }: GraphTensor): Uint8Array {
  const raw = type === "float32" ? new Uint8Array(Float32Array.from(values).buffer) : new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer);
  return Buffer.concat([...dims.map((size) => integer(1, size)), integer(2, ELEMENT_TYPES[type]), field(8, text(name)), field(9, raw)]);
}

function valueInfo(name: string, dims: readonly (string | number)[]): Uint8Array {
  const shape = dims.map((dim) => field(1, typeof dim === "string" ? field(2, text(dim)) : integer(1, dim)));
  const tensorType = Buffer.concat([integer(1, ELEMENT_TYPES.float32), field(2, Buffer.concat(shape))]);
  return Buffer.concat([field(1, text(name)), field(2, field(1, tensorType))]);
}

function text(value: string): Uint8Array {
  return Buffer.from(value, "utf8");
}

function field(number: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function integer(number: number, value: number): Uint8Array {
  return Buffer.concat([varint(number << 3), varint(value)]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  // Negative numbers (the axis -1) take ten bytes, as two's complement of 64 bits.
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
