import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { eventually, withFolder } from '@sluice/testing'
import { createLineWriter, type Dropped } from '../src/line-writer.ts'

const NON_BLOCKING = {
  read: constants.O_RDONLY | constants.O_NONBLOCK,
  write: constants.O_WRONLY | constants.O_NONBLOCK,
}

const open = new Set<number>()

afterEach(() => {
  for (const fd of open) closeSync(fd)
  open.clear()
})

function opened(path: string, flags: number): number {
  const fd = openSync(path, flags)
  open.add(fd)
  return fd
}

function close(fd: number): void {
  closeSync(fd)
  open.delete(fd)
}

/** A pipe whose reader can leave and come back. */
const withPipe = (use: (path: string) => Promise<void>) =>
  withFolder((folder) => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    return use(path)
  })

function writerOf(fd: number) {
  const dropped: Dropped[] = []
  const notice = ({ lines, reason }: Dropped) => `dropped ${lines} ${reason}\n`
  const sum = () => dropped.reduce((lines, one) => lines + one.lines, 0)
  return { ...createLineWriter(fd, { onDropped: (one) => dropped.push(one), notice }), dropped, sum }
}

function read(fd: number): string {
  const chunk = Buffer.alloc(64 * 1024)
  let text = ''
  try {
    for (let size = readSync(fd, chunk); size > 0; size = readSync(fd, chunk)) text += chunk.toString('utf8', 0, size)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
  }
  return text
}

describe('a writer of lines', () => {
  test('writes every line in order while its reader is slow, and waits for it without blocking', () =>
    withPipe(async (path) => {
      const reader = opened(path, NON_BLOCKING.read)
      const writer = writerOf(opened(path, NON_BLOCKING.write))
      const lines = Array.from({ length: 3_000 }, (_, index) => `${index} ${'x'.repeat(100)}\n`)
      for (const line of lines) writer.write(line) // more than fits into a pipe
      let text = ''
      await eventually(() => {
        text += read(reader)
        expect(text.length).toBe(lines.join('').length)
      })
      expect(text).toBe(lines.join(''))
      expect(writer.dropped).toEqual([])
    }))

  test('drops and counts lines that a reader leaves unread for too long, and says so when it reads again', () =>
    withPipe(async (path) => {
      const reader = opened(path, NON_BLOCKING.read)
      const writer = writerOf(opened(path, NON_BLOCKING.write))
      const line = `${'x'.repeat(999)}\n`
      for (let count = 0; count < 5_000; count += 1) writer.write(line)
      expect(new Set(writer.dropped.map(({ reason }) => reason))).toEqual(new Set(['slow_reader']))
      expect(writer.sum()).toBeGreaterThan(3_800) // at most a pipe and a buffer of 1 MiB are kept

      let text = ''
      await eventually(() => {
        text += read(reader)
        expect(text).toContain('dropped')
      })
      const kept = text.split('\n').filter((one) => one.startsWith('x'))
      expect(kept.length + writer.sum()).toBe(5_000)
      expect(text.split('\n').slice(-2)).toEqual([`dropped ${writer.sum()} slow_reader`, ''])
    }))

  test('goes on when its reader comes back, on a line of its own, and says what is missing', () =>
    withPipe(async (path) => {
      const first = opened(path, NON_BLOCKING.read)
      const writer = writerOf(opened(path, NON_BLOCKING.write))
      writer.write(`torn ${'x'.repeat(100_000)}\n`)
      close(first)
      await eventually(() => expect(writer.dropped).toEqual([{ lines: 1, reason: 'EPIPE' }]))
      writer.write('lost\n')
      expect(writer.sum()).toBe(2)

      const second = opened(path, NON_BLOCKING.read)
      let text = ''
      await eventually(() => {
        text += read(second)
        expect(text.split('\n').slice(-2)).toEqual(['dropped 2 EPIPE', ''])
      })
      writer.write('next\n')
      expect(read(second)).toBe('next\n')
    }))

  test('counts the lines that a full disk refuses', async () => {
    // Stays open: the writer tries again for as long as the process lives, and would write to whatever gets its number.
    const writer = writerOf(openSync('/dev/full', constants.O_WRONLY))
    writer.write('one\n')
    writer.write('two\n')
    await eventually(() => expect(writer.sum()).toBe(2))
    expect(writer.dropped.at(-1)?.reason).toBe('ENOSPC')
  })

  test('writes what waits when the process ends', () =>
    withPipe(async (path) => {
      const reader = opened(path, NON_BLOCKING.read)
      const writer = writerOf(opened(path, NON_BLOCKING.write))
      for (const line of ['one\n', 'two\n', 'three\n']) writer.write(line)
      writer.flush()
      expect(read(reader)).toBe('one\ntwo\nthree\n')
    }))
})
