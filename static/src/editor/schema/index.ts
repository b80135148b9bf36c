// The schema of a document as extensions of Tiptap: schema.json, node for node (tests/documents compares the two).
import { getSchema } from "@tiptap/core";
import type { AnyExtension } from "@tiptap/core";
import { Blockquote, CodeBlock, Document, HardBreak, Heading, HorizontalRule, Paragraph, Text } from "./blocks";
import { Callout, Details, DetailsContent, DetailsSummary, Passage } from "./boxes";
import { Contact, ContactField, Fact, Facts } from "./fields";
import { Image } from "./image";
import { BulletList, ListItem, OrderedList, Step, Steps } from "./lists";
import { Bold, Code, Italic, Link, Strike, Subscript, Superscript, Underline } from "./marks";
import { Table, TableCell, TableHeader, TableRow } from "./tables";

/** In the order of schema.json, which is the order in which ProseMirror tries them. */
export const schemaExtensions: AnyExtension[] = [
  Paragraph, Document, Heading, BulletList, OrderedList, ListItem, Blockquote, CodeBlock, HorizontalRule,
  Table, TableRow, TableCell, TableHeader, Callout, Steps, Step, Contact, ContactField, Facts, Fact,
  Details, DetailsSummary, DetailsContent, Passage, Text, HardBreak, Image,
  Link, Bold, Code, Italic, Strike, Subscript, Superscript, Underline,
];

const NODE_PARTS = [
  "content", "marks", "group", "inline", "code", "defining", "isolating", "selectable", "draggable", "tableRole", "linebreakReplacement",
] as const;

/** The schema as schema.json writes it: what a document may hold, without how it is shown. */
export function exportSchema(): { topNode: string; nodes: [string, object][]; marks: [string, object][] } {
  const { spec } = getSchema(schemaExtensions);
  const nodes: [string, object][] = [];
  spec.nodes.forEach((name, node) => nodes.push([name, { ...parts(node, NODE_PARTS), ...attributes(node.attrs) }]));
  const marks: [string, object][] = [];
  spec.marks.forEach((name, mark) => marks.push([name, { ...parts(mark, ["code", "excludes"]), ...attributes(mark.attrs) }]));
  return { topNode: spec.topNode ?? "doc", nodes, marks };
}

function parts(spec: object, names: readonly string[]): object {
  const values = spec as Record<string, unknown>;
  return Object.fromEntries(names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]));
}

function attributes(attrs: Readonly<Record<string, { default?: unknown }>> | null | undefined): object {
  const names = Object.keys(attrs ?? {});
  return names.length ? { attrs: Object.fromEntries(names.map((name) => [name, { default: attrs?.[name]?.default }])) } : {};
}
