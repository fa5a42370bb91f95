import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { choosePorts, wantedPorts } from '../src/up/apps.ts'
import { sluice } from './sluice.ts'

describe('the ports of npm start', () => {
  test('are those that are set, and any free one for each 0', async () => {
    const wanted = await wantedPorts(undefined, { INGEST_PORT: '0', BOARD_PORT: '0', WORKER_PORT: '0' })
    expect(wanted).toEqual({ ingest: 0, board: 0, worker: 0 })
    const { ingest, board, worker } = await choosePorts(wanted)
    for (const port of [ingest, board, worker]) expect(port).toBeGreaterThan(0)
  })

  test('are refused, before anything is started, when one is no port', async () => {
    const { exitCode, output } = await sluice(['up'], { INGEST_PORT: 'abc', BOARD_PORT: '0', WORKER_PORT: '0' })
    expect(output).toBe('INGEST_PORT must be a whole number from 0 to 65535\n')
    expect(exitCode).toBe(1)
  })

  test('are refused when one is taken, with the variable that changes it', () =>
    withTakenPort(async (port) => {
      const { exitCode, output } = await sluice(['up'], { INGEST_PORT: '0', BOARD_PORT: `${port}`, WORKER_PORT: '0' })
      expect(output).toMatch(
        new RegExp(
          `^Port ${port} of board is taken by \\S+.* \\(process ${process.pid}\\): set BOARD_PORT to another one, such as \\d+, or to 0\\.\\n$`,
        ),
      )
      expect(exitCode).toBe(1)
    }))
})

test('a person is asked for another port, and may refuse', () =>
  withTakenPort(async (port) => {
    const env = { INGEST_PORT: `${port}`, BOARD_PORT: '0', WORKER_PORT: '0' }
    const questions: string[] = []
    const answer = (isYes: boolean) => async (question: string) => {
      questions.push(question)
      return isYes
    }
    const { ingest } = await wantedPorts(answer(true), env)
    expect(questions).toEqual([
      expect.stringMatching(new RegExp(`^Port ${port} of ingest .*Use ${ingest} this time\\?$`)),
    ])
    expect(ingest % 100).toBe(port % 100)
    await expect(wantedPorts(answer(false), env)).rejects.toThrow(`Port ${port} of ingest is taken`)
  }))

async function withTakenPort(use: (port: number) => Promise<void>): Promise<void> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  try {
    await use((server.address() as AddressInfo).port)
  } finally {
    server.close()
  }
}
