import { deflateSync } from 'node:zlib'

/** A picture of one pixel: https://www.w3.org/TR/png-3/#5DataRep */
export const PNG = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  chunk('IHDR', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])),
  chunk('IDAT', deflateSync(Buffer.from([0, 200, 40, 40]))),
  chunk('IEND', Buffer.alloc(0)),
])

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const ends = [Buffer.alloc(4), Buffer.alloc(4)] as const
  ends[0].writeUInt32BE(data.length)
  ends[1].writeUInt32BE(crc(body))
  return Buffer.concat([ends[0], body, ends[1]])
}

function crc(bytes: Buffer): number {
  let sum = ~0
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1
  }
  return ~sum >>> 0
}

export const MP4 = Buffer.concat([
  Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp41', 'latin1'),
  Buffer.alloc(20_000, 7),
])

export const PDF = Buffer.from(`%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
`)

const SCRIPT = '<script>top.document.title = "taken over"</script>'
const SVG = `<svg xmlns="http://www.w3.org/2000/svg">${SCRIPT}</svg>`
const HTML = `<!doctype html><title>page</title>${SCRIPT}`

/** Each file that rows name: its bytes, the type that it was stored with, and the one it is shown as; null: it is only saved. */
export const FILES: Record<string, { body: Buffer; stored: string; shown: string | null }> = {
  'job_1/picture.png': { body: PNG, stored: 'image/png', shown: 'image/png' },
  'job_1/film.mp4': { body: MP4, stored: 'video/mp4', shown: 'video/mp4' },
  'job_1/drawing.svg': { body: Buffer.from(SVG), stored: 'image/svg+xml', shown: null },
  'job_1/page.html': { body: Buffer.from(HTML), stored: 'text/html', shown: null },
  'job_1/data.json': { body: Buffer.from('{"a":1}'), stored: 'application/json', shown: null },
  'job_1/unknown': { body: Buffer.from('?'), stored: 'application/octet-stream', shown: null },
  // A page that calls itself a picture, and a picture that calls itself something that a browser runs.
  'job_1/fake-page.png': { body: Buffer.from(HTML), stored: 'image/png', shown: null },
  'job_1/fake-drawing.png': { body: Buffer.from(SVG), stored: 'image/png', shown: null },
  'job_1/fake-picture.html': { body: PNG, stored: 'text/html', shown: null },
  'job_1/other.jpg': { body: PNG, stored: 'image/jpeg', shown: null },
  // A picture that a browser would run as well, if it were told that it is a script or a page.
  'job_1/polyglot.gif': {
    body: Buffer.from(`GIF89a/*\0\0\0\0*/=1;alert(1);${HTML}`, 'latin1'),
    stored: 'image/gif',
    shown: 'image/gif',
  },
  'job_1/empty.png': { body: Buffer.alloc(0), stored: 'image/png', shown: null },
  'receipts/in_1.pdf': { body: PDF, stored: 'application/pdf', shown: 'application/pdf' },
}

const VARIANTS = Object.entries(FILES).filter(([key]) => !key.startsWith('receipts/'))

/** Rows that name the files; one picture is refused, one waits. */
export const FILE_ROWS = `
  INSERT INTO generation_jobs (id, user_id, prediction_id, status, completed_at, error, metrics, output) VALUES
    ('job_1', 'user_1', 'pred_files', 'succeeded', now(), NULL, '{"predict_time":1.25,"model":"Canaria"}',
      '{"images":["https://replicate.delivery/a.png"],"seed":42,"a/b":null,"none":[]}'),
    ('job_bad', 'user_1', 'pred_bad', 'failed', now(), 'NSFW content detected in Canaria', NULL, NULL);
  INSERT INTO renders (id, generation_job_id) VALUES (901, 'job_1'), (902, 'job_bad');
  INSERT INTO variants (render_id, idx, pointer, status, storage_key, asset_key, content_type, bytes, error) VALUES
    ${VARIANTS.map(
      ([key, { stored, body }], index) =>
        `(901, ${index}, '/${index}', 'stored', '${key}', '${key.replace(/\.\w+$/, '')}', '${stored}', ${body.length}, NULL)`,
    ).join(',\n    ')},
    (901, 90, '/90', 'stored', 'job_1/lost.png', 'job_1/lost', 'image/png', 5, NULL),
    (901, 91, '/91', 'refused', NULL, 'job_1/refused', NULL, NULL, 'host_not_allowed'),
    (901, 92, '/92', 'pending', NULL, 'job_1/waiting', NULL, NULL, NULL);
  INSERT INTO documents (kind, number, payment_id, storage_key) VALUES ('receipt', 'R-1', 'in_1', 'receipts/in_1.pdf')`
