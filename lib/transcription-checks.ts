import type { AudioConfiguration } from "./audio-configuration.ts";
import type { Mistake } from "./text-classifier-checks.ts";

/** Of Lambda's 4 KB for all variables of a function; names and the settings of audio need the rest. */
const LARGEST_SETTINGS_BYTES = 2_500;

const PLACE = ["audio", "transcription"];

/** The mistakes of `audio.transcription` that no single key shows. Places start at the configuration. */
export function transcriptionMistakes({ transcription }: AudioConfiguration): Mistake[] {
  return [...languageMistakes(transcription.settings), ...segmentsMistakes(transcription.contactLens), ...concurrencyMistakes(transcription)];
}

type Transcription = AudioConfiguration["transcription"];

function languageMistakes(settings: Transcription["settings"]): Mistake[] {
  const { languages } = settings;
  const place = [...PLACE, "settings"];
  const repeated = languages.flatMap((language, index): Mistake[] => (languages.indexOf(language) < index ? [{ place: [...place, "languages", index], message: "a language that is not in the list already" }] : []));
  const strange = (["vocabularies", "vocabularyFilters"] as const).flatMap((kind) =>
    Object.keys(settings[kind])
      .filter((language) => !languages.includes(language))
      .map((language): Mistake => ({ place: [...place, kind, language], message: `one of ${languages.join(", ")} as its language, or add ${language} to audio.transcription.settings.languages` })),
  );
  const bytes = Buffer.byteLength(JSON.stringify(settings));
  const tooLong: Mistake = { place, message: `settings of at most ${LARGEST_SETTINGS_BYTES} bytes of JSON (these have ${bytes}), because Lambda keeps at most 4 KB of variables; shorten the names of vocabularies and filters` };
  return [...repeated, ...strange, ...(bytes > LARGEST_SETTINGS_BYTES ? [tooLong] : [])];
}

/** Lambda reads streams of its own region, and a key encrypts what is in its region. */
function segmentsMistakes({ segmentsStream }: Transcription["contactLens"]): Mistake[] {
  if (segmentsStream?.keyArn === undefined) return [];
  const region = regionOf(segmentsStream.arn);
  if (regionOf(segmentsStream.keyArn) === region) return [];
  return [{ place: [...PLACE, "contactLens", "segmentsStream", "keyArn"], message: `the ARN of a key in ${region}, where the stream is` }];
}

function regionOf(arn: string): string {
  return arn.split(":")[3] ?? "";
}

function concurrencyMistakes({ contactLens, router, starter }: Transcription): Mistake[] {
  // A shard of the segments' stream is read by one function at a time.
  const shards = contactLens.segmentsStream === null ? 0 : 1;
  return (["starter", "router"] as const).flatMap((part): Mistake[] => {
    const { maximumConcurrency, reservedConcurrency } = part === "starter" ? starter : router;
    const least = maximumConcurrency + (part === "router" ? shards : 0);
    if (reservedConcurrency === undefined || reservedConcurrency >= least) return [];
    const why = least === maximumConcurrency ? `audio.transcription.${part}.maximumConcurrency (${least})` : `${least}: audio.transcription.${part}.maximumConcurrency, and one for a shard of Contact Lens's segments`;
    return [{ place: [...PLACE, part, "reservedConcurrency"], message: `at least ${why}, or jobs are throttled into the dead-letter queue` }];
  });
}
