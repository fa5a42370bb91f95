// From what V8 counted in compiled code to lines and branches of the TypeScript sources.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { mergeScriptCovs } from '@bcoe/v8-coverage'
import { transformSync } from '@swc/core'
import { parse } from 'acorn'
import { convert } from 'ast-v8-to-istanbul'
import istanbul from 'istanbul-lib-coverage'
import jestConfig from '../../../../jest.config.mjs'
import { ROOT } from '../../../dev-services/bin/prepare.mjs'
import { branchesOf } from './branches.mjs'

const COMPILED = /\/(apps|packages)\/[^/]+\/(src|dist)\/(?!bundle\/)[^?]+$/

/**
 * Adds up what is in folders of counts, made by `reporter.mjs` or by Node's `NODE_V8_COVERAGE`. A process that a test
 * ends with SIGKILL leaves no counts. A source that nothing loaded is there as well, with nothing covered.
 * @param sources Paths relative to the root: what else was run is left out.
 * @returns An Istanbul coverage map by the same paths; what a line and a branch are is as in Jest and nyc.
 */
export async function count(folders, sources) {
  const everything = istanbul.createCoverageMap()
  for (const script of [...sources.map(neverLoaded), ...scriptsIn(folders)]) everything.merge(await convert(script))
  const wanted = istanbul.createCoverageMap()
  for (const source of sources) wanted.addFileCoverage(dataOf(everything, source))
  return wanted
}

/** One for each file and text that it was compiled to, with the counts of all that ran it. */
function scriptsIn(folders) {
  const runs = new Map()
  for (const file of folders.flatMap(filesIn)) {
    const { result } = JSON.parse(readFileSync(file, 'utf8'))
    for (const { code, ...coverage } of result.filter(({ url }) => COMPILED.test(url))) {
      const text = code ?? readFileSync(fileURLToPath(coverage.url), 'utf8')
      const run = runs.get(coverage.url + text) ?? { text, coverages: [] }
      runs.set(coverage.url + text, run)
      run.coverages.push(coverage)
    }
  }
  return [...runs.values()].map(({ text, coverages }) => toConvert(text, mergeScriptCovs(coverages)))
}

/** As Jest would have compiled it. */
function neverLoaded(source) {
  const [, options] = jestConfig.projects[0].transform['^.+\\.ts$']
  const filename = join(ROOT, source)
  const { code } = transformSync(readFileSync(filename, 'utf8'), { ...options, filename, sourceMaps: 'inline' })
  return toConvert(code, { url: pathToFileURL(filename).href, functions: [] })
}

/** A comment such as `v8 ignore next` takes nothing out of the counts: it is made one that the converter cannot read. */
function toConvert(text, coverage) {
  const code = text.replace(/(istanbul|[cv]8|node:coverage)(?=\s+ignore)/g, (tool) => tool.toUpperCase())
  return { code, ast: parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), coverage }
}

function dataOf(map, source) {
  const path = join(ROOT, source)
  const data = map.data[path] ? map.fileCoverageFor(path).toJSON() : istanbul.createFileCoverage(path).toJSON()
  return { ...data, ...branchesOf(data), path: source }
}

const filesIn = (folder) => readdirSync(folder).map((name) => join(folder, name))
