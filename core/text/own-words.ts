/**
 * What the writer of a mail or a ticket says now: without quoted replies and the signature. The model would otherwise
 * score the agent's words, or last month's. When nothing is left (a mail that only forwards), the whole text.
 */
export function ownWords(text: string): string {
  const kept: string[] = [];
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    if (endsOwnWords(line, lines[index + 1], kept.length > 0)) break;
    if (!line.startsWith(">")) kept.push(line);
  }
  const own = kept.join("\n").trim();
  return own === "" ? text : own;
}

/** White space is tidied by now: the signature mark `-- ` has become `--`. */
const SIGNATURE = /^(?:--|__|—)$/u;
const SENT_FROM = /^(?:sent from my|get outlook for|enviad[oa] (?:do meu|desde mi|pelo meu|de mi)|envoyé de mon|von meinem .{1,40} gesendet|inviato da)/iu;
const ORIGINAL_MESSAGE =
  /^-{2,}\s?(?:original message|forwarded message|mensagem original|mensagem encaminhada|mensaje original|mensaje reenviado|message d'origine|ursprüngliche nachricht|messaggio originale)\s?-{2,}$/iu;
// "On Monday, 3 May 2027, Ana wrote:", "Em seg., 3 de mai. de 2027 às 10:12, Ana escreveu:" …, on one line or folded into two.
const REPLY_OPENS = /^(?:on|em|el|le|am|il)\s.*\d/iu;
const REPLY_CLOSES = /(?:wrote|escreveu|escribió|a écrit|schrieb[^:]{0,80}|ha scritto)\s?:$/iu;
const HEADER_FROM = /^\*?(?:from|de|von|da):\*?\s\S/iu;
const HEADER_NEXT = /^\*?(?:sent|date|to|subject|enviad[oa]|enviado el|data|fecha|para|assunto|asunto|gesendet|envoyé|inviato)[^:]{0,12}:/iu;

/** Lines are looked at only as far as a header of a mail can reach. */
const LONGEST_HEADER = 300;

function endsOwnWords(line: string, next: string | undefined, saidSomething: boolean): boolean {
  if (line.length > LONGEST_HEADER) return false;
  if (SIGNATURE.test(line) || SENT_FROM.test(line)) return saidSomething;
  if (ORIGINAL_MESSAGE.test(line)) return true;
  if (HEADER_FROM.test(line) && next !== undefined && HEADER_NEXT.test(next)) return true;
  if (!REPLY_OPENS.test(line)) return false;
  return REPLY_CLOSES.test(line) || (next !== undefined && next.length <= LONGEST_HEADER && REPLY_CLOSES.test(next));
}
