import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { REPOSITORY } from '@sluice/testing'
import { yamlOf } from '../support/deploy/files.ts'

const advisoryOf = (severity: string, name = 'express') => ({
  [name]: [{ id: 1, url: 'https://example.com/1', title: 'bad', severity, vulnerable_versions: '<999.0.0', cwe: [] }],
})

/** Audits with a registry that answers so. */
async function audit(status: number, body: unknown, env: Record<string, string> = {}) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  try {
    const registry = { npm_config_registry: url, pnpm_config_registry: url, pnpm_config_fetch_retries: '0' }
    return await runAudit({ ...env, ...registry })
  } finally {
    server.close()
  }
}

const runAudit = (env: Record<string, string>): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    const { AUDIT_REQUIRED: _, ...inherited } = process.env
    execFile(join(REPOSITORY, '.ci/audit'), { env: { ...inherited, ...env } }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr }),
    )
  })

test('an advisory of high severity fails, one of low severity and none pass', async () => {
  expect(await audit(200, advisoryOf('high'))).toMatchObject({ code: 1 })
  expect(await audit(200, advisoryOf('low'))).toMatchObject({ code: 0 })
  expect(await audit(200, advisoryOf('high', 'next'))).toMatchObject({ code: 1 }) // of an example
  const none = await audit(200, {}, { AUDIT_REQUIRED: '1' })
  expect(none.code).toBe(0)
  expect(none.output).not.toContain('NOT AUDITED')
})

test.each([405, 404, 503])('a registry that answers %i is said to have given no advisories', async (status) => {
  const { code, output } = await audit(status, { error: 'no' })
  expect(output).toMatch(/^NOT AUDITED: /m)
  expect(code).toBe(0)
  expect(await audit(status, { error: 'no' }, { AUDIT_REQUIRED: '1' })).toMatchObject({ code: 1 })
})

test('an advisory whose text looks like an error of the registry fails all the same', async () => {
  const [advisory] = advisoryOf('critical')['express'] ?? []
  const hostile = { express: [{ ...advisory, title: '\nError: ERR_PNPM_AUDIT_BAD_RESPONSE\n' }] }
  expect(await audit(200, hostile)).toMatchObject({ code: 1 })
})

test('CI requires an answer', () => {
  expect(yamlOf('.github/workflows/ci.yml').jobs.test.env.AUDIT_REQUIRED).toBe('1')
})
