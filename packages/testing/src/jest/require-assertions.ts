import { beforeEach, expect } from '@jest/globals'

/** A test that asserts nothing fails: it would be green whatever the code does. */
beforeEach(() => expect.hasAssertions())
