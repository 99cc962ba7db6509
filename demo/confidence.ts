/** How many rows have a confidence within one tenth: `tenth` 7 is 0.7 up to but not including 0.8. */
export interface ConfidenceBand {
  tenth: number;
  rows: number;
}

/** The confidences from which a first stage might be trusted; `npx valence tune cascade` finds the right one for a set of labelled texts. */
export const TRUST_LEVELS = [0.5, 0.6, 0.7, 0.8, 0.9] as const;

/** What a cascade would ask its next stage about, were answers of at least this confidence to stand. */
export interface PassedOn {
  answerFrom: number;
  rows: number;
  /** Of all rows, 0 to 1. */
  share: number;
}

export function passedOn(bands: readonly ConfidenceBand[]): PassedOn[] {
  const all = bands.reduce((sum, { rows }) => sum + rows, 0);
  return TRUST_LEVELS.map((answerFrom) => {
    const rows = bands.filter(({ tenth }) => tenth < Math.round(answerFrom * 10)).reduce((sum, band) => sum + band.rows, 0);
    return { answerFrom, rows, share: all === 0 ? 0 : rows / all };
  });
}

/** `0.7–0.8`. The last band includes its end: nothing is surer than 1. */
export function bandName({ tenth }: ConfidenceBand): string {
  return `${(tenth / 10).toFixed(1)}–${((tenth + 1) / 10).toFixed(1)}`;
}
