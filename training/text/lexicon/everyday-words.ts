/**
 * Everyday words of customers that the translated lists lack or, translated without context, weigh wrongly ("caro" is
 * "expensive" here, not "dear"). Chosen by hand; valence -5 to 5. They go before the list.
 */
export const EVERYDAY_WORDS: Record<string, Record<string, number>> = {
  en: words({
    "2": "prompt fast quick",
    "-1": "slow refund",
    "-2": "unhelpful overcharged faulty unresolved rip-off",
  }),
  pt: words({
    "4": "maravilhoso sensacional espetacular impecável",
    "3": "ótimo adorei amei adoro incrível excelentes encantado lindo",
    "2": "gostei recomendo atencioso prestativo eficiente ágil rápido funcionou resolveram resolveu resolvido gentil bons valeu",
    "1": "funciona cumpriu",
    "-1": "demorou demorado lento cobrança caro atrasou",
    "-2": "ruim reclamação quebrado decepcionado descaso desrespeito insatisfeito enrolação",
    "-3": "péssimo odiei odeio detestei horroroso",
  }),
  es: words({
    "3": "encanta encantó encantado óptimo bueno estupendo",
    "2": "recomiendo recomendable eficiente atento impecable gusta bien resolvieron resuelto contento",
    "1": "funciona cumplió",
    "-1": "tarde tardó tardaron demora caro lento",
    "-2": "malo roto defectuoso queja engañado decepcionado",
    "-3": "pésimo odié odio detesto horroroso",
  }),
};

/** Languages whose adjectives in -o also end in -a, -os and -as (Italian: -a, -i, -e); the lists hold the first form only. */
export const OTHER_ENDINGS: Record<string, readonly string[]> = { pt: ["a", "os", "as"], es: ["a", "os", "as"], it: ["a", "i", "e"] };

function words(byValence: Record<string, string>): Record<string, number> {
  return Object.fromEntries(Object.entries(byValence).flatMap(([valence, list]) => list.split(" ").map((word) => [word, Number(valence)])));
}
