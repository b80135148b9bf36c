// A picture in the line. A picture that leads somewhere has the address itself: marks get lost on what is not text.
import { Node, mergeAttributes } from "@tiptap/core";
import { cleanImage, cleanLink } from "../addresses";
import { text } from "../words";

export const Image = Node.create({
  name: "image",
  group: "inline",
  inline: true,
  draggable: true,
  addAttributes() {
    return {
      src: { default: null, parseHTML: (element: HTMLElement) => cleanImage(element.getAttribute("src") ?? "") },
      alt: { default: null },
      title: { default: null },
      width: { default: null, parseHTML: (element: HTMLElement) => pixels(element.getAttribute("width")) },
      height: { default: null, parseHTML: (element: HTMLElement) => pixels(element.getAttribute("height")) },
      href: {
        default: null,
        parseHTML: (element: HTMLElement) => cleanLink(element.closest("a")?.getAttribute("href") ?? ""),
        rendered: false,
      },
    };
  },
  parseHTML: () => [{ tag: "img[src]", getAttrs: (element) => (cleanImage(element.getAttribute("src") ?? "") ? null : false) }],
  renderHTML: ({ HTMLAttributes }) => ["img", mergeAttributes(HTMLAttributes, { src: cleanImage(String(HTMLAttributes["src"] ?? "")) })],
  addNodeView:
    () =>
    ({ node }) => {
      const dom = document.createElement("span");
      dom.className = "image";
      const picture = document.createElement("img");
      const missing = document.createElement("span");
      missing.className = "no-alt";
      missing.textContent = text("no-alt");
      dom.append(picture);
      const show = (attributes: Record<string, unknown>): void => {
        const source = cleanImage(String(attributes["src"] ?? "")) ?? "";
        if (picture.getAttribute("src") !== source) picture.setAttribute("src", source);
        for (const name of ["alt", "title", "width", "height"]) {
          const value = attributes[name];
          if (value) picture.setAttribute(name, String(value));
          else if (name === "alt") picture.alt = "";
          else picture.removeAttribute(name);
        }
        if (attributes["alt"]) missing.remove();
        else dom.append(missing);
      };
      show(node.attrs);
      return {
        dom,
        update: (next) => {
          if (next.type !== node.type) return false;
          show(next.attrs);
          return true;
        },
      };
    },
});

function pixels(given: string | null): number | null {
  const number = Number.parseInt(given ?? "", 10);
  return number >= 1 && number <= 20_000 ? number : null;
}
