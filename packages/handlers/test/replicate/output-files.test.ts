import { describe, expect, test } from '@jest/globals'
import { OUTPUTS } from '@sluice/testing/payloads'
import fc from 'fast-check'
import { FILES_MAX, outputFiles, readOutput } from '../../src/replicate/output-files.ts'

const A = 'https://replicate.delivery/a.png'
const B = 'https://pbxt.replicate.delivery/b.png'
const DATA = 'data:image/png;base64,iVBORw0KGgo='

const placesOf = (output: unknown) => outputFiles(output).map(({ pointer, url }) => [pointer, url])

describe('the files of an output', () => {
  test.each<[string, unknown, [string, string][]]>([
    ['one address', A, [['', A]]],
    [
      'a list',
      [A, B],
      [
        ['/0', A],
        ['/1', B],
      ],
    ],
    [
      'a list of lists',
      [[A], [B]],
      [
        ['/0/0', A],
        ['/1/0', B],
      ],
    ],
    ['an object', { image: A, count: 2, none: null }, [['/image', A]]],
    [
      'objects in a list',
      { images: [{ url: A }, { url: B }] },
      [
        ['/images/0/url', A],
        ['/images/1/url', B],
      ],
    ],
    [
      'names that need an escape',
      { 'a/b~c': A, '': B },
      [
        ['/a~1b~0c', A],
        ['/', B],
      ],
    ],
    ['a data: URI', [DATA], [['/0', DATA]]],
    [
      'addresses that nobody goes to',
      ['http://10.0.0.1/a', 'file:///etc/passwd'],
      [
        ['/0', 'http://10.0.0.1/a'],
        ['/1', 'file:///etc/passwd'],
      ],
    ],
    ['a mixed list', ['a cat', A], [['/1', A]]],
    ['a page that a language model names', 'https://example.com/docs', []],
    ['a page within a text in pieces', ['See ', 'https://example.com/docs', ' for more.'], []],
    ['a page beside a file, within a text in pieces', ['See ', 'https://example.com/docs', A], [['/2', A]]],
    ['a file of a usual type on another host', 'https://bucket.example/a.PNG', [['', 'https://bucket.example/a.PNG']]],
    [
      'another host beside a file',
      [A, 'https://replicate.delivery.evil.example/'],
      [
        ['/0', A],
        ['/1', 'https://replicate.delivery.evil.example/'],
      ],
    ],
    ['text that begins with an address', `${A} is a picture`, []],
    ['text that begins like a data: URI', 'data: all of it, really', []],
    ['text', 'a cat', []],
    ['text in pieces', ['a', ' cat'], []],
    ['numbers', [1, 2.5, -3], []],
    ['nothing', null, []],
  ])('are found in %s', (_case, output, places) => expect(placesOf(output)).toEqual(places))

  test('are numbered in the order of the output', () => {
    expect(outputFiles({ b: [A], a: B }).map(({ idx, pointer }) => [idx, pointer])).toEqual([
      [0, '/b/0'],
      [1, '/a'],
    ])
  })
})

test('every URL is found once, at its pointer, and nothing else is', () => {
  const address = fc.oneof(fc.constantFrom(A, B, DATA), fc.webUrl({ validSchemes: ['http'] }))
  const { output } = fc.letrec((tie) => ({
    output: fc.oneof({ maxDepth: 5 }, tie('leaf'), fc.array(tie('output')), fc.dictionary(fc.string(), tie('output'))),
    leaf: fc.oneof(address, fc.lorem(), fc.double(), fc.boolean(), fc.constant(null)),
  }))
  fc.assert(
    fc.property(output, (value) => {
      const files = outputFiles(value)
      expect(files.map(({ idx }) => idx)).toEqual(files.map((_, index) => index))
      expect(new Set(files.map(({ pointer }) => pointer)).size).toBe(files.length)
      for (const { pointer, url } of files) expect(at(value, pointer)).toBe(url)
      expect(files).toHaveLength(JSON.stringify(value).match(/"(https?:\/\/|data:)[^"\\]*"(?!:)/g)?.length ?? 0)
    }),
    { numRuns: 200 },
  )
})

test('an address of a host that the worker allows is a file', () => {
  const url = 'https://cdn.example.com/picture'
  expect(outputFiles(url)).toEqual([])
  expect(outputFiles(url, ['*.example.com'])).toEqual([{ pointer: '', idx: 0, url }])
})

test.each<[unknown, string | null]>([
  ['a cat', 'a cat'],
  [['a', ' cat'], 'a cat'],
  [['lamp', 'carpet', 'dog'], 'lampcarpetdog'],
  ['https://example.com/docs', 'https://example.com/docs'],
  [['See ', 'https://example.com/docs', ' for more.'], 'See https://example.com/docs for more.'],
  ['', ''],
  [A, null],
  [[A, B], null],
  [['a cat', A], null],
  [DATA, null],
  [[], null],
  [['a', 1], null],
  [{ text: 'a' }, null],
  [1, null],
  [null, null],
])('the text of %j is %j', (output, text) => expect(readOutput(output).text).toBe(text))

/** As https://www.rfc-editor.org/rfc/rfc6901#section-4 reads a pointer. */
const at = (value: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], value)

test.each(Object.entries(OUTPUTS))(
  'an output of the shape %s has the files that it names',
  (_shape, { output, files }) => {
    expect(outputFiles(output).map(({ pointer }) => pointer)).toEqual(files)
  },
)

describe('an output of more files than are copied', () => {
  const addresses = (count: number) => Array.from({ length: count }, (_, index) => `${A}?${index}`)

  test('has the first ones, and the number of the others', () => {
    const { files, filesRefused, text } = readOutput([...addresses(FILES_MAX + 3)])
    expect(files).toHaveLength(FILES_MAX)
    expect(files.at(-1)).toEqual({ pointer: `/${FILES_MAX - 1}`, idx: FILES_MAX - 1, url: `${A}?${FILES_MAX - 1}` })
    expect([filesRefused, text]).toEqual([3, null])
  })

  test('counts every file, wherever it is', () => {
    const { files, filesRefused } = readOutput({ a: addresses(FILES_MAX), b: { c: [A, B] }, d: 'https://example.com/' })
    expect([files.length, filesRefused]).toEqual([FILES_MAX, 3])
  })

  test('refuses none of as many as are copied', () => {
    expect(readOutput(addresses(FILES_MAX)).filesRefused).toBe(0)
  })
})
