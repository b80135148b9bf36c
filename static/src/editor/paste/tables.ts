// Tables from sheets, web pages and mails. Mails are laid out with tables: those give way to what is in them.
import { unwrap } from ".";

export function tidyTables(body: Element): void {
  // From the inside out: a layout often holds a table that is one.
  [...body.querySelectorAll("table")].reverse().forEach((table) => {
    const rows = [...table.rows];
    const cells = rows.flatMap((row) => [...row.cells]);
    const isLayout = table.getAttribute("role") === "presentation" || table.querySelector("table") !== null || rows.every((row) => row.cells.length <= 1);
    if (isLayout) flatten(table, cells);
    else if (cells.every((cell) => !cell.textContent?.trim() && !cell.querySelector("img"))) table.remove();
    else tidy(table, rows);
  });
}

function flatten(table: HTMLTableElement, cells: HTMLTableCellElement[]): void {
  const parts = cells.map((cell) => {
    const part = document.createElement("div");
    part.append(...cell.childNodes);
    return part;
  });
  table.replaceWith(...parts.filter((part) => part.textContent?.trim() || part.querySelector("img")));
}

function tidy(table: HTMLTableElement, rows: HTMLTableRowElement[]): void {
  table.querySelectorAll("caption").forEach((caption) => {
    const line = document.createElement("p");
    line.append(...caption.childNodes);
    table.before(line);
    caption.remove();
  });
  rows.filter((row) => row.cells.length > 0 && [...row.cells].every((cell) => isEmpty(cell) && cell.rowSpan === 1)).forEach((row) => {
    if (![...row.cells].some((cell) => cell.rowSpan > 1)) row.remove();
  });
  for (const cell of table.querySelectorAll("td, th")) {
    for (const name of ["width", "height", "valign", "bgcolor", "nowrap", "colwidth"]) cell.removeAttribute(name);
  }
  const first = table.rows[0];
  const isHead = first && [...first.cells].every((cell) => cell.localName === "th" || isBold(cell));
  if (first && isHead) [...first.cells].forEach(makeHeader);
  table.querySelectorAll("thead td").forEach((cell) => makeHeader(cell as HTMLTableCellElement));
  alignHeaders(table);
}

/** A column of numbers is to the right as a whole, with what names it. */
function alignHeaders(table: HTMLTableElement): void {
  const [head, ...rows] = [...table.rows];
  if (!head || rows.length === 0 || table.querySelector("[colspan], [rowspan]")) return;
  [...head.cells].forEach((cell, column) => {
    const aligned = rows.map((row) => row.cells[column]?.getAttribute("align") ?? "");
    if (cell.localName === "th" && aligned[0] && aligned.every((one) => one === aligned[0])) cell.setAttribute("align", aligned[0]);
  });
}

function isEmpty(cell: HTMLTableCellElement): boolean {
  return !cell.textContent?.trim() && !cell.querySelector("img");
}

/** Whether all words of a cell are bold: so a first row says that it names the columns. */
function isBold(cell: HTMLTableCellElement): boolean {
  const words = cell.textContent?.trim() ?? "";
  const bold = [...cell.querySelectorAll("b, strong")].map((one) => one.textContent?.trim());
  return words !== "" && bold.includes(words);
}

function makeHeader(cell: HTMLTableCellElement): void {
  cell.querySelectorAll("b, strong").forEach(unwrap);
  if (cell.localName === "th") return;
  const header = document.createElement("th");
  for (const { name, value } of [...cell.attributes]) header.setAttribute(name, value);
  header.append(...cell.childNodes);
  cell.replaceWith(header);
}
