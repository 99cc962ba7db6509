import { ServiceError } from "../service.ts";

/** XML as these protocols need it: elements and text, no attributes. A list repeats its element. */
export type XmlContent = string | number | boolean | Date | XmlFields | undefined;
export interface XmlFields {
  [element: string]: XmlContent | readonly XmlContent[];
}

export function renderXml(root: string, fields: XmlFields, namespace?: string): string {
  const opening = namespace === undefined ? root : `${root} xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${opening}>${renderFields(fields)}</${root}>`;
}

function renderFields(fields: XmlFields): string {
  let text = "";
  for (const [name, value] of Object.entries(fields)) {
    const values = (Array.isArray(value) ? value : [value]) as readonly XmlContent[];
    for (const one of values) if (one !== undefined) text += `<${name}>${renderContent(one)}</${name}>`;
  }
  return text;
}

function renderContent(content: Exclude<XmlContent, undefined>): string {
  if (content instanceof Date) return content.toISOString();
  if (typeof content === "object") return renderFields(content);
  return escapeXml(String(content));
}

// Other control characters have no place in XML 1.0; they are written as references, which the SDKs read.
// oxlint-disable-next-line no-control-regex -- control characters are what must be escaped
const ESCAPED = /[&<>"'\u0000-\u0009\u000b-\u001f\u007f\r]/gu;
const NAMED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

function escapeXml(text: string): string {
  return text.replaceAll(ESCAPED, (character) => NAMED[character] ?? `&#x${character.charCodeAt(0).toString(16)};`);
}

export interface XmlElement {
  name: string;
  children: XmlElement[];
  text: string;
}

const MAX_DEPTH = 16;

/**
 * Reads the small XML bodies of S3 requests. Attributes are skipped, document types refused: entities of one's own
 * have no use here and are a way to exhaust memory.
 * @throws ServiceError `MalformedXML`
 */
export function parseXml(source: string): XmlElement {
  const root: XmlElement = { name: "", children: [], text: "" };
  const open: XmlElement[] = [root];
  const token = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([A-Za-z_][\w.:-]*)((?:\s[^<>]*?)?)(\/?)>|([^<]+)|</gu;
  for (const [whole, closing, name, , selfClosing, text] of source.matchAll(token)) {
    const current = open.at(-1) as XmlElement;
    if (text !== undefined) {
      current.text += unescapeXml(text);
    } else if (name === undefined) {
      if (whole === "<") throw malformed("an unexpected <");
    } else if (closing === "/") {
      if (open.length === 1 || current.name !== name) throw malformed(`</${name}> closes nothing`);
      open.pop();
    } else {
      if (open.length > MAX_DEPTH) throw malformed("too many levels");
      const element: XmlElement = { name, children: [], text: "" };
      current.children.push(element);
      if (selfClosing !== "/") open.push(element);
    }
  }
  const top = root.children[0];
  if (open.length > 1 || top === undefined || root.children.length > 1) throw malformed("one closed root element is needed");
  return top;
}

export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

function unescapeXml(text: string): string {
  return text.replaceAll(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|\w+);/gu, (whole, reference: string) => {
    if (reference.startsWith("#")) {
      const code = reference.startsWith("#x") ? Number.parseInt(reference.slice(2), 16) : Number(reference.slice(1));
      if (code > 0x10_ff_ff) throw malformed(`the reference ${whole}`);
      return String.fromCodePoint(code);
    }
    const character = Object.keys(NAMED).find((key) => NAMED[key] === whole);
    if (character === undefined) throw malformed(`the reference ${whole}`);
    return character;
  });
}

function malformed(what: string): ServiceError {
  return new ServiceError("MalformedXML", `The XML you provided was not well-formed or did not validate against our published schema: ${what}.`);
}
