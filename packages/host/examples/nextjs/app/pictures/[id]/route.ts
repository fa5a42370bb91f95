import { openPicture } from '../../../lib/store'
import { pictureOf } from '../../../lib/tables'
import { currentUser } from '../../../lib/user'

export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const picture = await pictureOf((await currentUser()).id, (await params).id)
  if (!picture?.storage_key) return new Response(null, { status: 404 })
  return new Response(await openPicture(picture.storage_key), {
    headers: {
      'content-type': picture.content_type ?? 'application/octet-stream',
      'x-content-type-options': 'nosniff',
    },
  })
}
