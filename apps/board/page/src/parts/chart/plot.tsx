import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { DASHES, type PlotProps } from './chart.tsx'

const HEIGHT = 180

/** The drawing. It is told to nobody who cannot see it: the table beside it says the same. */
export function Plot({ times, lines, format, open }: PlotProps) {
  const ref = useRef<HTMLDivElement>(null)
  const [readout, setReadout] = useState('')
  useEffect(() => {
    const place = ref.current
    if (!place) return
    const plot = new uPlot(
      {
        width: place.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false } },
        scales: { y: { range: (_plot, _low, high) => [0, Math.max(high, 1) * 1.05] } },
        axes: [axisOf(place), { ...axisOf(place), size: 64, values: (_plot, ticks) => ticks.map(format) }],
        series: [
          {},
          ...lines.map(({ label, tone }, index) => ({
            label,
            stroke: () => colourOf(place, tone),
            width: 2,
            dash: DASHES[index] ?? [],
            points: { show: times.length < 3 },
          })),
        ],
        hooks: { setCursor: [({ cursor }) => setReadout(textAt(cursor.idx))] },
      },
      [times.map((time) => time / 1000), ...lines.map(({ values }) => values)],
      place,
    )

    function textAt(index: number | null | undefined): string {
      const time = index == null ? undefined : times[index]
      if (index == null || time === undefined) return ''
      const said = lines.map(({ label, values }) => `${label} ${values[index] == null ? '–' : format(values[index])}`)
      return `${new Date(time).toLocaleString()}: ${said.join(', ')}`
    }

    const click = () => {
      const { idx } = plot.cursor
      if (idx != null && open) open(idx)
    }
    const sizes = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT }))
    const theme = matchMedia('(prefers-color-scheme: dark)')
    const redraw = () => plot.redraw(false, true)
    sizes.observe(place)
    theme.addEventListener('change', redraw)
    plot.over.addEventListener('click', click)
    return () => {
      sizes.disconnect()
      theme.removeEventListener('change', redraw)
      plot.destroy()
    }
  }, [times, lines, format, open])
  return (
    <div className="plot" aria-hidden="true">
      <div ref={ref} className={open ? 'canvas opens' : 'canvas'} />
      <p className="soft readout">{readout}</p>
    </div>
  )
}

const axisOf = (place: HTMLElement): uPlot.Axis => ({
  stroke: () => colourOf(place, 'soft'),
  grid: { stroke: () => colourOf(place, 'line'), width: 1 },
  ticks: { stroke: () => colourOf(place, 'line'), width: 1 },
  font: '12px system-ui, sans-serif',
})

/** A colour of the theme as it is now: a canvas does not know the names of style sheets. */
function colourOf(place: HTMLElement, name: string): string {
  place.style.color = `var(--${name})`
  const { color } = getComputedStyle(place)
  place.style.color = ''
  return color
}
