import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { PLAIN_BRAND, readBrand } from '../src/index.ts'
import { withFile } from './with-file.ts'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const read = (content: unknown, files: Record<string, Buffer> = {}) =>
  withFile('brand.json', content, async (folder, path) => {
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
    return readBrand(path)
  })

test('a brand has the fields of its file, and defaults for the others', async () => {
  expect(await read({})).toEqual(PLAIN_BRAND)
  const brand = { company: 'Acme', address: ['Hauptstr. 1'], color: '#FFD400', links: { portal: 'https://a.example' } }
  expect(await read({ ...brand, language: 'pt_br' })).toEqual({ ...PLAIN_BRAND, ...brand, language: 'pt-BR' })
})

test('a logo is an address, or an image beside the file', async () => {
  expect(await read({ logo: 'https://a.example/l.png' })).toMatchObject({ logo: { url: 'https://a.example/l.png' } })
  expect(await read({ logo: 'logo.png' }, { 'logo.png': PNG })).toMatchObject({
    logo: { filename: 'logo.png', contentType: 'image/png', content: PNG },
  })
})

test.each([
  ['{', 'brand.json is not valid JSON'],
  [[], 'brand.json: must be object, not array'],
  [{ color: 'blue' }, 'brand.json: color must be a color, #1d4ed8'],
  [{ address: 'Hauptstr. 1' }, 'brand.json: address must be a list of lines'],
  [{ links: { portal: 'http://a.example' } }, 'brand.json: links.portal must be an address, https://…'],
  [{ links: { shop: 'https://a.example' } }, 'brand.json: links.shop is not a known field'],
  [{ support: 'help' }, 'brand.json: support must be an e-mail address'],
  [{ language: 'it' }, 'brand.json: language must be one of en, de, fr, es, pt, ja'],
  [{ colour: '#1d4ed8' }, 'brand.json: colour is not a known field'],
  [{ company: 1, footer: '' }, 'brand.json: company must be text; footer must not be empty'],
])('%j is refused with one line', async (content, message) => {
  await expect(read(content)).rejects.toThrow(new Error(message))
})

test.each([{}, { 'logo.png': Buffer.from('<svg/>') }, { 'logo.png': Buffer.from('') }])(
  'a logo that is no image is refused (%#)',
  async (files) => {
    await expect(read({ logo: 'logo.png' }, files as Record<string, Buffer>)).rejects.toThrow(
      /^brand\.json: logo must be an https address, or a PNG or JPEG file beside it/,
    )
  },
)
