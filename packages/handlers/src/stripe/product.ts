import { type Handler, processed } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { dataOf, originOf, shown } from './object.ts'

const Product = z.object({
  id: z.string().min(1),
  name: shown(z.string()),
  active: z.boolean().nullish(),
  metadata: shown(z.record(z.string(), z.string())),
})

/**
 * A product was created, updated or deleted.
 *
 * https://docs.stripe.com/api/products/object
 */
export const onProduct: Handler = (event) => {
  const { id, name, active, metadata } = read(Product, dataOf(event).object, 'product')
  const contents = {
    name: name ?? null,
    active: active ?? true,
    metadata: metadata ?? {},
    deleted: event.type === 'product.deleted',
  }
  return processed([{ kind: 'product', productId: id, contents, ...originOf(event) }])
}
