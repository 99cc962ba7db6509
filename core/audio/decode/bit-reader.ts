/** The bits asked for lie behind the bytes at hand. */
export class BitsOverrunError extends Error {
  override readonly name = "BitsOverrunError";
}

/** Bits from the most significant one on, as FLAC packs them. Every method throws `BitsOverrunError` behind the last byte. */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #length: number;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#length = bytes.length * 8;
  }

  /** Bytes read, the one begun included. */
  get byteOffset(): number {
    return (this.#position + 7) >>> 3;
  }

  /** The next 32 − (position mod 8) bits or more, left-aligned; zeros behind the end. */
  #word(): number {
    const at = this.#position >>> 3;
    const bytes = this.#bytes;
    const word = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    return word << (this.#position & 7);
  }

  #advance(bits: number): void {
    this.#position += bits;
    if (this.#position > this.#length) throw new BitsOverrunError("the bits end early");
  }

  /** @param bits 0 to 32 */
  unsigned(bits: number): number {
    if (bits === 0) return 0;
    if (bits > 24) return this.unsigned(bits - 16) * 65_536 + this.unsigned(16);
    const value = this.#word() >>> (32 - bits);
    this.#advance(bits);
    return value;
  }

  /** Two's complement. @param bits 0 to 32 */
  signed(bits: number): number {
    if (bits === 0) return 0;
    const value = this.unsigned(bits);
    return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }

  /** @returns how many zeros come before the next one, which is read, too */
  unary(): number {
    let zeros = 0;
    for (;;) {
      const there = 32 - (this.#position & 7);
      const run = Math.clz32(this.#word());
      if (run < there) {
        this.#advance(run + 1);
        return zeros + run;
      }
      zeros += there;
      this.#advance(there);
    }
  }

  /** A Rice code: a unary number, then so many bits below it. @param parameter 0 to 30 */
  rice(parameter: number): number {
    // Almost every code lies within one word, and nine tenths of the time goes here.
    const word = this.#word();
    const run = Math.clz32(word) + 1;
    if (run + parameter > 24) return this.unary() * 2 ** parameter + this.unsigned(parameter);
    this.#advance(run + parameter);
    return parameter === 0 ? run - 1 : ((run - 1) << parameter) | ((word << run) >>> (32 - parameter));
  }

  skipToByte(): void {
    this.#position = this.byteOffset * 8;
  }
}
