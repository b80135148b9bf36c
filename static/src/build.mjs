// Builds the client into ../dist (or --outdir=…): the same bytes from the same sources, so that CI can compare.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = path.dirname(fileURLToPath(import.meta.url));
const chosen = process.argv.find((argument) => argument.startsWith("--outdir="));
const outdir = path.resolve(chosen ? chosen.slice("--outdir=".length) : path.join(source, "..", "dist"));
const modules = path.join(source, "node_modules");

// Browsers of the last two years: light-dark(), nesting, popover and <dialog> are used as they are.
const target = ["chrome123", "edge123", "firefox125", "safari17.5"];
const common = { absWorkingDir: source, outdir, bundle: true, minify: true, legalComments: "none", target, logLevel: "warning" };

/** Gives the paths of the sources. Each page loads `app`; only the editing pages load `editor` besides. */
async function scripts() {
  const made = await build({ ...common, entryPoints: { app: "main.ts", editor: "editor/index.ts" }, format: "esm", charset: "utf8", metafile: true });
  // The worker's address never changes, so it is no module and shares nothing.
  await build({ ...common, entryPoints: { "service-worker": "service-worker.ts" }, format: "iife", charset: "utf8" });
  const used = Object.values(made.metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  return used.filter(([, input]) => input.bytesInOutput > 0).map(([name]) => name);
}

async function styles() {
  await build({ ...common, entryPoints: { app: "css/app.css", editor: "css/editor.css" }, charset: "utf8" });
}

/** One <symbol> for each name in icons.json; drawn by `.i` in CSS, so that no icon carries its own stroke. */
async function sprite() {
  const names = JSON.parse(await readFile(path.join(source, "icons.json"), "utf8"));
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(path.join(modules, "lucide-static", "icons", `${name}.svg`), "utf8");
      const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
      return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
    }),
  );
  const licence = "<!-- Lucide, ISC: see licences.txt -->";
  await writeFile(
    path.join(outdir, "icons.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg">${licence}\n${symbols.join("\n")}\n</svg>\n`,
  );
}

/**
 * What is shipped with the client, and under which licence: every package of which a byte is in a bundle, and the icons.
 * `inputs` are esbuild's: the paths that went into the bundles, seen from the source folder.
 */
async function licences(inputs) {
  const packages = inputs.map((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]).filter(Boolean);
  const texts = [...new Set([...packages, "lucide-static"])].sort().map(async (name) => {
    const folder = path.join(modules, name);
    const { version } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.md|\.txt)?$/i.test(entry));
    if (!file) throw new Error(`${name} brings no licence text; it cannot be shipped without.`);
    const text = await readFile(path.join(folder, file), "utf8");
    return `${name} ${version}\n\n${text.replace(/\r\n/g, "\n").trim()}\n`;
  });
  await writeFile(path.join(outdir, "licences.txt"), (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`));
}

async function mark() {
  await writeFile(path.join(outdir, "mark.svg"), await readFile(path.join(source, "mark.svg")));
}

await mkdir(outdir, { recursive: true });
await Promise.all([scripts().then(licences), styles(), sprite(), mark()]);
