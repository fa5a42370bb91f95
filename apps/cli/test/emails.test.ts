import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { withFolder } from '@sluice/testing'
import { jsonOf, sluice } from './sluice.ts'

describe('sluice emails preview', () => {
  test('writes every e-mail of a language, and prints where', () =>
    withFolder(async (folder) => {
      const ended = await sluice(['emails', 'preview', '--out', folder, '--language', 'ja', '--json'])
      const [{ index, emails }] = jsonOf(ended)
      expect(index).toBe(join(folder, 'index.html'))
      expect(existsSync(join(folder, 'receipt.ja.html'))).toBe(true)
      expect(emails).toContainEqual(expect.objectContaining({ kind: 'receipt', language: 'ja', file: 'receipt.ja' }))
    }))

  test('refuses a language that does not exist, and names the file that is wrong', async () => {
    const wrong = await sluice(['emails', 'preview', '--language', 'it'])
    expect(wrong).toMatchObject({ exitCode: 2, output: expect.stringContaining('en, de, fr, es, pt, ja') })
    const missing = await sluice(['emails', 'preview'], { BRAND_FILE: '/nowhere/brand.json' })
    expect(missing.exitCode).not.toBe(0)
    expect(missing.output).toContain('BRAND_FILE brand.json cannot be read')
  })
})
