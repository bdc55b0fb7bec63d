// What the browser is given, out of src/: `node build.js` writes dist/, and with --check says whether
// it is what the sources give.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const HERE = import.meta.dirname
const DIST = join(HERE, 'dist')
const ENTRIES = {
  stage: 'src/main.js',
  widgets: 'src/styles/main.css',
  scenes: 'src/scenes.js',
  page: 'src/styles/page.css',
  'scenes-page': 'src/styles/scenes.css',
}

const { outputFiles } = await build({
  absWorkingDir: HERE,
  entryPoints: Object.entries(ENTRIES).map(([out, path]) => ({ in: path, out })),
  outdir: DIST,
  bundle: true,
  format: 'esm',
  target: ['es2022', 'chrome123', 'firefox121', 'safari17.5'],
  charset: 'utf8',
  minify: true,
  write: false,
})

const stale = []
for (const { path, text } of outputFiles) {
  const committed = await readFile(path, 'utf8').catch(() => '')
  if (committed !== text) stale.push(path)
}
if (process.argv.includes('--check')) {
  const names = stale.map(o => basename(o)).join(', ')
  if (stale.length) console.error(`${names}: not what src/ gives. Run make web and commit it.`)
  process.exitCode = stale.length ? 1 : 0
} else {
  await mkdir(DIST, { recursive: true })
  for (const { path, text } of outputFiles) {
    await writeFile(path, text)
    console.log(`${basename(path)}: ${Math.round(text.length / 1024)} KiB`)
  }
}
