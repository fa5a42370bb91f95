/**
 * API versions that payloads can be shaped like, oldest first. An endpoint keeps the version it was made with:
 * https://docs.stripe.com/upgrades
 */
export const API_VERSIONS = ['2020-08-27', '2024-06-20', '2025-03-31.basil', '2026-10-28.endive'] as const

export type ApiVersion = (typeof API_VERSIONS)[number]

export const NEWEST_VERSION: ApiVersion = '2026-10-28.endive'

/** Versions begin with their date, so that their text is their order. */
const isBefore = (version: ApiVersion, date: string): boolean => version < date

/** An invoice names its subscription, its payment intent and its charge itself; periods stand on the subscription. */
export const isBeforeBasil = (version: ApiVersion): boolean => isBefore(version, '2025-03-31')

/** Payment intents carry their charges, and charges their refunds: https://docs.stripe.com/upgrades#2022-11-15 */
export const embedsCharges = (version: ApiVersion): boolean => isBefore(version, '2022-11-15')

/** Products have `marketing_features`, which were `features`: https://docs.stripe.com/changelog */
export const hasMarketingFeatures = (version: ApiVersion): boolean => !isBefore(version, '2024-04-10')

/** Subscriptions and their items still name a `plan` beside the price. */
export const namesPlans = (version: ApiVersion): boolean => isBefore(version, '2026')
