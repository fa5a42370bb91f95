import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { borderOn, contrastOf, textOn } from '../../src/layout/colors.ts'

test('black on white has the greatest contrast', () => {
  expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrastOf('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

test('text on any color can be read', () => {
  const color = fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, '0')}`)
  expect(() => fc.assert(fc.property(color, (one) => contrastOf(textOn(one), one) >= 4.5))).not.toThrow()
})

test('a shape can be told from its background', () => {
  expect(borderOn('#ffffff', '#1d4ed8')).toBe('#1d4ed8')
  for (const background of ['#ffffff', '#1b1e25'])
    expect(contrastOf(borderOn(background, background), background)).toBeGreaterThan(3)
})
