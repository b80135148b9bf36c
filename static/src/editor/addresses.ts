// Which addresses a link or a picture may have: the browser's half of articles/documents/addresses.py.
const LINK_SCHEMES = ["http", "https", "mailto", "tel", "sms"];
const IMAGE_SCHEMES = ["http", "https"];
const LONGEST = 4_000;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/;
const STORED = /^\/articles\/\d{1,18}\/images\/\d{1,18}(?:\/|[?#]|$)/;
const ARTICLE = /^\/articles\/(\d{1,18})(?:\/(?!images\/)|[?#]|$)/;

/** The address as a link may carry it, or null when it must not be followed (javascript:, data:, file: …). */
export function cleanLink(address: string): string | null {
  return clean(address, LINK_SCHEMES);
}

/** The same for the source of a picture: a path, or a web address. */
export function cleanImage(address: string): string | null {
  return clean(address, IMAGE_SCHEMES);
}

/** Whether a picture is of this installation: pages show no others. */
export function isStored(address: string): boolean {
  return STORED.test(address);
}

function clean(given: string, schemes: string[]): string | null {
  const address = given
    .replace(/^[\0-\x20]+|[\0-\x20]+$/g, "")
    .replace(/[\t\n\r]/g, "")
    .replaceAll(" ", "%20");
  if (!address || address.length > LONGEST || /[\0-\x20\x7f]/.test(address)) return null;
  const scheme = SCHEME.exec(address)?.[1]?.toLowerCase();
  return scheme && !schemes.includes(scheme) ? null : address;
}

/**
 * What somebody typed as an address, as they meant it: www.example.org is a web address, a@b.se a mail address, and a
 * page of this installation is a path. Null when it is none.
 */
export function meantAddress(typed: string, origin: string): string | null {
  const given = typed.trim();
  if (/^[^\s@/:]+@[^\s@/]+\.[^\s@/]+$/.test(given)) return `mailto:${given}`;
  if (/^\+?[\d][\d\s()-]{5,}$/.test(given)) return `tel:${given.replace(/[^\d+]/g, "")}`;
  if (/^(www\.|[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}([/?#]|$))/i.test(given)) return cleanLink(`https://${given}`);
  return cleanLink(given.startsWith(`${origin}/`) ? given.slice(origin.length) : given);
}

/** The id of the article that a link leads to, or null. */
export function articleOf(href: string): string | null {
  return ARTICLE.exec(href)?.[1] ?? null;
}
