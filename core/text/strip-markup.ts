import { decodeHTMLStrict } from "entities/decode";

/**
 * HTML to readable text. Only names that HTML knows count as tags, so "<3", "a < b" and "<your name>" survive.
 * Linear in the length of the text, whatever is unclosed: no scan for the end of a tag passes the next `<`.
 */
export function stripMarkup(html: string, { quoteMarks }: { quoteMarks: boolean }): string {
  if (!html.includes("<")) return decodeEntities(html);
  const lower = html.toLowerCase();
  const closings = new ClosingTags(lower);
  let text = "";
  let quoteDepth = 0;
  let position = 0;
  while (position < html.length) {
    const open = html.indexOf("<", position);
    if (open === -1) break;
    text += html.slice(position, open);
    const commentEnd = lower.startsWith("<!--", open) ? closings.end("-->", open + 4) : undefined;
    const tag = commentEnd === undefined ? readTag(html, open) : undefined;
    if (commentEnd !== undefined) {
      position = commentEnd;
    } else if (tag === undefined) {
      text += "<";
      position = open + 1;
    } else {
      position = tag.end;
      if (!tag.closing && WITHOUT_WORDS.has(tag.name)) position = closings.end(`</${tag.name}`, tag.end) ?? tag.end;
      if (tag.name === "blockquote" && quoteMarks) {
        quoteDepth = Math.min(DEEPEST_QUOTE, Math.max(0, quoteDepth + (tag.closing ? -1 : 1)));
        text += `\n${QUOTE_MARK.repeat(quoteDepth)}`;
      } else if (LINES.has(tag.name)) {
        text += `\n${QUOTE_MARK.repeat(quoteDepth)}`;
      } else if (CELLS.has(tag.name)) {
        text += " ";
      }
    }
  }
  return decodeEntities(text + html.slice(position));
}

/** Strict: without its semicolon `&copy` in a link's query is a parameter, not a sign. */
export function decodeEntities(text: string): string {
  return text.includes("&") ? decodeHTMLStrict(text) : text;
}

const QUOTE_MARK = "> ";
/** Without a limit, a text of nothing but block quotes would grow with the square of its length. */
const DEEPEST_QUOTE = 5;
const WITHOUT_WORDS = new Set(["script", "style", "head", "title", "template"]);
const CELLS = new Set(["td", "th", "option"]);
const LINES = new Set(
  ("address article aside blockquote body br center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr " +
    "li main nav ol p pre section summary table tbody tfoot thead tr ul").split(" "),
);
const INLINE = new Set(
  ("a abbr acronym area audio b base bdi bdo big button caption cite code col colgroup data del dfn em embed font html i iframe img input " +
    "ins kbd label legend link map mark meta noscript object param picture q rp rt ruby s samp select small source span strike strong sub sup svg " +
    "textarea time tt u var video wbr").split(" "),
);

interface Tag {
  name: string;
  closing: boolean;
  /** Position after the `>`. */
  end: number;
}

const TAG_START = /<(\/?)([a-z][a-z0-9]{0,11})(?=[\s/>])|<!doctype(?=[\s>])()/iy;
const DOCTYPE = "!doctype";

function readTag(html: string, open: number): Tag | undefined {
  TAG_START.lastIndex = open;
  const start = TAG_START.exec(html);
  if (start === null) return undefined;
  const name = start[2]?.toLowerCase() ?? DOCTYPE;
  if (name !== DOCTYPE && !LINES.has(name) && !INLINE.has(name) && !CELLS.has(name) && !WITHOUT_WORDS.has(name)) return undefined;
  const end = endOfTag(html, TAG_START.lastIndex);
  return end === undefined ? undefined : { name, closing: start[1] === "/", end };
}

/** The first `>` outside quotes; when a quote is never closed before the next `<`, the first `>` of all. */
function endOfTag(html: string, from: number): number | undefined {
  let quote = "";
  let firstEnd: number | undefined;
  for (let position = from; position < html.length; position += 1) {
    const character = html[position]!;
    if (character === "<") break;
    if (character === ">") {
      if (quote === "") return position + 1;
      firstEnd ??= position + 1;
    } else if (character === '"' || character === "'") {
      if (quote === "") quote = character;
      else if (quote === character) quote = "";
    }
  }
  return firstEnd;
}

/** Finds ends of comments and scripts; what was once not found is not looked for again, which keeps the whole linear. */
class ClosingTags {
  readonly #lower: string;
  readonly #absent = new Set<string>();

  constructor(lower: string) {
    this.#lower = lower;
  }

  /** Position after the `>` of the closing, or undefined when there is none. */
  end(closing: string, from: number): number | undefined {
    if (this.#absent.has(closing)) return undefined;
    const found = this.#lower.indexOf(closing, from);
    const end = found === -1 ? -1 : this.#lower.indexOf(">", found);
    if (end === -1) {
      this.#absent.add(closing);
      return undefined;
    }
    return end + 1;
  }
}
