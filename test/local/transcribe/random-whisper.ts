import { writeFileSync } from "node:fs";
import { seededRandom } from "../../../core/seeded-random.ts";

const MAGIC = 0x67676d6c;
const [VOCABULARY, TEXT_TOKENS, AUDIO_CONTEXT, TEXT_CONTEXT, WIDTH, MELS, FFT] = [51_865, 50_257, 1_500, 448, 64, 80, 201];
/** whisper.cpp looks this token up by its text. */
const BLANK = 220;

/** Writes a Whisper model of one layer with random weights in whisper.cpp's format: it talks nonsense, through the whole of the program. */
export function writeRandomWhisper(path: string): void {
  const random = seededRandom(7);
  const parts: Buffer[] = [];
  const whole = (...numbers: number[]): void => void parts.push(Buffer.from(Int32Array.from(numbers).buffer));
  const floats = (count: number, scale: number): void => void parts.push(Buffer.from(Float32Array.from({ length: count }, () => (random() - 0.5) * scale).buffer));
  const tensor = (name: string, ...shape: number[]): void => {
    whole(shape.length, name.length, 0, ...shape.toReversed());
    parts.push(Buffer.from(name));
    floats(shape.reduce((product, size) => product * size, 1), 0.35);
  };
  const linear = (name: string, outputs: number, inputs: number, bias = true): void => {
    tensor(`${name}.weight`, outputs, inputs);
    if (bias) tensor(`${name}.bias`, outputs);
  };
  const norm = (name: string): void => ["weight", "bias"].forEach((kind) => tensor(`${name}.${kind}`, WIDTH));
  const block = (name: string, attentions: readonly string[]): void => {
    for (const attention of attentions) {
      norm(`${name}.${attention}_ln`);
      for (const part of ["query", "key", "value", "out"]) linear(`${name}.${attention}.${part}`, WIDTH, WIDTH, part !== "key");
    }
    norm(`${name}.mlp_ln`);
    linear(`${name}.mlp.0`, 4 * WIDTH, WIDTH);
    linear(`${name}.mlp.2`, WIDTH, 4 * WIDTH);
  };

  whole(MAGIC, VOCABULARY, AUDIO_CONTEXT, WIDTH, 1, 1, TEXT_CONTEXT, WIDTH, 1, 1, MELS, 0, MELS, FFT);
  floats(MELS * FFT, 0.02);
  whole(TEXT_TOKENS);
  for (let token = 0; token < TEXT_TOKENS; token += 1) {
    const text = Buffer.from(token === BLANK ? " " : ` t${token.toString(36)}`);
    whole(text.length);
    parts.push(text);
  }
  tensor("encoder.positional_embedding", AUDIO_CONTEXT, WIDTH);
  for (const [layer, inputs] of [["conv1", MELS], ["conv2", WIDTH]] as const) {
    tensor(`encoder.${layer}.weight`, WIDTH, inputs, 3);
    tensor(`encoder.${layer}.bias`, WIDTH, 1);
  }
  block("encoder.blocks.0", ["attn"]);
  norm("encoder.ln_post");
  tensor("decoder.positional_embedding", TEXT_CONTEXT, WIDTH);
  tensor("decoder.token_embedding.weight", VOCABULARY, WIDTH);
  block("decoder.blocks.0", ["attn", "cross_attn"]);
  norm("decoder.ln");
  writeFileSync(path, Buffer.concat(parts));
}
