// Tables as readers see them: in a box that scrolls, header cells as such, widths as somebody dragged them.
import { Node } from "@tiptap/core";
import { Table as TiptapTable } from "@tiptap/extension-table";
import type { Node as ProseNode } from "@tiptap/pm/model";
import { TableView, columnResizing, tableEditing } from "@tiptap/pm/tables";

const ALIGNMENTS = ["left", "center", "right"];
const LEAST_WIDTH = 48; // pixels; one can still grasp the edge of what is narrower, but not read it

class ScrollingTable extends TableView {
  constructor(node: ProseNode, width: number) {
    super(node, width);
    this.dom.className = "table-scroll";
  }
}

export const Table = TiptapTable.extend({
  renderHTML: () => ["div", { class: "table-scroll" }, ["table", ["tbody", 0]]],
  addNodeView: () => null, // columnResizing brings the view
  addProseMirrorPlugins: () => [
    columnResizing({ cellMinWidth: LEAST_WIDTH, defaultCellMinWidth: LEAST_WIDTH, View: ScrollingTable }),
    tableEditing(),
  ],
});

export const TableRow = Node.create({
  name: "tableRow",
  content: "(tableCell | tableHeader)*",
  tableRole: "row",
  parseHTML: () => [{ tag: "tr" }],
  renderHTML: () => ["tr", 0],
});

const cell = (name: string, tag: string, tableRole: string) =>
  Node.create({
    name,
    content: "block+",
    tableRole,
    isolating: true,
    addAttributes() {
      return {
        colspan: { default: 1, parseHTML: (element: HTMLElement) => span(element, "colspan", 100), renderHTML: shown("colspan") },
        rowspan: { default: 1, parseHTML: (element: HTMLElement) => span(element, "rowspan", 1000), renderHTML: shown("rowspan") },
        colwidth: {
          default: null,
          parseHTML: widths,
          renderHTML: ({ colwidth }: Record<string, unknown>) => (Array.isArray(colwidth) ? { colwidth: colwidth.join(",") } : {}),
        },
        align: {
          default: null,
          parseHTML: (element: HTMLElement) => {
            const given = element.style?.textAlign || element.getAttribute("align") || "";
            return ALIGNMENTS.includes(given) ? given : null;
          },
          renderHTML: ({ align }: Record<string, unknown>) => (align ? { align } : {}),
        },
      };
    },
    parseHTML: () => [{ tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  });

export const TableCell = cell("tableCell", "td", "cell");
export const TableHeader = cell("tableHeader", "th", "header_cell");

function shown(name: string) {
  return (attributes: Record<string, unknown>) => (attributes[name] === 1 ? {} : { [name]: attributes[name] });
}

function span(element: HTMLElement, name: string, most: number): number {
  const given = Number.parseInt(element.getAttribute(name) ?? "1", 10);
  return given >= 1 && given <= most ? given : 1;
}

function widths(element: HTMLElement): number[] | null {
  const given = (element.getAttribute("colwidth") ?? "").split(",").filter(Boolean).map(Number);
  return given.length === span(element, "colspan", 100) && given.every((width) => width >= 0 && width <= 20_000) ? given : null;
}
