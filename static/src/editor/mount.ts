// One editor in one element: over a draft that many write, or over a text of one's own.
import { Editor } from "@tiptap/core";
import { Collaboration } from "@tiptap/extension-collaboration";
import * as Y from "yjs";
import { schemaExtensions } from "./schema";

export function mountEditor(element: HTMLElement): Editor {
  return new Editor({ element, injectCSS: false, extensions: [...schemaExtensions, Collaboration.configure({ document: new Y.Doc() })] });
}
