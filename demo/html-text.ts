const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text for an element or an attribute. The words come from customers: markup among them must stay text. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (character) => ENTITIES[character] ?? character);
}

/** A table with a header row and row headers, for those who read rather than look. */
export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string, index: number): string =>
    index === 0 ? `<th scope="row">${escapeHtml(text)}</th>` : `<td>${escapeHtml(text)}</td>`;
  return [
    "<table><thead><tr>",
    ...head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`),
    "</tr></thead><tbody>",
    ...rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`),
    "</tbody></table>",
  ].join("");
}
