// A Jest reporter: keeps what V8 counted in each test file, together with the compiled code that it counted.
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isUnitTest } from './unit.mjs'

export default class CountsReporter {
  #written = 0

  onTestResult({ path }, { v8Coverage }) {
    const { COVERAGE_OF_UNIT, COVERAGE_OF_INTEGRATION } = process.env
    const folder = isUnitTest(path) ? COVERAGE_OF_UNIT : COVERAGE_OF_INTEGRATION
    const result = (v8Coverage || []).map(({ result: { url, ...counts }, codeTransformResult: { code } }) => ({
      ...counts,
      url: pathToFileURL(url).href,
      code,
    }))
    this.#written += 1
    writeFileSync(join(folder, `${this.#written}-${basename(path)}.json`), JSON.stringify({ result }))
  }
}
