import { describe, expect, test } from '@jest/globals'
import { decide } from '../../src/index.ts'
import { factOf, replicate } from '../received.ts'

const prediction = (fields: object = {}) => ({ id: 'p1', status: 'succeeded', output: null, error: null, ...fields })

const factOfPrediction = (fields: object = {}) => {
  const body = prediction(fields)
  return factOf(replicate(`prediction.${body.status}`, body), 'prediction')
}

describe('a prediction', () => {
  test.each(['starting', 'processing', 'succeeded', 'failed', 'canceled', 'aborted'])('is recorded as %s', (status) => {
    expect(factOfPrediction({ status })).toEqual({
      kind: 'prediction',
      predictionId: 'p1',
      status,
      output: null,
      text: null,
      error: null,
      metrics: null,
      completedAt: null,
    })
  })

  test('needs only its id and its status', () => {
    const fact = factOf(replicate('prediction.starting', { id: 'p1', status: 'starting' }), 'prediction')
    expect(fact).toMatchObject({ output: null, error: null, metrics: null, completedAt: null })
  })

  test('in a status that does not exist yet is ignored, with the status as reason', () => {
    expect(decide(replicate('prediction.queued', prediction({ status: 'queued' })))).toEqual({
      outcome: 'ignored',
      reason: 'unknown status queued',
    })
  })

  test('repeats no status that is not a plain word', () => {
    expect(decide(replicate('prediction.?', prediction({ status: 'ada@example.com' })))).toEqual({
      outcome: 'ignored',
      reason: 'unknown status',
    })
  })

  test.each([
    ['a text in pieces', ['Once', ' upon', ' a time'], ['Once', ' upon', ' a time']],
    ['a text', 'Once', 'Once'],
    ['the address of a file', 'https://replicate.delivery/a.png', 'https://replicate.delivery/a.png'],
    ['a list of addresses', ['https://replicate.delivery/a.png'], ['https://replicate.delivery/a.png']],
    ['a list of data URIs', ['data:image/png;base64,AA=='], ['data:image/png;base64,AA==']],
    ['an empty list', [], []],
    ['numbers', [1, 2], [1, 2]],
    ['an object', { image: 'https://replicate.delivery/a.png' }, { image: 'https://replicate.delivery/a.png' }],
    ['zero', 0, 0],
    ['nothing', undefined, null],
  ])('keeps its output: %s', (_case, output, kept) => {
    expect(factOfPrediction({ output })?.output).toEqual(kept)
  })

  test('has no output after its data was removed', () => {
    expect(factOfPrediction({ output: 'late', data_removed: true })?.output).toBeNull()
  })

  test.each([
    ['a sentence', 'NSFW content detected', 'NSFW content detected'],
    ['an object', { detail: ['bad'] }, '{"detail":["bad"]}'],
    ['too long a text', 'x'.repeat(20_000), 'x'.repeat(10_000)],
  ])('keeps its error: %s', (_case, error, kept) => {
    expect(factOfPrediction({ status: 'failed', error })?.error).toBe(kept)
  })

  test.each([
    '2024-04-22T11:15:15Z',
    '2024-04-22T11:15:15.0Z',
    '2024-04-22T11:15:15.00078514Z',
    '2024-04-22T11:15:15.000785147Z',
    '2024-04-22T13:15:15+02:00',
  ])('was completed at %s', (completed_at) => {
    expect(factOfPrediction({ completed_at })?.completedAt).toEqual(new Date('2024-04-22T11:15:15Z'))
  })

  test('keeps its metrics, whatever they contain', () => {
    expect(factOfPrediction({ metrics: { predict_time: 1.5, image_count: 2 } })?.metrics).toEqual({
      predict_time: 1.5,
      image_count: 2,
    })
  })

  test('without an id is refused with the name of the field, and no values', () => {
    const event = replicate('prediction.succeeded', prediction({ id: undefined, output: 'secret' }))
    expect(() => decide(event)).toThrow(
      expect.objectContaining({ code: 'invalid_object', message: 'prediction: id is not of type string' }),
    )
  })
})

test('a training is handled like a prediction, and its weights are a file', () => {
  const url = 'https://replicate.delivery/pbxt/weights.tar'
  const event = replicate('training.succeeded', prediction({ output: { version: 'a/b:c', weights: url } }))
  expect(factOf(event, 'prediction')).toMatchObject({ predictionId: 'p1', status: 'succeeded' })
  expect(factOf(event, 'output')?.files).toEqual([{ pointer: '/weights', idx: 0, url }])
})

describe('the files of a prediction', () => {
  const filesOf = (fields: object) => factOf(replicate('prediction.processing', prediction(fields)), 'output')

  test('are recorded while it runs, and are final once it has ended', () => {
    const output = ['https://replicate.delivery/a.png']
    const files = [{ pointer: '/0', idx: 0, url: 'https://replicate.delivery/a.png' }]
    expect(filesOf({ status: 'processing', output })).toMatchObject({ final: false, files })
    expect(filesOf({ status: 'succeeded', output })).toMatchObject({ final: true, files })
    expect(filesOf({ status: 'canceled', output })).toMatchObject({ final: true, files })
  })

  test('are none if it made none', () => {
    expect(filesOf({ status: 'succeeded', output: null })).toMatchObject({ final: true, files: [] })
    expect(filesOf({ status: 'succeeded', output: 'text' })).toMatchObject({ final: true, files: [] })
  })

  test.each(['starting', 'processing', 'failed', 'canceled', 'aborted'])(
    'are not spoken of while %s shows none',
    (status) => {
      expect(filesOf({ status })).toBeUndefined()
    },
  )

  test('stay recorded after the provider has deleted them', () => {
    const output = ['https://replicate.delivery/a.png']
    expect(filesOf({ status: 'succeeded', output, data_removed: true })?.files).toEqual([])
  })
})
