/** Height and gap in units of the width of one bar. */
const [HEIGHT, BAR] = [10, 0.8]

/** Counts as bars in one line of text, the oldest first. Those who do not see it hear `label`. */
export function Spark({ counts, label }: { counts: number[]; label: string }) {
  const most = Math.max(1, ...counts)
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${counts.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {counts.map((count, index) => {
        const height = count === 0 ? 0.4 : Math.max(1.5, (count / most) * HEIGHT)
        const name = `${index} of ${counts.length}`
        return <rect key={name} x={index} y={HEIGHT - height} width={BAR} height={height} />
      })}
    </svg>
  )
}
