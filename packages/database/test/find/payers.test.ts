import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import { countPayersWithoutUser, payersWithoutUser } from '../../src/find/index.ts'
import { connect } from '../../src/sql/pool.ts'

const ROWS = `
  INSERT INTO customers (stripe_customer_id, user_id, deleted, gives_access) VALUES
    ('cus_lost', NULL, false, true), ('cus_linked', 'user_1', false, true), ('cus_unpaid', NULL, false, true),
    ('cus_deleted', NULL, true, true), ('cus_elsewhere', NULL, false, false), ('cus_named', NULL, false, true);
  INSERT INTO payments (payment_id, stripe_customer_id, user_id, status, account, amount, currency, occurred_at)
  SELECT id, customer, user_id, status, account, 100, 'usd', now() - make_interval(hours => hours) FROM (VALUES
    ('in_1', 'cus_lost', NULL, 'succeeded', NULL, 2), ('in_2', 'cus_lost', NULL, 'succeeded', NULL, 1),
    ('in_3', 'cus_lost', NULL, 'failed', NULL, 0), ('in_4', 'cus_linked', 'user_1', 'succeeded', NULL, 0),
    ('in_5', 'cus_unpaid', NULL, 'failed', NULL, 0), ('in_6', 'cus_deleted', NULL, 'succeeded', NULL, 0),
    ('in_7', 'cus_elsewhere', NULL, 'succeeded', NULL, 0), ('in_8', 'cus_named', 'user_2', 'succeeded', NULL, 0),
    ('cs_guest', NULL, NULL, 'succeeded', NULL, 3), ('cs_known', NULL, 'user_3', 'succeeded', NULL, 0),
    ('cs_account', NULL, NULL, 'succeeded', 'acct_1', 0)) AS p (id, customer, user_id, status, account, hours)`

test('payers without a user are customers and guests whose payment belongs to nobody', () =>
  withPostgres(async ({ url, roleUrl }) => {
    const pools = [connect(url), connect(roleUrl('sluice_worker')), connect(roleUrl('sluice_board'))] as const
    const [owner, worker, board] = pools
    try {
      expect(await countPayersWithoutUser(worker)).toBe(0)
      await owner.query(ROWS)
      expect(await payersWithoutUser(board, 9)).toMatchObject([
        { id: 'cus_lost', account: null, payments: 2 },
        { id: 'cs_guest', account: null, payments: 1 },
      ])
      expect(await payersWithoutUser(board, 1)).toHaveLength(1)
      expect(await countPayersWithoutUser(worker)).toBe(2)
    } finally {
      await Promise.all(pools.map((pool) => pool.end()))
    }
  }))
