// Builds leadloop/static/dist: one style sheet, three scripts, the fonts and a sprite of the icons that templates name.
import { build, context } from "esbuild";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL(".", import.meta.url));
const from = join(root, "leadloop", "static");
const dist = join(from, "dist");
const drawings = join(root, "node_modules", "@tabler", "icons", "icons");
const watching = process.argv.includes("--watch");
const made = watching ? dist : join(from, `.dist-${process.pid}`); // a running product serves what is in dist

const scripts = {
  app: join(from, "js", "app.js"),
  charts: join(from, "js", "charts.js"),
  early: join(from, "js", "early.js"),
};
// The font is named here and not in app.css: collectstatic reads our sheets too, and cannot follow the name of a package.
const sheet = { contents: '@import "@fontsource-variable/inter/wght.css"; @import "./app.css";', loader: "css", resolveDir: join(from, "css") };
const options = {
  outdir: made,
  bundle: true,
  minify: !watching,
  sourcemap: false, // a map that is not shipped breaks the manifest storage
  legalComments: "none",
  format: "iife",
  target: ["chrome111", "firefox115", "safari16.4"],
  loader: { ".woff2": "file" },
  assetNames: "fonts/[name]",
  logLevel: "warning",
};

const jobs = [{ ...options, entryPoints: scripts }, { ...options, stdin: sheet, outdir: undefined, outfile: join(made, "app.css") }];
await mkdir(made, { recursive: true });
if (watching) {
  await writeFile(join(made, "icons.svg"), await drawSprite());
  for (const job of jobs) await (await context(job)).watch();
  console.log("watching leadloop/static; icons are drawn once, at the start");
} else {
  try {
    await writeFile(join(made, "icons.svg"), await drawSprite());
    for (const job of jobs) await build(job); // one by one, so that none still writes when another has failed
    await replaceFiles();
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** File by file, what was made takes the place of what was there: at no moment is one missing. */
async function replaceFiles() {
  const fresh = await filesUnder(made);
  for (const file of fresh) {
    const place = join(dist, file);
    await mkdir(dirname(place), { recursive: true });
    await rename(join(made, file), place);
  }
  for (const file of await filesUnder(dist)) if (!fresh.includes(file)) await rm(join(dist, file));
}

/** The sprite: a symbol for each icon named by `{% icon "x" %}`, `icon="x"`, `#icon-x` or a string of icons.py. */
async function drawSprite() {
  const symbols = [];
  for (const [name, where] of [...(await namedIcons())].sort()) {
    const style = name.endsWith("-filled") ? "filled" : "outline";
    const file = join(drawings, style, `${name.replace(/-filled$/, "")}.svg`);
    if (!(await exists(file))) throw new Error(`${where}: there is no icon called "${name}"`);
    symbols.push(symbolOf(name, await readFile(file, "utf8")));
  }
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

function symbolOf(name, drawing) {
  const shapes = drawing
    .replace(/^[\s\S]*?<svg[\s\S]*?>/, "")
    .replace("</svg>", "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
    .replace(/\s+/g, " ")
    .trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
}

async function namedIcons() {
  const found = new Map();
  const patterns = [/\{%\s*icon\s+["']([a-z0-9-]+)["']/g, /(?<![:\w-])icon(?:_name)?["']?\s*[=:]\s*["']([a-z0-9-]+)["']/g, /#icon-([a-z0-9-]+)/g];
  const ours = join(root, "leadloop");
  const naming = (file) => /\.(html|py|js|toml)$/.test(file) && !/^static\/\.?dist/.test(file);
  for (const place of (await filesUnder(ours)).filter(naming)) {
    const file = join(ours, place);
    const text = await readFile(file, "utf8");
    const every = file.endsWith(join("templatetags", "icons.py")) ? [...patterns, /:\s*"([a-z0-9-]+)"/g] : patterns;
    for (const pattern of every) for (const [, name] of text.matchAll(pattern)) found.set(name, file);
  }
  return found;
}

async function filesUnder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

async function exists(file) {
  return access(file).then(() => true, () => false);
}
