import type { Fact } from '@sluice/events'

/** Nothing follows from what an event says of a person who was forgotten. */
export const withoutForgotten = (facts: Fact[]): Fact[] => facts.filter((fact) => !('forgotten' in fact))
