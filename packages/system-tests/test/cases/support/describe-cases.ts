import { describe, expect, test } from '@jest/globals'
import { shuffle } from '@sluice/simulator'
import { ordersOf } from '../../support/lifecycle-orders.ts'
import { type Case, loadCase } from './case-files.ts'
import type { CaseEmail, Outcome } from './outcome.ts'
import { type CaseRunner, type Run, type Settings, withCases } from './run-case.ts'

type Row = Record<string, unknown>

/** The right values of a case. A field that is left out is not compared; rows may name some of their columns. */
export interface Expected {
  events?: string[]
  users?: Record<string, string>
  customers?: Row[]
  subscriptions?: Row[]
  items?: Row[]
  payments?: Row[]
  ledger?: Record<string, number>
  /** Refunds, disputes and charges of payments that are not known here. */
  unknownPayments?: string[]
  documents?: Row[]
  /** All e-mails, ordered by kind and recipient. */
  emails?: ExpectedEmail[]
  skipped?: string[]
  generations?: Row[]
  variants?: Row[]
}

export interface ExpectedEmail {
  kind: string
  to?: string
  subject?: string | RegExp
  /** Each must be in the text, or match it. */
  text?: (string | RegExp)[]
  /** None may be in the text. */
  notText?: (string | RegExp)[]
  /** Names of the attached files. */
  attachments?: RegExp[]
}

export interface CaseOptions {
  /** The events, for a case that is not a folder of `cases`. */
  events?: Case
  settings?: Settings
  /** Positions in each order to run. Default: every order of up to five events, else fifty of them. */
  orders?: number[][]
  /** Modes in which the given order and its reverse are run besides. Default: all three. */
  modes?: Run['mode'][]
}

/** More orders than of five events take minutes. */
const ALL_ORDERS_UP_TO = 5
const RANDOM_ORDERS = 50

/** A test for each case: every order of its events, with and without repeats, gives the expected values. */
export function describeCases(title: string, cases: Record<string, [Expected, CaseOptions?]>): void {
  describe(title, () => {
    test.each(Object.entries(cases))('%s', async (name, [expected, options = {}]) => {
      await withCases((runner) => runAll(runner, name, expected, options), options.settings)
    })
  })
}

async function runAll(runner: CaseRunner, name: string, expected: Expected, options: CaseOptions): Promise<void> {
  const one = options.events ?? loadCase(name)
  const runs = runsOf(one.events.length, options)
  for (const run of runs) {
    const outcome = await runner.run(one, run)
    const arrived = `${run.mode}${run.repeated ? ', repeated' : ''}: ${run.order.map((at) => one.events[at]?.name).join(' ')}`
    expectOutcome(outcome, expected, arrived)
  }
  console.log(`${name}: ${one.events.length} events, ${runs.length} runs`)
}

function runsOf(length: number, { orders, modes = ['eager', 'batch', 'single'] }: CaseOptions): Run[] {
  const inOrder = Array.from({ length }, (_, at) => at)
  const all = orders ?? (length <= ALL_ORDERS_UP_TO ? ordersOf(inOrder) : randomOrdersOf(inOrder))
  const [first = inOrder] = all
  const backwards = orders ? [] : [first.toReversed()]
  const main = [first, ...backwards].flatMap((order) => modes.map((mode) => ({ order, mode })))
  const rest = all.slice(1).map((order, index) => ({
    order,
    mode: index % 2 ? ('batch' as const) : ('single' as const),
    repeated: index % 3 === 0,
  }))
  return [...main, ...rest]
}

const randomOrdersOf = (inOrder: number[]) =>
  Array.from({ length: RANDOM_ORDERS }, (_, index) => (index === 0 ? inOrder : shuffle(inOrder, `order ${index}`)))

function expectOutcome(outcome: Outcome, { emails, ...expected }: Expected, arrived: string): void {
  expect({ arrived, findings: outcome.findings }).toEqual({ arrived, findings: [] })
  for (const [name, value] of Object.entries(expected))
    expect({ arrived, [name]: outcome[name as keyof Outcome] }).toEqual({ arrived, [name]: partly(value) })
  if (emails) expectEmails(outcome.emails, emails, arrived)
}

/** Rows may name some of their columns. */
const partly = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((row) => (typeof row === 'object' ? expect.objectContaining(row) : row)) : value

function expectEmails(found: CaseEmail[], expected: ExpectedEmail[], arrived: string): void {
  const kinds = found.map(({ kind, to, subject }) => ({ kind, to, subject }))
  const wanted = expected.map(({ kind, to = expect.any(String), subject }) => ({
    kind,
    to,
    subject: subject === undefined ? expect.any(String) : expect.stringMatching(patternOf(subject)),
  }))
  expect({ arrived, emails: kinds }).toEqual({ arrived, emails: wanted })
  for (const [index, { text = [], notText = [], attachments }] of expected.entries()) {
    const mail = found[index] as CaseEmail
    const words = mail.text.replace(/\s+/g, ' ')
    for (const part of text)
      expect({ arrived, words }).toEqual({ arrived, words: expect.stringMatching(patternOf(part)) })
    for (const part of notText)
      expect({ arrived, words }).toEqual({ arrived, words: expect.not.stringMatching(patternOf(part)) })
    if (attachments)
      expect({ arrived, files: mail.attachments.map(({ filename }) => filename) }).toEqual({
        arrived,
        files: attachments.map((name) => expect.stringMatching(name)),
      })
  }
}

const patternOf = (text: string | RegExp): RegExp =>
  typeof text === 'string' ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text
