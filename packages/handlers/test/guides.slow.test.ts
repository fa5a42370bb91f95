import { describe, expect, test } from '@jest/globals'
import { withFolder } from '@sluice/testing'
import { blocksIn, commandOf, copyRepository, follow, jestIn, readGuide, typeErrorsIn } from '@sluice/testing/guides'
import { subscriptionMerge } from '../../database/src/merges/subscription.ts'
import { handledTypes } from '../src/index.ts'
import { subscription } from '../src/samples/stripe-objects.ts'
import { factOf, stripe } from './received.ts'

const GUIDES = 'packages/handlers/README.md'
const blocks = blocksIn(await readGuide(GUIDES, 'Add an event of your own'))
const page = await readGuide(GUIDES, 'Stripe, end to end')

describe('the guide to an event of one’s own', () => {
  const files = blocks.filter(({ path }) => path !== '')

  test('is followed to the letter, and ends in green tests and sound types', () =>
    withFolder(async (root) => {
      await copyRepository(root)
      for (const block of files) await follow(block, root)

      expect(await jestIn(root, commandOf(blocks))).toMatch(/Test Suites: 4 passed, 4 total/)
      expect(await typeErrorsIn(root, files)).toEqual([])
    }))
})

describe('the guide to Stripe, end to end', () => {
  test('asks for exactly the events that something is done with', () => {
    const listed = blocksIn(page).find(({ language }) => language === 'text')?.lines
    expect(listed).toEqual(handledTypes.filter((type) => !type.startsWith('prediction.')).sort())
  })

  const periods = [...page.matchAll(/^\| (\w+) +\| (\d+) +\| (\w+) +\|$/gm)].map(([, ...cells]) => cells)

  test.each(periods)('a price of %s × %s is billed %s', (interval, count, billing_period) => {
    const price = { id: 'price_1', recurring: { interval, interval_count: Number(count) } }
    const object = subscription({ items: { data: [{ price, quantity: 1 }] } })
    const fact = factOf(stripe('customer.subscription.created', object), 'subscription')
    if (!fact) throw new Error('it says nothing of the subscription')
    const { columnsOf, registersOf } = subscriptionMerge
    expect(columnsOf(registersOf(fact), { pastDueIsActive: true })).toMatchObject({
      billing_period,
      interval,
      interval_count: Number(count),
    })
  })

  test('names settings that there are', async () => {
    const environment = await readGuide('packages/runtime/README.md', 'Environment')
    const named = [...page.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name)
    expect(named).toHaveLength(5)
    for (const name of named) expect(environment).toContain(`\`${name}\``)
  })
})
