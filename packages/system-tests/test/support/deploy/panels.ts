import { textOf } from './files.ts'

export interface Panel {
  id: number
  type: string
  title: string
  gridPos: { x: number; y: number; w: number; h: number }
  targets?: { expr: string; legendFormat: string; datasource: { uid: string } }[]
}

export const panels: Panel[] = JSON.parse(textOf('docker/grafana/dashboards/sluice.json')).panels

/** The query that Prometheus gets: Grafana fills in the range of a rate, at least four scrape intervals. */
export const queryOf = (expr: string): string => expr.replaceAll('$__rate_interval', '1m')

/** The name of a line in its panel, as Grafana puts it together. */
export const nameOf = (legendFormat: string, labels: Record<string, string>): string =>
  legendFormat.replace(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '')
