import Link from 'next/link'
import { notFound } from 'next/navigation'
import { generationOf } from '../../../lib/tables'
import { currentUser } from '../../../lib/user'
import { Waiting } from '../../waiting'

export default async function GenerationPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const generation = await generationOf((await currentUser()).id, id)
  if (!generation) notFound()
  const { status, error, picture } = generation
  if (!picture && !error) return <Waiting what={`picture (${status})`} />
  return (
    <>
      <h1>{picture ? 'Your picture' : 'No picture'}</h1>
      {/* A file of the store as it is: there is nothing to optimise. */}
      {picture ? <img src={`/pictures/${picture}`} alt="The result" /> : <p>{error}</p>}
      <p>
        <Link href="/">Back</Link>
      </p>
    </>
  )
}
