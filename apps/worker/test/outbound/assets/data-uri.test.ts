import { describe, expect, test } from '@jest/globals'
import { AssetError } from '../../../src/outbound/assets/asset-error.ts'
import { decodeDataUri, isDataUri } from '../../../src/outbound/assets/data-uri.ts'

describe('a data: URI', () => {
  test.each([
    ['data:image/png;base64,iVBORw==', 'image/png', '89504e47'],
    ['DATA:Image/PNG;BASE64,iVBORw==', 'image/png', '89504e47'],
    ['data:image/png;name=a;base64,iVBORw', 'image/png', '89504e47'],
    ['data:image/png;base64,iVBO%0A Rw%3D%3D', 'image/png', '89504e47'],
    ['data:application/octet-stream;base64,-_-_', 'application/octet-stream', 'fbffbf'],
    ['data:,a%20b', 'text/plain', '612062'],
    ['data:text/plain;charset=utf-8,%ff%FF', 'text/plain', 'ffff'],
    ['data:text/plain,é%2g', 'text/plain', 'c3a9253267'],
    ['data:image/gif;base64,', 'image/gif', ''],
  ])('%s has the type %s and the bytes %s', (text, contentType, hex) => {
    expect(isDataUri(text)).toBe(true)
    const decoded = decodeDataUri(text)
    expect([decoded.contentType, decoded.body.toString('hex')]).toEqual([contentType, hex])
  })

  test.each(['data:image/png;base64', 'data:;base64,a*b', 'data:image/png;base64,iV=BORw', 'data:/png,x'])(
    '%s is malformed, and never tried again',
    (text) => {
      expect(() => decodeDataUri(text)).toThrow(
        expect.objectContaining({ name: 'AssetError', kind: 'refused', code: 'malformed_data_uri' }),
      )
    },
  )

  test.each(['https://replicate.delivery/data:x', 'dat:x', ''])('"%s" is not a data: URI', (text) => {
    expect(isDataUri(text)).toBe(false)
  })
})

test('an error has its kind and its cause, and no part of the URL', () => {
  expect(AssetError.expired(404)).toMatchObject({ kind: 'expired', code: 'expired_404' })
  const cause = new Error('https://replicate.delivery/secret')
  const failure = AssetError.retryable('cut_short', cause)
  expect(failure).toMatchObject({ kind: 'retryable', code: 'cut_short', message: 'asset retryable: cut_short', cause })
})
