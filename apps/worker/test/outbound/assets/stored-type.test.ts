import { expect, test } from '@jest/globals'
import { isAttachment, storedTypeOf } from '../../../src/outbound/assets/stored-type.ts'

test.each([
  ['text/html', '.html'],
  ['application/xhtml+xml', '.xhtml'],
  ['image/svg+xml', '.svg'],
  ['text/xml', '.xml'],
  ['application/xml', '.xml'],
  ['application/rss+xml', '.rss'],
  ['text/javascript', '.js'],
  ['application/x-javascript', '.js'],
  ['application/ecmascript', '.es'],
  ['text/css', '.css'],
  ['multipart/x-mixed-replace', ''],
  ['message/rfc822', '.eml'],
  ['application/octet-stream', '.html'],
  ['application/octet-stream', '.SVG'],
])('%s%s, which a browser would run, is plain text and saved', (contentType, extension) => {
  const stored = storedTypeOf({ contentType, extension })
  expect(stored).toEqual({ contentType: 'text/plain', extension: '.txt' })
  expect(isAttachment(stored.contentType)).toBe(true)
})

test.each([
  ['image/png', '.png', false],
  ['image/webp', '.webp', false],
  ['video/mp4', '.mp4', false],
  ['audio/mpeg', '.mp3', false],
  ['application/pdf', '.pdf', false],
  ['application/json', '.json', false],
  ['model/gltf-binary', '.glb', true],
  ['application/octet-stream', '.safetensors', true],
  ['application/zip', '.zip', true],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', '.docx', true],
])('%s stays as it is', (contentType, extension, isSaved) => {
  expect(storedTypeOf({ contentType, extension })).toEqual({ contentType, extension })
  expect(isAttachment(contentType)).toBe(isSaved)
})
