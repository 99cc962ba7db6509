const HEADER_BYTES = 44;

/** @returns float samples (full scale ±1) as 16-bit integers: rounded to the nearest, clamped where they pass full scale. */
export function toPcm16(samples: Float32Array): Int16Array {
  const pcm = new Int16Array(samples.length);
  for (let index = 0; index < samples.length; index++) {
    pcm[index] = Math.max(-32_768, Math.min(32_767, Math.round((samples[index] ?? 0) * 32_768)));
  }
  return pcm;
}

/** @returns 16-bit integers as floats: divided by 32,768, so that -32,768 is -1. */
export function fromPcm16(pcm: Int16Array): Float32Array {
  const samples = new Float32Array(pcm.length);
  for (let index = 0; index < pcm.length; index++) samples[index] = (pcm[index] ?? 0) / 32_768;
  return samples;
}

/**
 * A RIFF/WAVE file of 16-bit PCM: a header of 44 bytes, then the samples, interleaved, little-endian.
 *
 * @param channels one array a channel, all of one length
 * @param sampleRate Hz
 * @throws RangeError when there is no channel, their lengths differ, or the file would pass 4 GiB, which its header cannot say
 */
export function encodeWav(channels: readonly Float32Array[] | readonly Int16Array[], sampleRate: number): Uint8Array {
  const tracks = channels.map((channel) => (channel instanceof Int16Array ? channel : toPcm16(channel)));
  const length = tracks[0]?.length;
  if (length === undefined) throw new RangeError("encodeWav needs at least one channel");
  if (tracks.some((track) => track.length !== length)) throw new RangeError(`encodeWav needs channels of one length, not of ${tracks.map((track) => track.length).join(" and ")}`);
  const blockAlign = tracks.length * 2;
  const dataBytes = length * blockAlign;
  if (dataBytes + HEADER_BYTES > 0xff_ff_ff_ff) throw new RangeError(`a WAV file holds less than 4 GiB, not ${dataBytes} bytes`);

  const file = new Uint8Array(HEADER_BYTES + dataBytes);
  const view = new DataView(file.buffer);
  const name = (offset: number, text: string): void => {
    for (let index = 0; index < text.length; index++) file[offset + index] = text.charCodeAt(index);
  };
  name(0, "RIFF");
  view.setUint32(4, file.length - 8, true);
  name(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, tracks.length, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * blockAlign, true);
  view.setUint16(32, blockAlign, true);
  view.setUint16(34, 16, true);
  name(36, "data");
  view.setUint32(40, dataBytes, true);

  for (const [position, track] of tracks.entries()) {
    let offset = HEADER_BYTES + position * 2;
    for (const sample of track) {
      view.setInt16(offset, sample, true);
      offset += blockAlign;
    }
  }
  return file;
}
