/** Home's line of days: this period over the one before it, axis from zero. */
import { LineChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

echarts.use([LineChart, GridComponent, TooltipComponent, SVGRenderer])

interface Days {
  days: string[]
  visitors: number[]
  before: number[]
  pages: number[]
}

let drawn: { element: HTMLElement; chart: echarts.ECharts; source: string } | null = null

function drawChart(): void {
  const element = document.getElementById('chart')
  const source = document.getElementById('chart-days')?.dataset.days
  if (!element || !source) return
  if (drawn?.element !== element) {
    drawn?.chart.dispose()
    drawn = { element, chart: echarts.init(element, null, { renderer: 'svg' }), source: '' }
  }
  if (drawn.source === source) return
  drawn.source = source
  drawn.chart.setOption(describe(JSON.parse(source) as Days))
}

function resizeChart(): void {
  drawn?.chart.resize()
}

function recolourChart(): void {
  if (drawn) drawn.source = ''
  drawChart()
}

function describe(days: Days): echarts.EChartsCoreOption {
  const colour = (name: string) =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const ink = colour('--quiet')
  return {
    animation: false,
    grid: { left: 8, right: 8, top: 12, bottom: 4, outerBounds: { left: 0, right: 0, top: 8, bottom: 0 }, outerBoundsMode: 'same' },
    tooltip: {
      trigger: 'axis',
      backgroundColor: colour('--surface'),
      borderColor: colour('--line'),
      textStyle: { color: colour('--ink'), fontSize: 13 },
      formatter: (points: { dataIndex: number }[]) => describeDay(days, points[0]?.dataIndex ?? 0)
    },
    xAxis: {
      type: 'category',
      data: days.days.map(shortDay),
      boundaryGap: false,
      axisLine: { lineStyle: { color: colour('--line') } },
      axisTick: { show: false },
      axisLabel: { color: ink, hideOverlap: true }
    },
    yAxis: {
      type: 'value',
      min: 0,
      minInterval: 1,
      splitNumber: 3,
      axisLabel: { color: ink },
      splitLine: { lineStyle: { color: colour('--line') } }
    },
    series: [
      {
        name: 'Before',
        type: 'line',
        data: days.before,
        showSymbol: false,
        lineStyle: { color: colour('--before'), width: 2, type: 'dashed' },
        itemStyle: { color: colour('--before') }
      },
      {
        name: 'Visitors',
        type: 'line',
        data: days.visitors,
        showSymbol: days.days.length < 2,
        lineStyle: { color: colour('--accent'), width: 2.5 },
        itemStyle: { color: colour('--accent') },
        areaStyle: { color: colour('--accent'), opacity: 0.08 }
      }
    ]
  }
}

function describeDay(days: Days, index: number): string {
  const number = (value = 0) => value.toLocaleString('en')
  return (
    `${shortDay(days.days[index] ?? '')}<br><b>${number(days.visitors[index])}</b> visitors, ` +
    `${number(days.pages[index])} page views<br>${number(days.before[index])} in the period before`
  )
}

function shortDay(day: string): string {
  const moment = new Date(`${day.slice(0, 10)}T12:00:00Z`)
  return moment.toLocaleDateString('en', { day: 'numeric', month: 'short', timeZone: 'UTC' })
}

document.addEventListener('htmx:after:swap', drawChart)
addEventListener('resize', resizeChart)
// The colours stand in the style sheet, which changes after this event.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => setTimeout(recolourChart))
drawChart()
