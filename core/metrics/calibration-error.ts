/** One answer: how sure the model said it was (0 to 1), and whether it was right. */
export interface Answer {
  confidence: number;
  right: boolean;
}

/** The answers whose confidence lies in one bin. `meanConfidence` and `accuracy` are NaN for an empty bin. */
export interface CalibrationBin {
  from: number;
  to: number;
  answers: number;
  meanConfidence: number;
  accuracy: number;
}

export const CALIBRATION_BINS = 15;

/**
 * Bins of equal width over 0 to 1. A bin holds its upper edge, the first one its lower edge too (Guo et al. 2017).
 * @throws RangeError for a confidence outside 0 to 1.
 */
export function calibrationBins(answers: Iterable<Answer>, bins: number = CALIBRATION_BINS): CalibrationBin[] {
  const sums = Array.from({ length: bins }, () => ({ answers: 0, confidence: 0, right: 0 }));
  for (const { confidence, right } of answers) {
    if (!(confidence >= 0 && confidence <= 1)) throw new RangeError(`a confidence must be a number from 0 to 1, not ${confidence}`);
    const bin = sums[Math.max(0, Math.ceil(confidence * bins) - 1)]!;
    bin.answers += 1;
    bin.confidence += confidence;
    if (right) bin.right += 1;
  }
  return sums.map((bin, index) => ({
    from: index / bins,
    to: (index + 1) / bins,
    answers: bin.answers,
    meanConfidence: bin.confidence / bin.answers,
    accuracy: bin.right / bin.answers,
  }));
}

/**
 * Expected calibration error: the mean gap between confidence and accuracy, weighed by how many answers each bin holds
 * (Naeini et al. 2015; Guo et al. 2017). 0 to 1; NaN of no answers.
 */
export function expectedCalibrationError(answers: Iterable<Answer>, bins: number = CALIBRATION_BINS): number {
  const filled = calibrationBins(answers, bins).filter((bin) => bin.answers > 0);
  const total = filled.reduce((sum, bin) => sum + bin.answers, 0);
  return filled.reduce((sum, bin) => sum + bin.answers * Math.abs(bin.accuracy - bin.meanConfidence), 0) / total;
}
