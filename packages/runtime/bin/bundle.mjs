// Bundles the app in the current folder: dist/bundle/start.js and the chunks that it loads later. Loading a few files
// takes a fraction of the processor time that a thousand modules take.
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const FOLDER = join(process.cwd(), 'dist/bundle')

/**
 * Not bundled: they read files beside their own (fonts, tables, pages, WebAssembly), or are large and needed seldom. Each
 * is a dependency of the apps that load it, since the bundle looks for it from there.
 */
const EXTERNAL = /^(@aws-sdk\/|pdfkit|harfbuzzjs|subset-font|pg-native)/

const isLibrary = (id) => id.includes('/node_modules/')

/** Our code finds files by their place beside its module, and keeps finding them there. */
const modulePlaces = {
  name: 'module-places',
  transform(code, id) {
    if (isLibrary(id) || !code.includes('import.meta.url')) return null
    // Relative first: the repository itself may be in a folder that is called src.
    const compiled = join(ROOT, relative(ROOT, id).replace('/src/', '/dist/').replace(/\.ts$/, '.js'))
    const place = `new URL('${relative(FOLDER, compiled)}', import.meta.url).href`
    return { code: code.replaceAll('import.meta.url', place), map: null }
  },
}

/** Libraries get no source map: Node reads the map of each file that it loads, and their code is readable as it is. */
const mapsOfOurs = {
  name: 'maps-of-ours',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk' || chunk.moduleIds.some((id) => id.startsWith(ROOT) && !isLibrary(id))) continue
      delete bundle[`${chunk.fileName}.map`]
      chunk.code = chunk.code.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n')
    }
  },
}

const bundle = await rolldown({
  input: 'src/start.ts',
  platform: 'node',
  resolve: { conditionNames: ['source', 'node'] },
  external: [EXTERNAL],
  plugins: [modulePlaces, mapsOfOurs],
})
const { output } = await bundle.write({
  dir: FOLDER,
  cleanDir: true,
  sourcemap: true,
  sourcemapExcludeSources: true,
  minifyInternalExports: false,
  comments: { legal: true, annotation: false, jsdoc: false },
  chunkFileNames: '[name].js',
  codeSplitting: {
    groups: [
      { name: 'libraries', test: isLibrary, tags: ['$initial'], priority: 1 },
      { name: (id) => libraryOf(id), debugName: 'one library', test: isLibrary },
    ],
  },
})
const chunks = output.filter(({ type }) => type === 'chunk')
const modules = chunks.map(({ fileName, moduleIds }) => [fileName, moduleIds.map((id) => relative(ROOT, id))])
writeFileSync(join(FOLDER, 'modules.json'), JSON.stringify(Object.fromEntries(modules), null, 1))

function libraryOf(id) {
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)
  return name.replace(/^@/, '').replace('/', '-')
}
