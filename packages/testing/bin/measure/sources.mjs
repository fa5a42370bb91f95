import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../../dev-services/bin/prepare.mjs'

/** Test code: what it counts is how tests are made. */
const TEST_CODE = /^(packages\/(testing|system-tests)|apps\/prove)\//
/** Made from the schema by a tool: neither written nor kept here. */
const GENERATED = /^packages\/database\/src\/generated\//

/** Every TypeScript source of the apps and packages, relative to the root, whether anything loads it or not. */
export function allSources() {
  return ['apps', 'packages']
    .flatMap((group) => readdirSync(join(ROOT, group), { recursive: true }).map((path) => `${group}/${path}`))
    .filter((path) => /^\w+\/[^/]+\/src\/.*\.ts$/.test(path) && !TEST_CODE.test(path) && !GENERATED.test(path))
    .sort()
}
