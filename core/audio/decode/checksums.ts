/** A cyclic redundancy check that starts at 0 and shifts left, byte by byte. @param width 8, 16 or 32 bits */
function leftShiftingCrc(polynomial: number, width: 8 | 16 | 32): (bytes: Uint8Array) => number {
  const lift = 32 - width;
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte << 24;
    for (let bit = 0; bit < 8; bit++) remainder = remainder < 0 ? (remainder << 1) ^ (polynomial << lift) : remainder << 1;
    return remainder >>> 0;
  });
  return (bytes) => {
    let remainder = 0;
    for (let index = 0; index < bytes.length; index++) remainder = (remainder << 8) ^ (table[((remainder >>> 24) ^ (bytes[index] ?? 0)) & 0xff] ?? 0);
    return remainder >>> lift;
  };
}

/** Of a FLAC frame's header (RFC 9639, section 9.1.8). */
export const crc8 = leftShiftingCrc(0x07, 8);
/** Of a whole FLAC frame (section 9.3). */
export const crc16 = leftShiftingCrc(0x80_05, 16);
/** Of an Ogg page, its own four bytes taken as 0 (RFC 3533, section 6). */
export const oggCrc32 = leftShiftingCrc(0x04_c1_1d_b7, 32);
