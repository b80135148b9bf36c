// Boxes around other blocks: callouts, what is folded away, and passages for certain roles.
import { Node } from "@tiptap/core";
import type { Node as ProseNode } from "@tiptap/pm/model";
import type { NodeView } from "@tiptap/pm/view";
import { article } from "../words";

export const CALLOUT_KINDS = ["info", "warning"] as const;

export const Callout = Node.create({
  name: "callout",
  group: "block",
  content: "block+",
  defining: true,
  addAttributes() {
    return {
      kind: {
        default: "info",
        parseHTML: (element: HTMLElement) => (element.dataset["kind"] === "warning" ? "warning" : "info"),
        rendered: false,
      },
    };
  },
  parseHTML: () => [{ tag: "aside.callout" }],
  renderHTML({ node }) {
    const kind = String(node.attrs["kind"]);
    return ["aside", { class: "callout", "data-kind": kind, "aria-label": article(kind) }, 0];
  },
});

/** A `<details>` in an editable text would fold under the cursor, so what is written stands open. */
export const Details = Node.create({
  name: "details",
  group: "block",
  content: "detailsSummary detailsContent",
  defining: true,
  isolating: true,
  parseHTML: () => [{ tag: "details" }],
  renderHTML: () => ["details", { open: "" }, 0],
  addNodeView: () => () => {
    const dom = document.createElement("div");
    dom.className = "details";
    return { dom, contentDOM: dom };
  },
});

export const DetailsSummary = Node.create({
  name: "detailsSummary",
  content: "inline*",
  defining: true,
  isolating: true,
  selectable: false,
  parseHTML: () => [{ tag: "summary" }],
  renderHTML: () => ["summary", 0],
  addNodeView: () => () => {
    const dom = document.createElement("div");
    dom.className = "summary";
    return { dom, contentDOM: dom };
  },
  addKeyboardShortcuts() {
    return {
      // From the summary one goes on into what is under it.
      Enter: () => {
        const { $head } = this.editor.state.selection;
        return $head.parent.type.name === "detailsSummary" && this.editor.commands.setTextSelection($head.after() + 2);
      },
    };
  },
});

export const DetailsContent = Node.create({
  name: "detailsContent",
  content: "block+",
  defining: true,
  selectable: false,
  parseHTML: () => [{ tag: "div[data-details-content]" }],
  renderHTML: () => ["div", { "data-details-content": "" }, 0],
});

/** Every block but a passage: what is for certain roles cannot hold what is for others. */
const INSIDE_PASSAGE = [
  "paragraph", "heading", "bulletList", "orderedList", "blockquote", "codeBlock", "horizontalRule", "table", "callout",
  "steps", "contact", "facts", "details",
];

export const Passage = Node.create({
  name: "passage",
  group: "block",
  content: `(${INSIDE_PASSAGE.join(" | ")})+`,
  defining: true,
  isolating: true,
  addAttributes() {
    return {
      roles: {
        default: [],
        parseHTML: (element: HTMLElement) => (element.dataset["roles"] ?? "").split(/\s+/).filter(Boolean),
        rendered: false,
      },
    };
  },
  parseHTML: () => [{ tag: "section[data-roles]" }],
  renderHTML: ({ node }) => ["section", { "data-roles": rolesOf(node).join(" ") }, 0],
  addNodeView:
    () =>
    ({ node }): NodeView => {
      const dom = document.createElement("section");
      dom.role = "group";
      const show = (shown: ProseNode): void => {
        dom.dataset["roles"] = rolesOf(shown).join(" ");
        dom.ariaLabel = article("only-for").replace("{roles}", rolesOf(shown).map(roleName).join(", "));
      };
      show(node);
      return {
        dom,
        contentDOM: dom,
        update: (next) => {
          if (next.type !== node.type) return false;
          show(next);
          return true;
        },
        ignoreMutation: (mutation) => mutation.type === "attributes" && mutation.target === dom,
      };
    },
});

function rolesOf(node: ProseNode): string[] {
  const roles: unknown = node.attrs["roles"];
  return Array.isArray(roles) ? roles.map(String) : [];
}

function roleName(slug: string): string {
  return article(`role-${slug}`) || slug;
}
