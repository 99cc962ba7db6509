import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * What the stage's KMS key does for a stream in AWS: nothing that producers sent lies readable in its files. One data key a
 * stream; the nonces are random, because a position in the file is written twice when a killed process left it torn.
 */
export class RecordCipher {
  readonly #key: Buffer;
  readonly #keyFile: string;

  private constructor(key: Buffer, keyFile: string) {
    this.#key = key;
    this.#keyFile = keyFile;
  }

  /** @throws Error when the file is not a key. */
  static fromFile(keyFile: string): RecordCipher {
    const key = readFileSync(keyFile);
    if (key.length !== KEY_BYTES) throw new Error(`${keyFile} has ${key.length} bytes, a key has ${KEY_BYTES}: put the right file back, or move the data folder aside to start afresh.`);
    return new RecordCipher(key, keyFile);
  }

  /** The key of the file, which is made when it is not there; only its owner may read it. */
  static fromFileOrNew(keyFile: string): RecordCipher {
    if (!existsSync(keyFile)) {
      mkdirSync(dirname(keyFile), { recursive: true, mode: 0o700 });
      writeFileSync(`${keyFile}.new`, randomBytes(KEY_BYTES), { mode: 0o600 });
      renameSync(`${keyFile}.new`, keyFile);
    }
    return RecordCipher.fromFile(keyFile);
  }

  /** nonce (12 bytes), tag (16), ciphertext. */
  seal(plain: Buffer): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce);
    const ciphertext = cipher.update(plain);
    cipher.final();
    return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
  }

  /** @throws Error when the bytes were sealed with another key or changed since. */
  unseal(sealed: Buffer, path: string): Buffer {
    const decipher = createDecipheriv(ALGORITHM, this.#key, sealed.subarray(0, NONCE_BYTES));
    try {
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const plain = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
      decipher.final();
      return plain;
    } catch {
      throw new Error(`${path} was not encrypted with the key in ${this.#keyFile}: put that stream's key back, or move the data folder aside to start afresh.`);
    }
  }
}
