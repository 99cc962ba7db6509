/**
 * Faults that a classifier has to get over without losing a text: every call fails at the service the first time it is made, and every call for
 * several texts is answered wrongly the second time. Each kind of fault has its turn.
 */
export function passingFaults<Fault>(ofTheService: readonly Fault[], ofTheAnswer: readonly Fault[]): (texts: readonly unknown[]) => Fault | undefined {
  const made = new Map<string, number>();
  const turns = { service: 0, answer: 0 };
  return (texts) => {
    const call = JSON.stringify(texts);
    const times = made.get(call) ?? 0;
    made.set(call, times + 1);
    if (times === 0) return ofTheService[turns.service++ % ofTheService.length];
    if (times === 1 && texts.length > 1) return ofTheAnswer[turns.answer++ % ofTheAnswer.length];
    return undefined;
  };
}
