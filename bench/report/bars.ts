import { BarChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { GiB, MiB } from '../../src/base/bytes.ts';
import type { CaseResult, PeerResult } from '../results.ts';
import { figure } from '../statistics.ts';

use([BarChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

/** One panel of a picture: a figure of every peer in every case. */
interface Panel {
  readonly title: string;
  value(result: PeerResult, one: CaseResult): number;
}

const PANELS: readonly Panel[] = [
  {
    title: 'CPU: s per GiB, or ms a process',
    value: ({ medians, processes }, { bytes }) =>
      bytes > 0 ? medians.cpu / (bytes / GiB) : (medians.cpu / processes) * 1000,
  },
  {
    title: 'time: s, or ms a process',
    value: ({ medians, processes }, { bytes }) =>
      bytes > 0 ? medians.wall : (medians.wall / processes) * 1000,
  },
  {
    title: 'memory: MB at the most',
    value: ({ medians }, { bytes }) => (bytes > 0 ? medians.peakSum : medians.peak) / MiB,
  },
];

const WIDTH = 1100;
const ROW = 17;
const GAP = 24;
const HEAD = 70;
const COLOURS = ['#0b6e4f', '#8a8d91', '#3a6ea5', '#c77d0a', '#a23b72', '#5c4d9a', '#444444'];

/** Bars of cases side by side: CPU, time and memory, each on a logarithmic scale of its own. */
export function bars(title: string, cases: readonly CaseResult[]): string {
  const peers = [...new Set(cases.flatMap((one) => one.peers.map(({ peer }) => peer)))];
  const height = HEAD + cases.length * (peers.length * ROW + GAP) + 30;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  const left = 150;
  const panelWidth = (WIDTH - left - 30) / PANELS.length;
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    color: COLOURS,
    title: [
      { text: `${title} (logarithmic)`, left: 12, top: 8, textStyle: { fontSize: 16 } },
      ...PANELS.map((panel, index) => ({
        text: panel.title,
        left: left + index * panelWidth,
        top: HEAD - 24,
        textStyle: { fontSize: 12, fontWeight: 'normal' },
      })),
    ],
    legend: { data: peers, right: 12, top: 8, itemGap: 18 },
    grid: PANELS.map((_, index) => ({
      left: left + index * panelWidth,
      width: panelWidth - 55,
      top: HEAD,
      bottom: 20,
    })),
    xAxis: PANELS.map((panel, gridIndex) => {
      // A logarithmic axis has no zero: bars begin below the smallest, which still has a length then.
      const floor = smallest(panel, cases) / 3;
      return { type: 'log', gridIndex, axisLabel: { show: false }, min: floor, startValue: floor };
    }),
    yAxis: PANELS.map((_, gridIndex) => ({
      type: 'category',
      gridIndex,
      inverse: true,
      data: cases.map(({ id }) => id),
      axisLabel: { show: gridIndex === 0 },
      axisTick: { show: false },
    })),
    series: PANELS.flatMap((panel, index) =>
      peers.map((peer, number) => ({
        type: 'bar',
        name: peer,
        xAxisIndex: index,
        yAxisIndex: index,
        barGap: '0%',
        itemStyle: { color: COLOURS[number % COLOURS.length] ?? '#000000' },
        label: {
          show: true,
          position: 'right',
          fontSize: 10,
          formatter: ({ value }: { value: unknown }) => (typeof value === 'number' ? figure(value) : ''),
        },
        data: cases.map((one) => {
          const result = one.peers.find((candidate) => candidate.peer === peer);
          return result === undefined ? null : panel.value(result, one);
        }),
      })),
    ),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

function smallest(panel: Panel, cases: readonly CaseResult[]): number {
  return Math.min(...cases.flatMap((one) => one.peers.map((result) => panel.value(result, one))));
}
