import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { EdgeVM } from '@edge-runtime/vm'
import { expect, test } from '@jest/globals'
import { REPOSITORY } from '@sluice/testing'
import { BODY, headersOf, ID, SECRET } from './signed.ts'

const BUILT = join(REPOSITORY, 'packages/host/dist/cjs/index.js')

type Verified = { ok?: unknown; failure?: string }

/** Loads what is published as a bundler would: no module of Node can be had. */
function loadInto(vm: EdgeVM, file: string, loaded = new Map<string, { exports: unknown }>()): unknown {
  const known = loaded.get(file)
  if (known) return known.exports
  const module = { exports: {} }
  loaded.set(file, module)
  const require = createRequire(file)
  const load = vm.evaluate<(...all: unknown[]) => void>(
    `(function (module, exports, require) {${readFileSync(file, 'utf8')}\n})`,
  )
  const requireFile = (name: string) => {
    const found = require.resolve(name)
    if (dirname(found) === '.') throw new Error(`An edge runtime has no ${name}.`)
    return loadInto(vm, found, loaded)
  }
  load.call(module.exports, module, module.exports, requireFile)
  return module.exports
}

function verifyIn(vm: EdgeVM, headers: Record<string, string>): Verified {
  Object.assign(vm.context, { host: loadInto(vm, BUILT), headers, body: BODY, secret: SECRET })
  return vm.evaluate(`(() => {
    try { return { ok: host.verify(body, new Headers(headers), secret) } }
    catch (error) { return { failure: error.failure ?? String(error) } }
  })()`)
}

test('verifies on an edge runtime, which has Web APIs alone', () => {
  const vm = new EdgeVM()
  expect(vm.evaluate('typeof process + typeof Buffer')).toBe('undefinedundefined')
  expect(verifyIn(vm, headersOf())).toMatchObject({ ok: { id: ID, type: 'customer.linked' } })
  expect(verifyIn(vm, headersOf({ body: 'another' }))).toEqual({ failure: 'wrong_signature' })
})
