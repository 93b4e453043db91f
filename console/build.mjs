// Bundles the console into a folder: node build.mjs FOLDER. The same sources and packages give the same bytes.
//
// Scripts and style sheets have a hash of their content in their names, so that browsers may keep them for
// ever; only index.html, which names them, is asked for again.
import { build } from "esbuild";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

const folder = process.argv[2];
const here = import.meta.dirname;
const common = {
  absWorkingDir: here,
  // Packages lie in a cache whose path must not become part of a hash.
  preserveSymlinks: true,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome115", "firefox128", "safari17.4"],
  outdir: "built",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  write: false,
};

// An audio worklet is a module of its own, loaded by its address.
const worklet = await build({ ...common, entryPoints: ["src/live/recorder-worklet.ts"] });
const app = await build({
  ...common,
  entryPoints: ["src/main.tsx"],
  splitting: true,
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { RECORDER_MODULE: JSON.stringify(`/console/${basename(worklet.outputFiles[0].path)}`) },
});

const files = [...worklet.outputFiles, ...app.outputFiles];
const named = (pattern) => basename(files.find(({ path }) => pattern.test(path)).path);
const page = readFileSync(join(here, "src/index.html"), "utf8")
  .replace("{script}", named(/main-[A-Z0-9]+\.js$/))
  .replace("{styles}", named(/main-[A-Z0-9]+\.css$/));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "index.html"), page);
for (const { path, contents } of files) {
  writeFileSync(join(folder, basename(path)), contents);
  console.log(`${basename(path)} ${contents.length} bytes, ${gzipSync(contents, { level: 9 }).length} compressed`);
}
