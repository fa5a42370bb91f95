import { writeSync } from 'node:fs'

export interface LineWriter {
  /**
   * Never throws and never waits. A line that cannot be written is dropped and counted.
   * @param line ends with a line break
   */
  write(line: string): void
  /** Writes the lines that still wait for a slow reader, for a moment at most. */
  flush(): void
}

export interface Dropped {
  lines: number
  /** An errno such as ENOSPC or EPIPE, or `slow_reader`. */
  reason: string
}

export interface DropReport {
  /** Called as soon as lines are dropped. */
  onDropped(dropped: Dropped): void
  /** The line that reports the dropped lines once writing works again, with its line break. */
  notice(dropped: Dropped): string
}

/** Room for about 4,000 lines while the reader of a pipe is slow. */
const WAITING_BYTES_MAX = 1024 * 1024
/** How soon a full pipe of 64 KiB is tried again: lets 13 MB pass in a second. */
const FULL_MS = 5
/** How soon the notice is tried after an error, if no line is logged meanwhile. */
const FAILED_MS = 1_000
/** Longest wait for a slow reader when the process ends. */
const FLUSH_MS = 200

/** Lines of one turn of the event loop are written together, up to this size. */
const TURN_BYTES_MAX = 64 * 1024

const NOTHING = Buffer.alloc(0)
const LINE_BREAK = 10

/**
 * Writes lines to a file descriptor. Neither a full disk nor a reader that is gone or slow ends or blocks the process. A
 * pipe must be in non-blocking mode, as is that of `process.stdout`.
 */
export function createLineWriter(fd: number, { onDropped, notice }: DropReport): LineWriter {
  let gathered: string[] = []
  let gatheredBytes = 0
  /** The part of a write that is still to be written. */
  let rest: Buffer = NOTHING
  let unreported: Dropped = { lines: 0, reason: '' }
  /** Dropped lines that the notice in `rest` reports. */
  let reported = 0
  /** Whether only the start of the latest line was written. */
  let isTorn = false
  let isTurnOver = true
  let retry: NodeJS.Timeout | undefined

  function write(line: string): void {
    if (rest.length + gatheredBytes + line.length > WAITING_BYTES_MAX) drop(1, 'slow_reader')
    else gather(line)
  }

  function gather(line: string): void {
    gathered.push(line)
    gatheredBytes += line.length
    if (rest.length > 0) return // `retry` is set
    if (isTurnOver || gatheredBytes > TURN_BYTES_MAX) drain()
    if (isTurnOver) setImmediate(endTurn)
    isTurnOver = false
  }

  /** The first line of a turn is written when it is logged, in case the rest of the turn ends the process. */
  function endTurn(): void {
    isTurnOver = true
    if (rest.length === 0 && gathered.length > 0) drain()
  }

  /** Returns whether all is written or dropped. */
  function drain(): boolean {
    clearTimeout(retry)
    try {
      writeWaiting()
      report()
      writeWaiting()
      return true
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException
      const isFull = code === 'EAGAIN'
      if (!isFull) dropWaiting(code)
      retry = setTimeout(drain, isFull ? FULL_MS : FAILED_MS).unref()
      return !isFull
    }
  }

  function writeWaiting(): void {
    while (rest.length > 0 || gathered.length > 0) {
      if (rest.length === 0) takeGathered()
      const written = writeSync(fd, rest)
      isTorn = rest[written - 1] !== LINE_BREAK
      rest = rest.subarray(written)
      if (rest.length === 0) reported = 0
    }
  }

  function takeGathered(): void {
    rest = afterTorn(gathered.join(''))
    gathered = []
    gatheredBytes = 0
  }

  const afterTorn = (lines: string) => Buffer.from(isTorn ? `\n${lines}` : lines)

  function report(): void {
    if (unreported.lines === 0) return
    rest = afterTorn(notice(unreported))
    reported = unreported.lines
    unreported = { lines: 0, reason: '' }
  }

  function dropWaiting(reason: string): void {
    const lines = (reported > 0 ? 0 : linesIn(rest)) + gathered.length
    unreported = { lines: unreported.lines + reported, reason }
    reported = 0
    rest = NOTHING
    gathered = []
    gatheredBytes = 0
    if (lines > 0) drop(lines, reason)
  }

  function drop(lines: number, reason: string): void {
    unreported = { lines: unreported.lines + lines, reason }
    onDropped({ lines, reason })
  }

  function flush(): void {
    const until = performance.now() + FLUSH_MS
    while (!drain() && performance.now() < until) pause(5)
  }

  return { write, flush }
}

/** A line break at the start ends a torn line that has been counted. */
const linesIn = (text: Buffer): number =>
  text.reduce((lines, byte, index) => lines + (byte === LINE_BREAK && index > 0 ? 1 : 0), 0)

/** Blocks the thread, because a process that is ending runs no timers. */
const pause = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
