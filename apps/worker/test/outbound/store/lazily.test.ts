import { expect, test } from '@jest/globals'
import { lazily } from '../../../src/outbound/store/lazily.ts'

const PDF = { contentType: 'application/pdf' }

function opening() {
  const done: string[] = []
  const open = async () => {
    done.push('open')
    return { put: async (key: string) => void done.push(`put ${key}`), close: () => void done.push('close') }
  }
  return { store: lazily(open), done }
}

test('a store is opened once, on first use, and closed', async () => {
  const { store, done } = opening()
  expect(done).toEqual([])
  await Promise.all(['a', 'b'].map((key) => store.put(key, Buffer.from(''), PDF)))
  store.close()
  await new Promise(setImmediate)
  expect(done).toEqual(['open', 'put a', 'put b', 'close'])
})

test('an unused store is never opened', async () => {
  const { store, done } = opening()
  store.close()
  await new Promise(setImmediate)
  expect(done).toEqual([])
})
