// Words come from the page, translated by Django: `editor-texts` in the reader's language, and those that stand in the
// article itself in the language of the article.
type Words = Record<string, string>;

let texts: Words | undefined;

function all(): Words {
  if (texts) return texts;
  const element = typeof document === "undefined" ? null : document.getElementById("editor-texts");
  texts = element ? (JSON.parse(element.textContent || "{}") as Words) : {};
  return texts;
}

/** A text of the page, with {names} filled in; the name itself where the page has none. */
export function text(name: string, values: Record<string, string | number> = {}): string {
  const found = all()[name] ?? name;
  return Object.entries(values).reduce((made, [key, value]) => made.replaceAll(`{${key}}`, String(value)), found);
}

/** A word inside the article; empty where the page has none. */
export function article(name: string): string {
  return all()[`article-${name}`] ?? "";
}
